import assert from "node:assert/strict";
import { test } from "node:test";
import {
  compilePersonalisation,
  compileTemplate,
  type Rendering,
  render,
  type TemplateScope,
} from "./index.ts";

const sourceCharactersMax = 1_048_576;
// Fifty times what the slowest of these takes on a slow machine; a quadratic one would take hours.
const patience = { timeout: 20_000 };

function outcome(source: string, scope: TemplateScope = {}): Rendering {
  const template = compileTemplate(source);
  return template.kind === "problem" ? { kind: "failed", problem: template } : render(template, scope);
}

function message(source: string, scope: TemplateScope = {}): string {
  const rendering = outcome(source, scope);
  return rendering.kind === "failed" ? rendering.problem.message : "rendered";
}

const fragments = [
  ..."{{ {% [[ [ { {{{ {{' {{\" {{“ {{( {{! {{- {{1+ {{a. {{a- {{a-a- {{var: {{var:a:var:b: &quot; {{&quot; {{&".split(
    " ",
  ),
  ...'[[var:x: [[var:x:" [[var:x:\' [[var:x:“ [[var:x:&quot; [[var:x:a [[var:x:"\\ [[a.a. [[EMAIL_TO]] [[var:a]]'.split(
    " ",
  ),
  "{{1}}",
  "{{var:a}}",
  "\n{{1}}",
  "{% if 1 %}",
  "{% if 0 %}{% endif %}",
  "{% elseif 1 %}",
  "{% for a in var:l %}",
  "{% set a = 1 %}",
  "{{var:x:a ",
  "{{segment:a ",
  "🎉{{",
  "\ud800[[",
];

for (const fragment of fragments) {
  test(`a megabyte of ${JSON.stringify(fragment)} is dealt with in linear time`, patience, () => {
    const source = fragment.repeat(Math.floor(sourceCharactersMax / fragment.length));
    outcome(source, { var: { l: [1] } });
    render(compilePersonalisation(source), {});
    outcome(`{{'${source.replaceAll("'", "")}`);
    outcome(`{% if 1 %}${source.slice(20)}{% endif %}`);
  });
}

test("a template may have 1,048,576 characters and no more", () => {
  assert.equal(message("x".repeat(sourceCharactersMax)), "rendered");
  assert.match(
    message("x".repeat(sourceCharactersMax + 1)),
    /^template limit exceeded ## more than 1048576 characters/,
  );
});

