import assert from "node:assert/strict";
import { test } from "node:test";
import { compileTemplate, render, type TemplateProblem, type TemplateScope } from "./index.ts";

function problemOf(source: string, scope: TemplateScope = {}): TemplateProblem {
  const template = compileTemplate(source);
  if (template.kind === "problem") return template;
  const rendering = render(template, scope);
  assert.ok(rendering.kind === "failed", `${source} was rendered`);
  return rendering.problem;
}

test("the errors of the published list have their published texts", () => {
  const rows: [source: string, scope: TemplateScope, message: string][] = [
    ["Hi {{var:day}}", {}, "expression parsing error ## Unknown identifier: var:day ## near ## {{var:day ##"],
    ["Hi {{day}}", {}, "expression parsing error ## Unknown identifier: day ## near ## {{day ##"],
    [
      "<li>{{session.name}}</li>",
      {},
      "expression parsing error ## Unknown identifier: session.name ## near ## {{session.name ##",
    ],
    ["<html>{% if 1 %}on {{var:day}}</html>", {}, "not valid template ## near ## y}}</html> ##"],
    ["{% for d in var:day %}{% endfor %}", { var: { day: "x" } }, '"var:day" is not an array value'],
  ];
  for (const [source, scope, message] of rows) assert.equal(problemOf(source, scope).message, message);
});

const expression: readonly (readonly [source: string, reason: string, near: string])[] = [
  ["{{", "Unterminated expression", "{{"],
  ["{{ var:a", "Unterminated expression", "{{ var:a"],
  ['{{var:a:"x}}', "Unterminated text", '{{var:a:"x}}'],
  ["{{}}", "Value expected", "{{}}"],
  ["{{1 +}}", "Value expected", "{{1 +}}"],
  ["{{ * 2 }}", "Value expected", "{{ *"],
  ["{{and}}", "Value expected", "{{and"],
  ["{{(1}}", '")" expected', "{{(1}}"],
  ["{{1 2}}", "Unexpected word", "{{1 2"],
  ["{{var:a | upper}}", "Unexpected character", "{{var:a |"],
  ["{{a.}}", "Unexpected character", "{{a."],
  ["{{{a}}}", "Unexpected character", "{{{"],
  ["{{var:}}", "Name expected", "{{var:"],
  ["{{var:a:}}", "Default expected", "{{var:a:}}"],
  ["{{var:a:*}}", "Default expected", "{{var:a:*"],
  ["{{segment:}}", "Name expected", "{{segment:}}"],
  ["{{vars:name}}", "Unknown identifier: vars:name", "{{vars:name"],
  ["{{Reverse('a')}}", "Unknown identifier: Reverse", "{{Reverse"],
  ["{{constructor('a')}}", "Unknown identifier: constructor", "{{constructor"],
  ["{{Upper()}}", "Wrong number of values for Upper", "{{Upper()"],
  ["{{Upper('a', 'b')}}", "Wrong number of values for Upper", "{{Upper('a', 'b'"],
  ["{{Round(1, 2, 3)}}", "Wrong number of values for Round", "{{Round(1, 2, 3"],
  ["{% foo %}", "Unknown statement", "{% foo"],
  ["{%- if 1 %}", "Unknown statement", "{%-"],
  ["{% if %}a{% endif %}", "Value expected", "{% if %}"],
  ["{% if 1 }}a{% endif %}", "Unexpected character", "{% if 1 }"],
  ["{% if 1 %}{% else if 2 %}{% endif %}", "Unexpected word", "{% else if"],
  ["{% for in var:a %}{% endfor %}", "Name expected", "{% for in"],
  ["{% for a of var:a %}{% endfor %}", '"in" expected', "{% for a of"],
  ["{% for 1 in var:a %}{% endfor %}", "Name expected", "{% for 1"],
  ["{% set a 1 %}", '"=" expected', "{% set a 1"],
  ["{% set true = 1 %}", "Name expected", "{% set true"],
  ["{% set a = %}", "Value expected", "{% set a = %}"],
  ["{{1 / 0}}", "Division by zero", "{{1 / 0"],
  ["{{1 mod (1 - 1)}}", "Division by zero", "{{1 mod (1 - 1)"],
  ["{{'a' * 2}}", "Number expected", "{{'a' * 2"],
  ["{{-'a'}}", "Number expected", "{{-'a'"],
  ["{{Int(true)}}", "Number expected", "{{Int(true)"],
  ["{{9007199254740991 + 1}}", "Number out of range", "{{9007199254740991 + 1"],
  ["{{Round(1, 99)}}", "Round takes 0 to 15 digits", "{{Round(1, 99)"],
  ["{{HasOpenedSince(-1)}}", "HasOpenedSince takes whole days", "{{HasOpenedSince(-1)"],
  ["{{FormatNumberLocale('0', 1, 'no such')}}", "Unknown locale", "{{FormatNumberLocale('0', 1, 'no such')"],
  [`{{FormatNumber('${"#".repeat(101)}', 1)}}`, "Number pattern too long", `${"#".repeat(95)}', 1)`],
  ["{{var:list}}", "A list or an object cannot be printed", "{{var:list"],
  ["{{'a' + var:list}}", "A list or an object cannot be printed", "{{'a' + var:list"],
  ["{{var:list > 1}}", "A list or an object has no order", "{{var:list > 1"],
  ["{{var:name.length}}", "Unknown identifier: var:name.length", "{{var:name.length"],
  ["{{var:list.length}}", "Unknown identifier: var:list.length", "{{var:list.length"],
  ["{% for a in var:gone %}{% endfor %}", "Unknown identifier: var:gone", "{% for a in var:gone"],
  ["{% for a in var:list %}{% endfor %}{{a}}", "Unknown identifier: a", "{{a"],
];

