import assert from "node:assert/strict";
import { test } from "node:test";
import { compileTemplate, render, type TemplateOptions, type TemplateScope } from "./index.ts";

function outcome(source: string, scope: TemplateScope = {}, options: TemplateOptions = {}): string {
  const template = compileTemplate(source, options);
  if (template.kind === "problem") return template.message;
  const rendering = render(template, scope);
  return rendering.kind === "failed" ? rendering.problem.message : rendering.text;
}

function table(
  name: string,
  rows: readonly (readonly [source: string, expected: string, scope?: TemplateScope])[],
): void {
  test(name, async (t) => {
    for (const [source, expected, scope] of rows) {
      await t.test(source, () => assert.equal(outcome(source, scope), expected));
    }
  });
}

const unknownTest = (opener: string) =>
  `expression parsing error ## Unknown identifier: var:test ## near ## ${opener}var:test ##`;

test("a condition or a print follows the published table of given, false and missing values", () => {
  const given: TemplateScope = { var: { test: true } };
  const denied: TemplateScope = { var: { test: false } };
  const rows = [
    ["{% if var:test %}YES{% else %}NO{% endif %}", "YES", "NO", unknownTest("{% if ")],
    ["{% if var:test:true %}YES{% else %}NO{% endif %}", "YES", "NO", "YES"],
    ["{% if var:test:false %}YES{% else %}NO{% endif %}", "YES", "NO", "NO"],
    ['{{var:test:"N/A"}}', "true", "false", "N/A"],
    ["{{var:test}}", "true", "false", unknownTest("{{")],
  ] as const;
  for (const [source, ifTrue, ifFalse, ifMissing] of rows) {
    const outcomes = [outcome(source, given), outcome(source, denied), outcome(source, {})];
    assert.deepEqual(outcomes, [ifTrue, ifFalse, ifMissing], source);
  }
});

const person = { name: "Ada", nested: { list: [{ title: "one" }, { title: "two" }], deep: { er: 5 } } };

table("a variable is found by its namespace and its path", [
  ["{{var:name}}", "Ada", { var: person }],
  ["{{ var:name }}", "Ada", { var: person }],
  ["{{\n\tvar:name\r\n}}", "Ada", { var: person }],
  ["{{ VAR : name }}", "Ada", { var: person }],
  ["{{var:nested.deep.er}}", "5", { var: person }],
  ["{{var:nested.list.1.title}}", "two", { var: person }],
  ["{{var:first-name}}", "Ada", { var: { "first-name": "Ada" } }],
  [
    "{{var:prénom}} {{var:имя}} {{var:名前}} {{var:1st}}",
    "A B C D",
    { var: { prénom: "A", имя: "B", 名前: "C", "1st": "D" } },
  ],
  ["{{data:City}} {{data:city}} {{data:CITY}}", "Lyon Lyon Lyon", { data: { City: "Lyon" } }],
  ["{{mj:contact.email}}", "a@example.org", { mj: { contact: { email: "a@example.org" } } }],
  [
    "{{mj:unsub_link_fr}} {{mj:unsub_link_de}}",
    "fr general",
    { mj: { unsub_link_fr: "fr", unsub_link: "general" } },
  ],
  ["{{var:and}} {{var:in}} {{var:true}}", "1 2 3", { var: { and: 1, in: 2, true: 3 } }],
]);

table("a default stands for a value that is missing or null, and for no other", [
  ['{{var:a:"x"}}|{{var:a:\'y\'}}|{{var:a:""}}', "x|y|"],
  ["{{var:a:0}} {{var:a:-1.5}} {{var:a:true}} {{var:a:false}}", "0 -1.5 true false"],
  ['{{ var:a : "x" }}', "x"],
  ['{{var:a:"x"}}', "x", { var: { a: null } }],
  ['{{var:a:"x"}}|{{var:b:"x"}}|{{var:c:"x"}}', "|0|false", { var: { a: "", b: 0, c: false } }],
  ['{{var:a.b.c:"x"}}', "x", { var: { a: { b: 1 } } }],
  ["{{var:a:Friend}} {{var:a:dear friend}}", "Friend dear friend"],
  ['{{var:a:data:b:mj:c:"end"}}', "end"],
  ['{{var:a:data:b:"end"}}', "b", { data: { b: "b" } }],
  ['{% set word = "own" %}{{var:a:word}}', "own"],
  ['{% for i in var:l %}{{i.a:"-"}}{% endfor %}', "1-", { var: { l: [{ a: 1 }, {}] } }],
  ['{{Upper(var:a:"x")}}{{"b" + var:a:"c" + "d"}}', "Xbcd"],
  ["{% if var:a:yes and var:b:no == 'no' %}Y{% endif %}", "Y"],
]);