test("statements may be nested 64 deep and no deeper", () => {
  const nested = (depth: number) => `${"{% if 1 %}".repeat(depth)}x${"{% endif %}".repeat(depth)}`;
  assert.deepEqual(outcome(nested(64)), { kind: "rendered", text: "x" });
  assert.match(message(nested(65)), /^template limit exceeded ## nested more than 64 deep/);
  assert.match(message(nested(40_000)), /^template limit exceeded ## nested more than 64 deep/);
});

test("an expression may be nested 64 deep and no deeper, in every way it can be", () => {
  const ways: [opening: string, closing: string][] = [
    ["(", ")"],
    ["!", ""],
    ["not ", ""],
    ["- ", ""],
    ["Upper(", ")"],
    ["var:a:", ""],
    ["1 + (", ")"],
  ];
  for (const [opening, closing] of ways) {
    const nested = (depth: number) => `{{${opening.repeat(depth)}1${closing.repeat(depth)}}}`;
    assert.equal(message(nested(64)), "rendered", opening);
    assert.match(message(nested(65)), /nested more than 64 deep/, opening);
    assert.match(message(nested(100_000)), /nested more than 64 deep/, opening);
  }
});

test("a long expression is no deep one", () => {
  assert.deepEqual(outcome(`{{0${"+1".repeat(49_000)}}}`), { kind: "rendered", text: "49000" });
  assert.deepEqual(outcome(`{{0${" or 0".repeat(30_000)} or 1}}`), { kind: "rendered", text: "true" });
  const branches = "{% elseif 0 %}".repeat(30_000);
  assert.deepEqual(outcome(`{% if 0 %}${branches}{% else %}x{% endif %}`), { kind: "rendered", text: "x" });
});

test("a template may have 100,000 parts and no more", () => {
  assert.equal(message("{{1}}".repeat(50_000)), "rendered");
  assert.match(message("{{1}}".repeat(50_001)), /^template limit exceeded ## more than 100000 parts/);
});

test("a path may have 32 names and no more", () => {
  let nested: unknown = "end";
  for (let depth = 0; depth < 40; depth++) nested = { a: nested };
  const path = (names: number) => `{{var:${Array(names).fill("a").join(".")}}}`;
  assert.match(message(path(32), { var: nested as Record<string, unknown> }), /cannot be printed/);
  assert.match(message(path(33), { var: nested as Record<string, unknown> }), /Unexpected character/);
});

const list = Array.from({ length: 100_000 }, (_, index) => index);
const object = Object.fromEntries(list.map((index) => [`k${index}`, index]));
const long = `é${"<".repeat(1_000_000)}`;
const values = { list, object, long, short: "é<".repeat(15), digits: "9".repeat(40) };
const bodies = [
  "",
  "{{e}}",
  "{{var:long}}",
  "{% set x = Upper(var:long) %}",
  "{% set x = Escape(var:long) %}",
  "{% set x = UrlEncode(var:short) %}",
  "{% set x = var:long + e %}{% if x = var:long + e %}{% endif %}",
  "{% set y = y:'ab' + y:'ab' %}",
  "{% if var:digits > e and var:digits = '1' %}{% endif %}",
  "{{FormatNumberLocale('#,##0.00' + e, e, 'fr_FR')}}",
  "{{Round(e / 7, 3)}}",
  "{{data:Missing:''}}",
  "{% if segment:s or HasOpenedSince(e) %}{% endif %}",
];

for (const body of bodies) {
  for (const source of ["var:list", "var:object"]) {
    test(`five loops over a huge ${source} around ${JSON.stringify(body)} end at a limit`, patience, () => {
      const loops = ["a", "b", "c", "d", "e"].map((name) => `{% for ${name} in ${source} %}`).join("");
      const scope: TemplateScope = {
        var: values,
        data: object,
        isInSegment: () => false,
        hasOpenedSince: () => false,
      };
      assert.match(message(loops + body + "{% endfor %}".repeat(5), scope), /^template limit exceeded ## /);
    });
  }
}

test("text that doubles in a loop ends at a limit, long before memory does", () => {
  const source = "{% set x = 'ab' %}{% for i in var:list %}{% set x = x + x %}{% endfor %}{{x}}";
  assert.match(message(source, { var: { list } }), /^template limit exceeded ## more than 1000000 steps/);
});

test("nothing of the language it is written in can be reached", () => {
  const names = [
    "constructor",
    "__proto__",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "length",
    "at",
  ];
  const scope: TemplateScope = { var: { text: "x", number: 1, list: [1], object: {} }, data: {}, mj: {} };
  const roots = ["var:", "data:", "mj:", "var:text.", "var:number.", "var:list.", "var:object.", "own.", ""];
  for (const root of roots) {
    for (const name of names) {
      const source = `{% set own = var:object %}{{${root}${name}}}`;
      assert.match(message(source, scope), /Unknown identifier/, source);
      assert.deepEqual(outcome(`{% set own = var:object %}{{${root}${name}:"none"}}`, scope), {
        kind: "rendered",
        text: "none",
      });
    }
  }
});

test("names such as __proto__ are plain names where they were given", () => {
  const given = JSON.parse('{ "__proto__": { "x": 1 }, "constructor": "c", "list": { "__proto__": 2 } }');
  const source = "{{var:__proto__.x}}{{var:constructor}}{% for i in var:list %}{{i}}{% endfor %}";
  assert.deepEqual(outcome(source, { var: given }), { kind: "rendered", text: "1c2" });
});

test("a name set by a template touches nothing outside of it", () => {
  outcome("{% set __proto__ = var:evil %}{% set constructor = 1 %}", { var: { evil: { polluted: true } } });
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

test("every character of Unicode may stand anywhere", () => {
  for (const odd of [
    "\0",
    "\ufeff",
    "\u200b",
    "\u2028",
    "\ud83d",
    "\udc00",
    "\u{10ffff}",
    "ﷺ",
    "e\u0301",
    "‮",
  ]) {
    assert.deepEqual(outcome(`${odd}{{var:x}}${odd}`, { var: { x: odd } }), {
      kind: "rendered",
      text: odd.repeat(3),
    });
    assert.deepEqual(outcome(`{{var:x:"${odd}"}}`), { kind: "rendered", text: odd });
    outcome(`{{${odd}}}`);
    outcome(`{{var:${odd}:${odd}}}`);
    outcome(`{% ${odd} %}`);
  }
});
