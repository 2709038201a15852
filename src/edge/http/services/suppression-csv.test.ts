import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { suppressionApi } from "./api-suppressions.ts";
import { fieldsOf } from "./suppression-csv.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const services = suppressionApi(world.context);

test("addresses are suppressed with their cause, and every bad line is named", async () => {
  const principal = await world.principal("import");
  const csv = [
    "\ufeffName,Email,Cause",
    'Ann,ann@shop.example,unsubscribe\r\n"Bob, B.","bob@shop.example",',
    ',"Eve""s"@shop.example,bounce',
    ",not an address,manual",
    ",cy@shop.example,moved",
    '"open,dan@shop.example,manual',
    "",
    ",Ann@Shop.example,bounce",
    `,${"x".repeat(2000)}@shop.example,`,
  ].join("\n");
  const result = await services.importSuppressions(principal, csv);
  assert.deepEqual([result.added, result.known, result.problemsTotal], [2, 1, 5]);
  assert.deepEqual(
    result.problems.map(({ line, code }) => [line, code]),
    [
      [4, "unreadable_line"],
      [5, "no_address"],
      [6, "unknown_cause"],
      [7, "unreadable_line"],
      [10, "unreadable_line"],
    ],
  );
  const page = { address: null, beforeId: null, limit: 10 };
  const listed = await services.listSuppressions(principal, page);
  assert.deepEqual(listed.map(({ address, cause, source }) => [address, cause, source]).sort(), [
    ["ann@shop.example", "unsubscribe", "import"],
    ["bob@shop.example", "manual", "import"],
  ]);
  const again = await services.importSuppressions(principal, "ann@shop.example\nnew@shop.example");
  assert.deepEqual([again.added, again.known], [1, 1]);
});

test("a list that a French or German spreadsheet has saved is taken, and so is one with tabs", async () => {
  const principal = await world.principal("separators");
  const lists = [
    'Name;"E, mail";Email;Cause\r\n"Ann; Äöü, Ann";;a1@shop.example;bounce\r\nBo, B.;;a2@shop.example;\r\n',
    "email\tcause\nb1@shop.example\tbounce\nb2@shop.example\t\n",
    "c1@shop.example;bounce\nc2@shop.example;",
  ];
  for (const csv of lists) {
    const { added, problems } = await services.importSuppressions(principal, csv);
    assert.deepEqual([added, problems], [2, []]);
  }
});

test("several thousand lines are one audit entry a group, and a bad file names a bounded number of lines", async () => {
  const principal = await world.principal("many");
  const lines = Array.from({ length: 2500 }, (_, index) => `${index}@shop.example`);
  assert.equal((await services.importSuppressions(principal, lines.join("\n"))).added, 2500);
  assert.equal(
    (await world.audit(principal.accountId)).filter(({ action }) => action.endsWith("imported")).length,
    3,
  );
  const bad = await services.importSuppressions(principal, "x\n".repeat(5000));
  assert.deepEqual([bad.problems.length, bad.problemsTotal], [1000, 5000]);
});

test("a file of bad lines leaves others their turn", async () => {
  const principal = await world.principal("busy");
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const { problemsTotal } = await services.importSuppressions(principal, "x\n".repeat(100_000));
  isOver = true;
  assert.equal(problemsTotal, 100_000);
  assert.ok(turns >= 50, `${turns} turns`);
});

test("fields come back as they were written, and no line is too odd", () => {
  const field = fc.string().map((text) => text.replace(/[\r\n]/g, "").trim());
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
      const line = fields.map((each) => `"${each.replaceAll('"', '""')}"`).join(",");
      assert.deepEqual(fieldsOf(line), fields);
    }),
  );
  fc.assert(fc.property(fc.string(), (line) => void fieldsOf(line)));
});
