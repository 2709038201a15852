import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePersonalisation, compileTemplate, render, type TemplateScope } from "./index.ts";

const scope: TemplateScope = {
  var: { day: "Monday", order: { id: 7 }, on: true, list: [1], empty: "" },
  data: { firstname: "Ada" },
  mj: {
    contact: { email: "ada@example.org", ID: 42 },
    permalink: "https://example.com/p",
    unsub_link: "https://example.com/u",
    unsub_link_fr: "https://example.com/u/fr",
    share_twitter: "https://example.com/t",
    share_google: "https://example.com/g",
    share_facebook: "https://example.com/f",
    share_linkedin: "https://example.com/l",
  },
};

function plain(source: string, values: TemplateScope = scope): string {
  const rendering = render(compilePersonalisation(source), values);
  assert.ok(rendering.kind === "rendered");
  return rendering.text;
}

const rows: readonly (readonly [source: string, expected: string])[] = [
  ["[[var:day]]", "Monday"],
  ['[[var:day:"today"]]', "Monday"],
  ['[[var:other:"today"]]', "today"],
  ["[[var:other:'today']] [[var:other:&quot;today&quot;]] [[var:other:“today”]]", "today today today"],
  ["[[var:other:some day]]|[[var:other:]]|[[var:other: ]]", "some day||"],
  ['[[ data : firstname : "you" ]]', "Ada"],
  ["[[data:FIRSTNAME]]", "Ada"],
  ["[[var:order.id]] [[var:on]] [[var:empty]]", "7 true "],
  ["[[EMAIL_TO]] [[CONTACT_ID]] [[PERMALINK]]", "ada@example.org 42 https://example.com/p"],
  ["[[UNSUB_LINK_FR]] [[UNSUB_LINK_EN]]", "https://example.com/u/fr https://example.com/u"],
  ["[[UNSUB_LINK]] [[UNSUB_LINK_LOCALE]]", "https://example.com/u https://example.com/u"],
  ["[[SHARE_TWITTER]] [[SHARE_GOOGLE]]", "https://example.com/t https://example.com/g"],
  ["[[SHARE_FACEBOOK]] [[SHARE_LINKEDIN]]", "https://example.com/f https://example.com/l"],
];

for (const [source, expected] of rows) {
  test(`the placeholder ${source} is filled in with and without the template language`, () => {
    assert.equal(plain(source), expected);
    const template = compileTemplate(source);
    assert.ok(template.kind === "compiled");
    assert.deepEqual(render(template, scope), { kind: "rendered", text: expected });
  });
}

const untouched = [
  "[[var:other]]",
  "[[data:other]]",
  "[[var:list]]",
  "[[other:day]]",
  "[[UNKNOWN]]",
  "[[UNSUB_LINK_english]]",
  "[[email_to]]",
  "[[var:]]",
  "[[var]]",
  "[[var:day",
  "[[var:day]",
  '[[var:day:"x]]',
  '[[var:day:"x" y',
  '[[var:day:"x" y]]',
  "[[var:day:&quot;x]]",
  "[[var:day:two\nlines]]",
  "[[1, 2], [3, 4]]",
  "[[]]",
  "[[",
  "]]",
  "[[ [[",
  "{{var:day}} {% if 1 %}",
  "<!--[if mso]><![endif]-->",
];

for (const source of untouched) {
  test(`without the template language, ${JSON.stringify(source)} is sent as it is`, () => {
    assert.equal(plain(source), source);
  });
}

test("a placeholder for which nothing is known stays as it is", () => {
  const source = "[[EMAIL_TO]] [[UNSUB_LINK_EN]] [[PERMALINK]] [[SHARE_TWITTER]]";
  assert.equal(plain(source, {}), source);
});

test("a placeholder behind brackets that are none is found", () => {
  assert.equal(plain("[[[var:day]]] [[x [[var:day]] [[[[var:day]]"), "[Monday] [[x Monday [[Monday");
});

test("what a value contains is not read as a placeholder", () => {
  assert.equal(plain("[[var:a]]", { var: { a: "[[var:b]]", b: "secret" } }), "[[var:b]]");
});

test("a placeholder does not reach across a tag of the language", () => {
  const template = compileTemplate('[[var:other:"{{var:day}}"]]');
  assert.ok(template.kind === "compiled");
  assert.deepEqual(render(template, scope), { kind: "rendered", text: '[[var:other:"Monday"]]' });
});

test("a body longer than a template may be is personalised", () => {
  const body = "x".repeat(5_000_000);
  assert.equal(plain(`${body}[[var:day]]${body}`), `${body}Monday${body}`);
});

test("a body may not grow without end", () => {
  const template = compilePersonalisation("[[var:big]]".repeat(10));
  const rendering = render(template, { var: { big: "x".repeat(1_000_000) } });
  assert.ok(rendering.kind === "failed");
  assert.match(rendering.problem.message, /^template limit exceeded ## output of more than \d+ characters/);
});
