import assert from "node:assert/strict";
import { after, test } from "node:test";
import { allHoldings } from "../../../app-holdings.ts";
import { runRetention } from "../../../core/retention/index.ts";
import { holdingCodes } from "../api/services.ts";
import { holdingsApi } from "./api-holdings.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, clock } = world;
const services = holdingsApi({ ...context, holdings: allHoldings });

test("every table that is declared is in a class, and every class tells why and how long", async () => {
  const classes = await services.readHoldings(await world.principal());
  assert.deepEqual(
    classes.map(({ code }) => code),
    [...holdingCodes],
  );
  const told = new Set(classes.flatMap(({ tables }) => tables));
  for (const { table } of allHoldings) assert.ok(told.has(table), table);
  for (const { code, title, purposes, legalBasis, retention } of classes) {
    assert.ok(title !== "" && purposes.length > 0 && legalBasis.length > 0, code);
    assert.match(retention.text, /\.$/, code);
  }
  const isSealed = new Map(classes.map(({ code, sealed }) => [code, sealed]));
  assert.deepEqual(
    [isSealed.get("content"), isSealed.get("events"), isSealed.get("operation")],
    [true, true, false],
  );
});

test("the figures are those of the policy", async () => {
  const classes = await services.readHoldings(await world.principal());
  const { contentDays, eventMonths, closeMonths } = context.figures.at(clock.now());
  const figures = { content: contentDays, events: eventMonths, account: closeMonths };
  for (const [code, expected] of Object.entries(figures)) {
    const { text, figure } = classes.find((each) => each.code === code)?.retention ?? assert.fail(code);
    assert.equal(figure, expected, code);
    assert.ok(text.includes(String(figure)), text);
  }
  assert.equal(classes.find(({ code }) => code === "operation")?.retention.figure, null);
});

test("the oldest is the account's own, and the last purge is told", async () => {
  const [principal, stranger] = [await world.principal(), await world.principal()];
  await world.approve(principal.accountId, "shop.example");
  const sentAt = clock.now();
  await world.send(principal.accountId, { from: "a@shop.example", to: ["ann@example.net"] });
  clock.advance(3_600_000);
  const oldestOf = async (who: typeof principal) => {
    const classes = await services.readHoldings(who);
    return ["content", "events", "queue"].map((code) => classes.find((each) => each.code === code)?.oldest);
  };
  assert.deepEqual(await oldestOf(principal), [sentAt, sentAt, sentAt]);
  assert.deepEqual(await oldestOf(stranger), [null, null, null]);
  const before = (await services.readHoldings(principal)).find(({ code }) => code === "content");
  assert.equal(before?.lastPurge, null);
  await runRetention(context);
  const after = await services.readHoldings(principal);
  assert.equal(after.find(({ code }) => code === "content")?.lastPurge?.outcome, "done");
  assert.equal(after.find(({ code }) => code === "account")?.lastPurge, null);
});