const scope: TemplateScope = { var: { list: [1], name: "Ada" } };

for (const [source, reason, near] of expression) {
  test(`${source.slice(0, 60)} is an error of its expression`, () => {
    const problem = problemOf(source, scope);
    assert.equal(problem.message, `expression parsing error ## ${reason} ## near ## ${problem.near} ##`);
    assert.ok(problem.near.endsWith(near), problem.near);
  });
}

const misplaced = ["{% else %}", "{% elseif 1 %}", "{% endif %}", "{% endfor %}"];
const wrapped = [
  "{% if 1 %}{% else %}{% else %}{% endif %}",
  "{% if 1 %}{% else %}{% elseif 1 %}{% endif %}",
  "{% if 1 %}{% endfor %}{% endif %}",
  "{% for a in var:list %}{% endif %}{% endfor %}",
  "{% for a in var:list %}{% else %}{% endfor %}",
];

for (const source of [...misplaced, ...wrapped]) {
  test(`${source} is an error of the template's structure`, () => {
    assert.match(
      problemOf(source, scope).message,
      /^not valid template ## near ## \{% (else|elseif|endif|endfor) ##$/,
    );
  });
}

test("a problem has the line and column of its tag, in whole characters", () => {
  const problem = problemOf("first\n\r\n  🎉é {{ var:a +\n var:day }}", { var: { a: 1 } });
  assert.deepEqual([problem.line, problem.column], [3, 6]);
  assert.equal(problem.near, "{{ var:a +\n var:day");
});

test("a block that is never closed is placed where it begins, the innermost first", () => {
  const problem = problemOf("a\n{% if 1 %}\n {% for x in var:l %}\n\n</html>");
  assert.deepEqual([problem.line, problem.column], [3, 2]);
  assert.equal(problem.near, "\n\n</html>".padStart(10, "}"));
});

test("a problem quotes a bounded part of the template, the end of the tag", () => {
  const problem = problemOf(`{{ 1 + ${"1 + ".repeat(500)}var:day }}`);
  assert.equal(problem.near.length, 100);
  assert.ok(problem.near.endsWith("1 + var:day"));
});

test("a problem never quotes a value", () => {
  const secret = "4111-1111-1111-1111";
  const scope = { var: { card: secret, list: [secret] } };
  const sources = [
    "{{var:card * 2}}",
    "{{var:list}}",
    "{% for a in var:card %}{% endfor %}",
    "{{Round(var:card)}}",
  ];
  for (const source of sources) {
    assert.ok(!JSON.stringify(problemOf(source, scope)).includes("4111"), source);
  }
});

test("a mistake in a branch that is not taken is found when the template is compiled", () => {
  assert.equal(compileTemplate("{% if 0 %}{{1 +}}{% endif %}").kind, "problem");
});
