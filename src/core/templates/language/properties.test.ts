import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  compilePersonalisation,
  compileTemplate,
  type Rendering,
  render,
  type TemplateScope,
} from "./index.ts";

const words = [
  ..."{{ }} {% %} [[ ]] ( ) , : . + - * / = == != <> < > <= >= ! && || & ; ' \" \\ “ ” ‘ &quot; &amp; &lt; &nbsp; &#39;".split(
    " ",
  ),
  ..."if elseif else endif for in endfor set and or xor not div mod true false var data mj segment".split(
    " ",
  ),
  ..."var:a var:b.c data:d mj:e segment:f a b a-b 0 1 1.5 99999999999999999999 'text' \"x\" Upper( Round( Escape(".split(
    " ",
  ),
  "{% if var:a %}",
  "{% endif %}",
  "{% for a in var:list %}",
  "{% endfor %}",
  "{% set a = 1 %}",
  "{{var:a}}",
  '[[var:a:"x"]]',
  "[[EMAIL_TO]]",
  "\n",
  " ",
  "text",
  "é🎉",
  "\ud800",
  "constructor",
  "__proto__",
];
const source = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join("")),
  },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(" ")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

const scope: fc.Arbitrary<TemplateScope> = fc.record({
  var: fc.oneof(
    fc.record({ a: fc.jsonValue(), b: fc.jsonValue(), list: fc.array(fc.jsonValue(), { maxLength: 20 }) }),
    fc.dictionary(fc.string(), fc.jsonValue()),
  ) as fc.Arbitrary<Record<string, unknown>>,
  data: fc.dictionary(
    fc.constantFrom("d", "D", "__proto__"),
    fc.oneof(fc.string(), fc.bigInt(), fc.double()),
  ),
});

function outcome(text: string, values: TemplateScope): Rendering {
  const template = compileTemplate(text);
  return template.kind === "problem" ? { kind: "failed", problem: template } : render(template, values);
}

test("whatever the source and the values are, there is a text or a problem with its place, and never an exception", () => {
  fc.assert(
    fc.property(source, scope, (text, values) => {
      const rendering = outcome(text, values);
      if (rendering.kind === "rendered") return;
      const { message, near, line, column } = rendering.problem;
      assert.ok(message.length > 0 && near.length <= 100);
      assert.ok(line >= 1 && line <= text.split("\n").length && column >= 1);
      assert.ok(text.toWellFormed().includes(near), "quotes the source");
    }),
    { numRuns: 5_000 },
  );
});

test("rendering changes neither the template nor the values, and gives the same each time", () => {
  fc.assert(
    fc.property(source, scope, (text, values) => {
      const template = compileTemplate(text);
      if (template.kind === "problem") return;
      const before = exact([values, template.instructions]);
      assert.deepEqual(render(template, values), render(template, values));
      assert.equal(exact([values, template.instructions]), before);
    }),
    { numRuns: 1_000 },
  );
});

function exact(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
}

test("a template without any delimiter is its own text", () => {
  const plain = fc
    .string({ unit: "binary", maxLength: 500 })
    .filter((text) => !["{{", "{%", "[["].some((delimiter) => text.includes(delimiter)));
  fc.assert(
    fc.property(plain, scope, (text, values) => {
      assert.deepEqual(outcome(text, values), { kind: "rendered", text });
      assert.deepEqual(render(compilePersonalisation(text), values), { kind: "rendered", text });
    }),
  );
});

test("without the template language, a text without [[ is its own text", () => {
  fc.assert(
    fc.property(source, scope, (text, values) => {
      const plain = text.replaceAll("[[", "");
      fc.pre(!plain.includes("[["));
      assert.deepEqual(render(compilePersonalisation(plain), values), { kind: "rendered", text: plain });
    }),
  );
});

test("a text given in a variable is printed character by character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (value, around) => {
      const frame = around.replaceAll(/[[{%]/g, "");
      const text = `${frame}{{var:x}}${frame}[[var:x]]`;
      assert.deepEqual(outcome(text, { var: { x: value } }), {
        kind: "rendered",
        text: `${frame}${value}${frame}${value}`,
      });
    }),
  );
});

test("escaped text has no character left that means something in HTML, and says the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const template = compileTemplate("{{var:x}}", { escape: "html" });
      assert.ok(template.kind === "compiled");
      const rendering = render(template, { var: { x: value } });
      assert.ok(rendering.kind === "rendered");
      assert.doesNotMatch(rendering.text, /[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      assert.equal(unescaped(rendering.text), value);
    }),
  );
});

function unescaped(html: string): string {
  return html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

test("arithmetic on whole numbers is that of the machine", () => {
  const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      fc.pre(b !== 0);
      const text =
        "{{var:a + var:b}} {{var:a - var:b}} {{var:a * var:b}} {{var:a div var:b}} {{var:a < var:b}}";
      const expected = [a + b, a - b, a * b, Math.trunc(a / b), a < b].map((one) =>
        one === 0 ? "0" : String(one),
      );
      assert.deepEqual(outcome(text, { var: { a, b } }), { kind: "rendered", text: expected.join(" ") });
    }),
  );
});