table("operators bind as in the guide", [
  ["{{1 + 2 * 3}} {{(1 + 2) * 3}} {{10 - 4 - 3}} {{8 / 4 / 2}}", "7 9 3 1"],
  ["{{7 div 2}} {{-7 div 2}} {{7 mod 3}} {{-7 mod 3}} {{7.5 mod 2}}", "3 -3 1 -1 1.5"],
  ["{{-2 * -3}} {{- (1 + 2)}} {{5-3}} {{5 -3}} {{5- 3}}", "6 -3 2 2 2"],
  ["{{var:a-var:b}} {{var:a - 1}}", "3 4", { var: { a: 5, b: 2 } }],
  ["{{0.1 + 0.2}} {{1 / 3}} {{0.00000015 * 1}} {{1 - 1}}", "0.3 0.333333333333333 0.00000015 0"],
  [
    "{{not true}} {{!true}} {{!0}} {{not 1 = 2}} {{!1 = 2}} {{not not 1}}",
    "false false true true false true",
  ],
  ["{{true or false and false}} {{(true or false) and false}}", "true false"],
  ["{{true xor true}} {{true xor false}} {{true xor true or true}}", "false true true"],
  ["{{1 < 2 and 2 < 3 or 1 > 5}} {{1 AND 0}} {{1 && 1}} {{0 || 1}}", "true false true true"],
  ["{{1 + 1 = 2}} {{1 = 1 = true}}", "true true"],
]);

table("values are compared as numbers where both are numbers, and as text otherwise", [
  ["{{1 = 1}} {{1 == '1'}} {{'1.0' === 1}} {{'a' = 'a'}} {{'a' = 'A'}}", "true true true true false"],
  ["{{1 != 2}} {{1 <> 1}} {{'a' !== 'b'}}", "true false true"],
  [
    "{{true = 'true'}} {{false = 'FALSE'}} {{true = 1}} {{false = 0}} {{true = 'yes'}}",
    "true true true true false",
  ],
  ["{{'10' > '9'}} {{'10' > 9}} {{'b' > 'a'}} {{'b' >= 'b'}} {{'a' <= 'b'}}", "true true true true true"],
  ["{{var:x > ''}} {{var:y > ''}} {{var:z > ''}}", "true false true", { var: { x: "set", y: "", z: 5 } }],
  ["{{var:list = ''}} {{var:list != ''}}", "false true", { var: { list: [] } }],
  ["{{'1' + '2'}} {{1 + '2'}} {{'a' + 1}} {{'a' + true}} {{'n: ' + 0.5}}", "12 3 a1 atrue n: 0.5"],
]);

table("long whole numbers are exact", [
  ["{{var:n}}", "9007199254740991", { var: { n: 9007199254740991 } }],
  [
    "{{var:n}} {{var:n = '12345678901234567890'}} {{var:n = '12345678901234567891'}}",
    "12345678901234567890 true false",
    { var: { n: "12345678901234567890" } },
  ],
  [
    "{{var:n}} {{var:n > 9007199254740992}} {{var:n = 9007199254740993}}",
    "9007199254740993 true true",
    { var: { n: 9007199254740993n } },
  ],
  ["{{4294967296 + 1}} {{9007199254740993}}", "4294967297 9007199254740993"],
  [
    "{{FormatNumber('#,##0', var:n)}} {{Int(var:n)}}",
    "12,345,678,901,234,567,890 12345678901234567890",
    { var: { n: "12345678901234567890" } },
  ],
  [
    "{{var:n * 1}}",
    "expression parsing error ## Number out of range ## near ## {{var:n * 1 ##",
    { var: { n: "12345678901234567890" } },
  ],
  [
    "{{var:n + 1}}",
    "expression parsing error ## Number out of range ## near ## {{var:n + 1 ##",
    { var: { n: 9007199254740991 } },
  ],
]);

const truth = "{% if var:x %}Y{% else %}N{% endif %}";
table("a condition knows what is false", [
  [truth, "N", { var: { x: 0 } }],
  [truth, "N", { var: { x: "" } }],
  [truth, "N", { var: { x: "0" } }],
  [truth, "N", { var: { x: "False" } }],
  [truth, "N", { var: { x: [] } }],
  [truth, "N", { var: { x: 0n } }],
  [truth, "Y", { var: { x: {} } }],
  [truth, "Y", { var: { x: [0] } }],
  [truth, "Y", { var: { x: "no" } }],
  [truth, "Y", { var: { x: -1 } }],
]);

const step =
  '{% if var:s == "a" %}A{% elseif var:s == "b" %}B{% elseif var:s == "c" %}C{% else %}D{% endif %}';
