import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DestinationBudget, type DestinationLimits, limitsOf } from "./budget.ts";

const limits: DestinationLimits = {
  provider: "",
  connectionsMax: 10,
  messagesPerConnectionMax: 100,
  messagesPerMinuteMax: Number.POSITIVE_INFINITY,
};
const secondMs = 1000;
const hourMs = 3_600_000;

function succeed(budget: DestinationBudget, times: number): void {
  for (let count = 0; count < times; count++) budget.succeeded();
}

test("a destination begins with half of what it is known to bear and earns the rest", () => {
  const budget = new DestinationBudget(limits);
  assert.equal(budget.connections(0), 5);
  succeed(budget, 19);
  assert.equal(budget.connections(0), 5);
  succeed(budget, 1);
  assert.equal(budget.connections(0), 6);
  succeed(budget, 1000);
  assert.equal(budget.connections(0), 10);
});

test("a refusal pauses the destination and halves it; each further one doubles the pause up to an hour", () => {
  const budget = new DestinationBudget(limits);
  let now = 0;
  const pauses: number[] = [];
  const connections: number[] = [];
  for (let count = 0; count < 9; count++) {
    budget.refused(now);
    assert.equal(budget.connections(now), 0);
    pauses.push((budget.pausedUntil - now) / secondMs);
    now = budget.pausedUntil;
    connections.push(budget.connections(now));
  }
  assert.deepEqual(pauses, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
  assert.deepEqual(connections, [2, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test("connections that hear the same refusal count once", () => {
  const budget = new DestinationBudget({ ...limits, connectionsMax: 20 });
  for (let heard = 0; heard < 10; heard++) budget.refused(heard);
  assert.equal(budget.pausedUntil, 30 * secondMs);
  assert.equal(budget.connections(budget.pausedUntil), 5);
});

test("a message that is taken ends the row of refusals: the next pause is short again", () => {
  const budget = new DestinationBudget(limits);
  budget.refused(0);
  budget.refused(budget.pausedUntil);
  const now = budget.pausedUntil;
  budget.succeeded();
  budget.refused(now);
  assert.equal(budget.pausedUntil - now, 30 * secondMs);
});

test("a destination that was unwell for a day is back at its limit after some hundred messages", () => {
  const budget = new DestinationBudget(limits);
  let now = 0;
  while (now < 24 * hourMs) {
    budget.refused(now);
    now = budget.pausedUntil;
  }
  assert.equal(budget.connections(now), 1);
  succeed(budget, 9 * 20);
  assert.equal(budget.connections(now), 10);
});

test("whatever happens, connections stay between one and the limit outside of pauses, and pauses below an hour", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("taken" as const), times: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant("refused" as const), times: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant("later" as const), times: fc.integer({ min: 0, max: 7200 }) }),
  );
  const shape = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(shape, fc.array(step, { maxLength: 60 }), ([connectionsMax, share], steps) => {
      const budget = new DestinationBudget({ ...limits, connectionsMax }, share);
      let now = 0;
      for (const { kind, times } of steps) {
        if (kind === "later") now += times * secondMs;
        else
          for (let count = 0; count < times; count++)
            kind === "taken" ? budget.succeeded() : budget.refused(now);
        assert.ok(budget.pausedUntil - now <= hourMs);
        const connections = budget.connections(Math.max(now, budget.pausedUntil));
        assert.ok(connections >= 1 && connections <= Math.max(1, Math.floor(connectionsMax / share)));
      }
    }),
  );
});

test("no more messages go in a minute than the destination bears, and the next minute is fresh", () => {
  const budget = new DestinationBudget({ ...limits, messagesPerMinuteMax: 3 });
  const spent = [0, 1, 2, 3, 59_999, 60_000, 60_001].map((now) => budget.spend(now));
  assert.deepEqual(spent, [true, true, true, false, false, true, true]);
});

test("several nodes have their part of every limit, and each at least one", () => {
  const few = { ...limits, connectionsMax: 4, messagesPerMinuteMax: 9 };
  assert.deepEqual(new DestinationBudget(few, 3).limits, {
    ...few,
    connectionsMax: 1,
    messagesPerMinuteMax: 3,
  });
  assert.deepEqual(new DestinationBudget(few, 30).limits, {
    ...few,
    connectionsMax: 1,
    messagesPerMinuteMax: 1,
  });
  assert.equal(new DestinationBudget(limits, 4).limits.messagesPerMinuteMax, Number.POSITIVE_INFINITY);
});

test("a provider is known by the names of its mail servers, in any case and with a trailing dot", () => {
  const known: Record<string, string> = {
    "aspmx.l.google.com": "google",
    "ALT1.GMAIL-SMTP-IN.L.GOOGLE.COM.": "google",
    "example-org.mail.protection.outlook.com": "microsoft",
    "mta5.am0.yahoodns.net": "yahoo",
    "smtp-in.orange.fr": "orange",
    "mx00.gmx.net": "united-internet",
    "mx1.mail.icloud.com": "apple",
  };
  for (const [host, provider] of Object.entries(known)) assert.equal(limitsOf([host]).provider, provider);
});

test("a name that only resembles a provider's is an ordinary destination", () => {
  for (const host of ["notgoogle.com", "google.com.example.org", "mx.example.org", ""]) {
    assert.equal(limitsOf([host]).provider, "");
  }
  assert.equal(limitsOf([]).provider, "");
  assert.equal(limitsOf(["mx.example.org", "aspmx.l.google.com"]).provider, "google");
});

test("a part follows the number of nodes: what is too much is given up at once, and more is earned again", () => {
  const budget = new DestinationBudget({ ...limits, messagesPerMinuteMax: 60 });
  succeed(budget, 1000);
  budget.shareAmong(4);
  assert.equal(budget.connections(0), 2);
  assert.equal(budget.limits.messagesPerMinuteMax, 15);
  budget.shareAmong(1);
  assert.equal(budget.connections(0), 2);
  succeed(budget, 1000);
  assert.equal(budget.connections(0), 10);
});
