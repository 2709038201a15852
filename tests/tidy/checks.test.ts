import assert from "node:assert/strict";
import { test } from "node:test";
import { citedIn, commentsOf } from "../../scripts/documents/standards.ts";
import { holdingsOf, technicalColumns } from "../../src/base/holdings.ts";
import { anyTypes, consoleCalls, globalSockets, realTime } from "./calls.ts";
import { writtenFigures } from "./figures.ts";
import { columnsOf, undeclared } from "./holdings.ts";
import { dangling, unreachable } from "./links.ts";
import { badNames } from "./names.ts";
import { exportedList, refusalCodesIn, untested } from "./refusals.ts";
import { tooLong } from "./size.ts";
import { parsed } from "./source.ts";
import { machineTraces, unfinishedMarks } from "./text.ts";

// A check that never complains looks like a clean clone. Each is shown something it has to complain about.

const core = (text: string) => parsed("src/core/keys/x.ts", text);
const lines = (count: number, line: string) => Array(count).fill(line).join("\n");

test("a file of 401 lines and a function of 71 are too long, and one less is not", () => {
  assert.equal(tooLong(core(lines(401, "f();"))).length, 1);
  assert.equal(tooLong(core(lines(400, "f();"))).length, 0);
  assert.equal(tooLong(core(`const a = () => {\n${lines(69, "f();")}\n};`)).length, 1);
  assert.equal(tooLong(core(`class A { a() {\n${lines(68, "f();")}\n} }`)).length, 0);
});

for (const text of [
  "const email = 1;",
  "function checkEmail() {}",
  "const f = ({ a: email }) => email;",
  "interface Contact { email: string }",
  "class MailManager {}",
  "const sendHelper = 1;",
  "interface ISender {}",
  "class A { email = 1 }",
])
  test(`the name in \`${text}\` is refused`, () => assert.equal(badNames(core(text)).length, 1));

for (const text of [
  "interface Party { Email: string }",
  'const body = { Email: "x", email: "x" };',
  "class IdSource {}",
  "interface IPv4 {}",
  "const emailing = 1;",
  "interface Service {}",
])
  test(`the name in \`${text}\` is right`, () => assert.deepEqual(badNames(core(text)), []));

test("a file named after no thing is refused", () => {
  assert.equal(badNames(parsed("src/core/keys/utils.ts", "")).length, 1);
  assert.equal(badNames(parsed("src/core/keys/key-helper.ts", "")).length, 1);
});

test("time and chance are found in core/, and left alone where they come in", () => {
  assert.equal(realTime(core("Date.now(); Math.random(); new Date(); performance.now();")).length, 4);
  assert.deepEqual(realTime(core("new Date(ms); clock.now(); Date.parse(text);")), []);
  assert.deepEqual(realTime(parsed("src/base/clock.ts", "Date.now()")), []);
});

test("the console, the global fetch and any are found", () => {
  assert.equal(consoleCalls(core("console.log(1);")).length, 1);
  assert.equal(consoleCalls(parsed("src/main.ts", "console.log(1);")).length, 0);
  assert.equal(globalSockets(core("await fetch(url); new WebSocket(url);")).length, 2);
  assert.equal(anyTypes(core("let a: any; f<any>(b as any);")).length, 3);
});

test("marks of unfinished work and traces of a machine are found by line", () => {
  const mark = "TO" + "DO";
  assert.deepEqual(unfinishedMarks("a.ts", `x\n// ${mark}: later`), ["a.ts:2 is unfinished"]);
  const traces = ["/wo" + "rk/main/x", "see /ho" + "me/anna/x", "https://registry.npm" + "js.org/x"];
  for (const trace of traces) assert.equal(machineTraces("a.ts", trace).length, 1, trace);
  assert.deepEqual(machineTraces("a.ts", "network/ and ./work/ and src/homework/x and $HOME"), []);
});