table("one branch of a condition is taken", [
  [step, "A", { var: { s: "a" } }],
  [step, "B", { var: { s: "b" } }],
  [step, "C", { var: { s: "c" } }],
  [step, "D", { var: { s: "d" } }],
  ["{% if 0 %}a{% elseif 0 %}b{% endif %}c", "c"],
  ["{% IF 1 %}a{% ELSE %}b{% EndIf %}", "a"],
  ["{%if 1%}{% if 0 %}a{% else %}b{%endif%}c{%else%}d{%endif%}", "bc"],
  ["{% if 0 %}{{var:missing}}{% endif %}ok", "ok"],
  ["{% if var:gone:false and var:gone.x = 1 %}a{% endif %}{% if 1 or var:gone %}b{% endif %}", "b"],
  ["{% if not(var:car) %}walk{% endif %}", "walk", { var: { car: false } }],
]);

const two = { a: ["1", "2"], b: ["3", "4"] };
table("a loop goes through a list or the values of an object", [
  ["{% for v in var:x %}<{{v}}>{% endfor %}", "<1><true><P>", { var: { x: [1, true, "P"] } }],
  ["{% for v in var:x %}<{{v}}>{% endfor %}", "<1><true><P>", { var: { x: { a: 1, b: true, c: "P" } } }],
  ["{% for v in var:x %}<{{v}}>{% endfor %}none", "none", { var: { x: [] } }],
  [
    "{% for v in var:x %}{% for w in v %}{{w}}{% endfor %};{% endfor %}",
    "12;3;",
    { var: { x: [[1, 2], [3]] } },
  ],
  [
    "{% for p in var:a %}{{p}}:{% for q in var:b %}{{q}}{% endfor %} {% endfor %}",
    "1:34 2:34 ",
    { var: two },
  ],
  [
    "{% for p in var:a %}{{p}}{% for p in var:b %}{{p}}{% endfor %}{{p}} {% endfor %}",
    "1341 2342 ",
    { var: two },
  ],
  ["{% set p = 9 %}{% for p in var:a %}{{p}}{% endfor %}{{p}}", "129", { var: two }],
  ["{% for list-item in var:a %}{{list-item}}{% endfor %}", "12", { var: two }],
  [
    "{% for i in var:a %}{% if i mod 2 = 1 %}odd{% else %}even{% endif %} {% endfor %}",
    "odd even ",
    { var: two },
  ],
]);

table("a variable of the template keeps its last value", [
  ['{% set yo-yo = "B" %}{{yo-yo}} {% set yo-yo = "J" %}{{ yo-yo }}', "B J"],
  ["{% set n = 1 %}{% if n >= 1 %}{% set n = n + 1 %}{% endif %}{{n}}", "2"],
  ["{% set n = 0 %}{% for i in var:l %}{% set n = n + i %}{% endfor %}{{n}}", "6", { var: { l: [1, 2, 3] } }],
  ["{% set o = var:o %}{{o.a.b}}{% set x = true %}{{x}}", "7true", { var: { o: { a: { b: 7 } } } }],
  ["{% set a = 1 = 1 %}{{a}}", "true"],
  ["{% set constructor = 1 %}{{constructor}}{% set __proto__ = 2 %}{{__proto__}}", "12"],
]);

table("functions take any capitals and any value that can be printed", [
  [
    "{{Upper('straße')}} {{LOWER('ÀB')}} {{capitalize('élan vital')}} {{Capitalize('')}} {{Capitalize('𐐨x')}}",
    "STRASSE àb Élan vital  𐐀x",
  ],
  ["{{Upper(true)}} {{Upper(5)}}", "TRUE 5"],
  [
    "{{Round(2.5)}} {{Round(-2.5)}} {{Round(1.005, 2)}} {{Round(1234.5, -2)}} {{Round('3.14159', 3)}} {{Round(2.5, 2)}}",
    "3 -3 1.01 1200 3.142 2.5",
  ],
  ["{{Round(0.00000004, 2)}} {{Round(0.0000001234, 9)}}", "0 0.000000123"],
  ["{{Int(3.9)}} {{Int(-3.9)}} {{Int('7.2')}}", "3 -3 7"],
  ['{{UrlEncode("a b&c=é/\'!*()")}}', "a%20b%26c%3D%C3%A9%2F%27%21%2A%28%29"],
  ["{{Escape(\"<a href='x'>&amp;\")}}", "&lt;a href=&#39;x&#39;&gt;&amp;amp;"],
  [
    "{{FormatNumber('0.00', 1234.567)}} {{FormatNumber('#,##0.##', 1234.5)}} {{FormatNumber('$#,##0', -1234)}}",
    "1234.57 1,234.5 $-1,234",
  ],
  ["{{FormatNumber('000', 7)}} {{FormatNumber('#', 7)}} {{FormatNumber('', 7.5)}}", "007 7 8"],
  [
    "{{FormatNumberLocale('#,##0.00', 1234.5, 'de_DE')}} {{FormatNumberLocale('#,##0.00', '1234.5', 'es-ES')}}",
    "1.234,50 1.234,50",
  ],
  ["{{Round(var:total * var:tax / 100, 2)}}", "20.15", { var: { total: "100.50", tax: 20.05 } }],
]);

