import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { breakages } from "./breakages.ts";
import { judge, type Rule } from "./judge.ts";
import { type Answer, addressesOf, type Call, type Evidence } from "./ledger.ts";
import { phases } from "./phases.ts";

const source = path.resolve(import.meta.dirname, "../../src");

function acknowledge(call: Call, firstId: bigint): Answer {
  const addresses = addressesOf(call, call.tries.length);
  return {
    kind: "acknowledged",
    ids: new Map(addresses.map((each, index) => [each, firstId + BigInt(index)])),
  };
}

/** A run in which everything went well: a batch with a lost answer and its repeat, a single call, and one that nobody
 *  answered and that was stored. */
function healthy(): Evidence {
  const batch: Call = { number: 0, kind: "batch", key: "call-0", tries: [] };
  const lostAnswer: Answer = { kind: "unanswered", why: "ECONNRESET" };
  batch.tries = [lostAnswer, { ...acknowledge(batch, 1000n) }, { ...acknowledge(batch, 1000n) }];
  const single: Call = { number: 1, kind: "single", key: "call-1", tries: [] };
  single.tries = [acknowledge(single, 2000n)];
  const silent: Call = {
    number: 2,
    kind: "own",
    key: null,
    tries: [{ kind: "refused", status: 503, text: "" }],
  };
  silent.tries.push({ kind: "unanswered", why: "ECONNRESET" });
  const placed = [
    ...addressesOf(batch, 1).map((address, index) => ({ address, id: 1000n + BigInt(index) })),
    ...addressesOf(single, 0).map((address) => ({ address, id: 2000n })),
    ...addressesOf(silent, 1).map((address) => ({ address, id: 3000n })),
  ];
  const messages = placed.map(({ address, id }) => {
    return { id, domain: address.split("@")[1] ?? "", state: "sent", attempts: 1, wasUnknown: false };
  });
  const events = messages.map(({ id }) => ({ id: id << 30n, messageId: id, kind: "sent" }));
  return {
    calls: [batch, single, silent],
    receipts: new Map(placed.map(({ address }) => [address, { kept: 1, dropped: 0 }])),
    messages,
    events,
    tellings: {
      each: [...events],
      grouped: new Set(events.map(({ id }) => id)),
      feed: [...events],
      statistics: new Map([
        ["accepted", messages.length],
        ["sent", messages.length],
        ["bounced", 0],
      ]),
    },
    queued: 0,
    usage: messages.length,
    unknownExplained: 1,
    takeovers: [],
    troubles: [],
  };
}

function rulesOf(evidence: Evidence): Rule[] {
  return judge(evidence).violations.map(({ rule }) => rule);
}

/** Makes a message one that arrived twice and is reported. */
function report(evidence: Evidence, id: bigint): void {
  const row = evidence.messages.find((each) => each.id === id)!;
  Object.assign(row, { wasUnknown: true, attempts: 2 });
  const event = { id: 1n, messageId: id, kind: "unknown" };
  evidence.events.unshift(event);
  evidence.tellings!.each.unshift(event);
  evidence.tellings!.feed.unshift(event);
  evidence.tellings!.statistics.set("unknown", 1);
}

test("a run in which nothing was lost and nothing doubled holds", () => {
  const { violations, figures } = judge(healthy());
  assert.deepEqual(violations, []);
  assert.deepEqual([figures.acknowledged, figures.storedUnanswered, figures.arrivedOnce], [51, 1, 52]);
});

test("a message that arrived twice is right when it is reported", () => {
  const evidence = healthy();
  const [address = ""] = addressesOf(evidence.calls[1]!, 0);
  evidence.receipts.set(address, { kept: 2, dropped: 0 });
  assert.deepEqual(rulesOf(evidence), ["twice"]);
  report(evidence, 2000n);
  assert.deepEqual(rulesOf(evidence), []);
  evidence.unknownExplained = 0;
  assert.deepEqual(rulesOf(evidence), ["too many unknown"]);
});