test("a column that nobody, that two or that no table stands behind is named", () => {
  const schema =
    "create table a (\n  id bigint not null,\n  note text,\n  constraint a_pkey PRIMARY KEY (id)\n);\ncreate table b (\n  id bigint\n) PARTITION BY RANGE (id);";
  assert.deepEqual(columnsOf(schema), ["a.id", "a.note", "b.id"]);
  const one = { file: "one", holdings: technicalColumns("a", ["id", "gone"], "x") };
  const two = {
    file: "two",
    holdings: [...technicalColumns("a", ["id"], "x"), ...technicalColumns("b", ["id"], "x")],
  };
  assert.deepEqual(undeclared(columnsOf(schema), [one, two]), [
    "a.note is declared in no privacy.ts",
    "a.id is declared 2 times: one, two",
    "a.gone is declared in one and is not in db/schema.sql",
  ]);
  assert.equal(holdingsOf("a", [], one.holdings[0]!).length, 0);
});

test("refusal codes are found where they are thrown or listed, and missed in tests", () => {
  const source = core(
    'throw new Refusal("a_b", "x"); new Refusal(late ? "c_d" : "e_f", "x"); export const codes = ["g_h"] as const;',
  );
  assert.deepEqual([...refusalCodesIn([source]).keys()], ["a_b", "c_d", "e_f"]);
  assert.deepEqual(exportedList([source], "codes"), ["g_h"]);
  assert.deepEqual(untested(["a_b", "invalid", "c_d"], ['code === "a_b"; // invalid', "c_def"]), [
    "invalid",
    "c_d",
  ]);
});

test("a page that nothing links to and a link that leads nowhere are found", () => {
  const pages = new Map([
    ["README.md", "[flow](docs/flow.md) [walks](docs/walks/) [out](https://example.org)"],
    ["docs/flow.md", "[states](states.md#top) [gone](gone.md)"],
    ["docs/states.md", ""],
    ["docs/walks/one.md", ""],
    ["docs/lost.md", ""],
  ]);
  assert.deepEqual(unreachable(["README.md"], pages), ["docs/lost.md"]);
  assert.deepEqual(
    dangling(pages, (file) => pages.has(file) || file === "docs/walks/"),
    ["docs/flow.md links to docs/gone.md, which is not there"],
  );
});

test("clauses are read from comments of every form, and from comments only", () => {
  const text = [
    "/** RFC 5321 §4.2 and RFC 8461 section 3.1. */",
    'const a = "RFC 1 §1 // RFC 1234 §2"; // ISO/IEC 27001 §5',
    `const b = \`x $\{a} // RFC 4321 §2\`;`,
    "/* RFC2047 */ const c = /\\/\\/ RFC 1111 §1/;",
  ].join("\n");
  assert.deepEqual(citedIn(text), ["RFC 5321 §4.2", "RFC 8461 §3.1", "ISO/IEC 27001 §5", "RFC 2047"]);
  assert.equal(commentsOf(text).length, 3);
});

const writtenDown = [
  "const contentDays = 6;",
  "const keptMonthsMax = 13;",
  "const closing = { windowDays: 30 };",
  "const until = now + 6 * dayMs;",
  "const until = now + 90 * 24 * dayMs / 2 + 86_400_000 * 6;",
  'const text = "Content is kept for 6 days.";',
  `const text = \`After thirteen months $\{all} is gone.\`;`,
  'const text = "Conservé 6 jours";',
  'const text = "nach 13 Monaten";',
  `const query = sql\`delete from event where at < $\{now} - interval '13 months'\`;`,
  "const query = sql`select make_interval(months => 13)`;",
];

for (const text of writtenDown)
  test(`a span of time that is written down is seen: ${text}`, () => {
    assert.notDeepEqual(writtenFigures(core(text)), []);
  });

test("what reads a figure of the policy is left alone", () => {
  const right = [
    "const dayMs = 24 * hourMs;",
    "const { contentDays } = figures.at(now);",
    "const until = now + contentDays * dayMs;",
    `const text = \`Content is kept for $\{contentDays} days.\`;`,
    `const query = sql\`select make_interval(months => $\{months}::int)\`;`,
  ];
  for (const text of right) assert.deepEqual(writtenFigures(core(text)), [], text);
});