test("what the contact did is asked of the scope, and is false where nobody knows", () => {
  const source =
    "{% if !HasOpenedSince(30) %}a{% endif %}{% if HasClickedSince(7) or hasclickedsince(90) %}b{% endif %}";
  const asked: [string, number][] = [];
  const scope: TemplateScope = {
    hasOpenedSince: (days) => asked.push(["opened", days]) > 99,
    hasClickedSince: (days) => asked.push(["clicked", days]) > 2,
  };
  assert.equal(outcome(source, scope), "ab");
  assert.deepEqual(asked, [
    ["opened", 30],
    ["clicked", 7],
    ["clicked", 90],
  ]);
  assert.equal(outcome(source, {}), "a");
});

test("the scope may be an object with a state of its own", () => {
  class Recipient implements TemplateScope {
    readonly days = 10;
    hasOpenedSince(days: number): boolean {
      return days >= this.days;
    }
    isInSegment(): boolean {
      return this.days > 0;
    }
  }
  assert.equal(
    outcome("{{HasOpenedSince(10)}} {{HasOpenedSince(9)}} {{segment:a}}", new Recipient()),
    "true false true",
  );
});

test("a segment is known by name, by number, by several words and by a quoted name", () => {
  const scope: TemplateScope = {
    isInSegment: (name) => ({ vip: true, "12": false, "our best": true })[name],
  };
  assert.equal(
    outcome("{{segment:vip}} {{segmentation:12}} {{segment:our best}} {{segment:'our best'}}", scope),
    "true false true true",
  );
  assert.equal(
    outcome("{% if segment:vip and not segment:12 %}Y{% endif %}{{segment:gone:false}}", scope),
    "Yfalse",
  );
  assert.equal(
    outcome("{{segment:gone}}", scope),
    "expression parsing error ## Unknown identifier: segment:gone ## near ## {{segment:gone ##",
  );
});

test("a fault in the scope's own functions is not hidden as a fault of the template", () => {
  const scope: TemplateScope = {
    isInSegment: () => {
      throw new Error("database away");
    },
  };
  assert.throws(() => outcome("{{segment:vip}}", scope), /database away/);
});

table("what HTML editors make of an expression is understood", [
  ["{% if var:n &gt; 1 &amp;&amp; var:n &lt;= 3 %}Y{% endif %}", "Y", { var: { n: 2 } }],
  [
    "{{var:a:&quot;d &amp; e&quot;}} {{var:a:&#39;x&#39;}} {{var:a:&#x22;y&#x22;}} {{var:a:&apos;z&apos;}}",
    "d & e x y z",
  ],
  [
    "{{&nbsp;var:a:“curved”\u00a0}} {{var:a:”same”}} {{var:a:‘single’}} {{var:a:&ldquo;entity&rdquo;}} {{var:a:„low“}}",
    "curved same single entity low",
  ],
  ["{% if var:n &lt;&gt; 1 %}Y{% endif %}", "Y", { var: { n: 2 } }],
  ['{{var:a:"Tom &amp; Jerry"}}', "Tom &amp; Jerry"],
  ['{{var:a:"say \\"hi\\" \\\\ \'x\' \\n"}}', "say \"hi\" \\ 'x' \\n"],
  ['{{var:a:"}} %} ]]"}}', "}} %} ]]"],
]);

test("values are printed as they are, and never read as template", () => {
  const scope = { var: { html: "<b>{{var:secret}}</b> {% if 1 %}[[var:secret]]{% endif %}", secret: "s" } };
  assert.equal(outcome("{{var:html}}|[[var:html]]", scope), `${scope.var.html}|${scope.var.html}`);
});

test("with escaping on, every printed value is escaped once", () => {
  const scope = { var: { x: "<'&\">" } };
  const safe = "&lt;&#39;&amp;&quot;&gt;";
  const source = "<p>{{var:x}}|{{Escape(var:x)}}|{{'<' + var:x}}|[[var:x]]|{{Upper('a')}}</p>";
  assert.equal(outcome(source, scope, { escape: "html" }), `<p>${safe}|${safe}|&lt;${safe}|${safe}|A</p>`);
});

test("a compiled template renders for many recipients without remembering any", () => {
  const template = compileTemplate("{% if var:a:false %}{% set x = var:a %}{% endif %}{{x:'none'}}");
  assert.ok(template.kind === "compiled");
  const texts = [{ a: "1" }, {}, { a: "2" }].map((values) => render(template, { var: values }));
  assert.deepEqual(
    texts,
    ["1", "none", "2"].map((text) => ({ kind: "rendered", text })),
  );
});