const wrongs: { rule: Rule; name: string; spoil: (evidence: Evidence) => void }[] = [
  { rule: "lost", name: "a row that is gone", spoil: (e) => e.messages.splice(3, 1) },
  {
    rule: "lost",
    name: "a mail that never came",
    spoil: (e) => e.receipts.delete(addressesOf(e.calls[1]!, 0)[0]!),
  },
  {
    rule: "lost",
    name: "a mail of a call without answer that never came",
    spoil: (e) => e.receipts.delete(addressesOf(e.calls[2]!, 1)[0]!),
  },
  {
    rule: "twice",
    name: "a copy of a bounced message",
    spoil: (e) => Object.assign(e.messages.at(-2)!, { state: "bounced" }),
  },
  {
    rule: "not final",
    name: "a message that waits for ever",
    spoil: (e) => Object.assign(e.messages[0]!, { state: "deferred" }),
  },
  { rule: "not final", name: "a row in the queue", spoil: (e) => Object.assign(e, { queued: 1 }) },
  {
    rule: "refused and stored",
    name: "a refusal that was a lie",
    spoil: (e) => e.receipts.set(addressesOf(e.calls[2]!, 0)[0]!, { kept: 1, dropped: 0 }),
  },
  {
    rule: "half a call",
    name: "a batch of which a part is stored",
    spoil: (e) => {
      const half: Call = { number: 9, kind: "batch", key: null, tries: [{ kind: "unanswered", why: "" }] };
      e.calls.push(half);
      const domain = addressesOf(half, 0)[0]!.split("@")[1]!;
      e.messages.push({ id: 9n, domain, state: "sent", attempts: 1, wasUnknown: false });
    },
  },
  {
    rule: "two answers",
    name: "a key that was answered twice",
    spoil: (e) => e.calls[1]!.tries.push(acknowledge(e.calls[1]!, 7000n)),
  },
  {
    rule: "two answers",
    name: "a call that was never answered",
    spoil: (e) => Object.assign(e.calls[1]!, { tries: [] }),
  },
  {
    rule: "nobody's",
    name: "a mail nobody asked for",
    spoil: (e) => e.receipts.set("who@d1.example", { kept: 1, dropped: 0 }),
  },
  {
    rule: "sums",
    name: "one message more than was accepted",
    spoil: (e) =>
      e.messages.push({ id: 5n, domain: "d1.example", state: "sent", attempts: 1, wasUnknown: false }),
  },
  { rule: "events", name: "an event too few", spoil: (e) => e.events.pop() },
  {
    rule: "events",
    name: "an event too many",
    spoil: (e) => e.events.push({ ...e.events[0]!, id: 1n << 60n }),
  },
  {
    rule: "events",
    name: "an attempt that was not counted",
    spoil: (e) => Object.assign(e.messages[0]!, { attempts: 2 }),
  },
  { rule: "usage", name: "a day that counts otherwise", spoil: (e) => Object.assign(e, { usage: 51 }) },
  {
    rule: "overwritten",
    name: "a word of a node that was replaced",
    spoil: (e) => {
      const [event] = e.events;
      const nodeId = Number((event!.id >> 12n) & 511n);
      const messageIds = new Set([event!.messageId]);
      e.takeovers.push({ nodeId, messageIds, knownEventIds: new Set(), anewFromEventId: null });
    },
  },
  { rule: "told", name: "an event nobody was told of", spoil: (e) => e.tellings!.each.pop() },
  {
    rule: "told",
    name: "an event that did not happen",
    spoil: (e) => e.tellings!.grouped.add(7n),
  },
  {
    rule: "told",
    name: "a message's end that is told before what came first",
    spoil: (e) => {
      report(e, 2000n);
      e.tellings!.each.push(e.tellings!.each.shift()!);
    },
  },
  { rule: "feed", name: "an event that the feed leaves out", spoil: (e) => e.tellings!.feed.pop() },
  {
    rule: "feed",
    name: "an event that the feed has twice",
    spoil: (e) => e.tellings!.feed.push(e.tellings!.feed[0]!),
  },
  {
    rule: "feed",
    name: "an event that the feed calls by another name",
    spoil: (e) => Object.assign(e.tellings!.feed, [{ ...e.tellings!.feed[0]!, kind: "bounced" }]),
  },
  {
    rule: "statistics",
    name: "an event that is counted twice",
    spoil: (e) => e.tellings!.statistics.set("sent", e.messages.length + 1),
  },
  {
    rule: "statistics",
    name: "a kind that did not happen",
    spoil: (e) => e.tellings!.statistics.set("bounced", 1),
  },
  {
    rule: "odd answer",
    name: "an answer that is none",
    spoil: (e) => e.calls[1]!.tries.push({ kind: "odd", status: 500, text: "" }),
  },
  { rule: "trouble", name: "something that went wrong by the way", spoil: (e) => e.troubles.push("stuck") },
];

for (const { rule, name, spoil } of wrongs)
  test(`${name} breaks the rule "${rule}"`, () => {
    const evidence = healthy();
    spoil(evidence);
    assert.ok(rulesOf(evidence).includes(rule), rulesOf(evidence).join());
  });

for (const { name, misfortune, phase, ...safeguard } of breakages)
  test(`the breakage "${name}" fits its source and a phase`, () => {
    for (const { file, from, to } of [safeguard, ...(misfortune === undefined ? [] : [misfortune])]) {
      assert.equal(readFileSync(path.join(source, file), "utf8").split(from).length, 2);
      assert.notEqual(from, to);
    }
    assert.ok(phases.some((each) => each.name === phase));
  });
