import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Reply, toReply } from "../../mail/smtp/reply.ts";
import { messageReasons } from "./reasons.ts";
import { readReply } from "./reply-meaning.ts";
import { type RealReply, realReplies } from "./testing/real-replies.ts";

const stages = ["mail", "rcpt", "data", "final"] as const;
const scopes = ["recipient", "content", "sender", "source", "destination", "us"];
const reasons: ReadonlySet<number> = new Set(Object.values(messageReasons));

function replyOf(line: string): Reply {
  return toReply({ code: Number(line.slice(0, 3)), lines: [line.slice(4)] });
}

function check({ stage, line, scope, reason, isHard }: RealReply): void {
  assert.deepEqual(readReply(replyOf(line), stage), { scope, reason: messageReasons[reason], isHard });
}

for (const reply of realReplies) {
  test(`${reply.scope}, ${reply.reason}${reply.isHard ? ", hard" : ""}: ${reply.line.slice(0, 90)}`, () =>
    check(reply));
}

// Written apart from the phrases the code knows, as others would put it.
const blames = [
  "Your IP address has been blocked.",
  "Client host [192.0.2.1] blocked using bl.example.net",
  "192.0.2.1 is listed at zen.spamhaus.org",
  "Sender address rejected: Access denied",
  "Sender verify failed",
  "SPF check failed for example.org",
  "Message failed DMARC evaluation",
  "DKIM signature missing",
  "Poor reputation of the connecting IP",
  "cannot find your reverse hostname",
  "banned sending IP",
  "Domain of sender does not resolve",
  "Blocked senders",
  "the envelope sender is on our deny list",
  "Helo command rejected",
  "Rejected for policy reasons",
  "Your server is on a black list",
];
const deaths = [
  "User unknown",
  "No such user here",
  "mailbox unavailable",
  "This account has been disabled",
  "The address does not exist",
  "Invalid recipient",
  "Recipient address rejected: User unknown in virtual mailbox table",
  "the mailbox is no longer valid",
];
const enhanced = fc.option(
  fc.constantFrom("5.1.1", "5.1.2", "5.2.1", "5.1.6", "5.7.1", "5.0.0", "5.4.1", "5.5.0", "5.7.606"),
  { nil: undefined },
);
const finalCode = fc.constantFrom(550, 551, 552, 553, 554, 571);

test("a reply that blames our address or sender is never hard, whatever else it says", () => {
  const words = fc.tuple(
    fc.constantFrom(...blames),
    fc.subarray(deaths),
    fc.boolean(),
    fc.constantFrom(" ", ". ", "; "),
  );
  fc.assert(
    fc.property(words, finalCode, enhanced, fc.constantFrom(...stages), (said, code, status, stage) => {
      const [blame, dead, isFirst, separator] = said;
      const text = (isFirst ? [blame, ...dead] : [...dead, blame]).join(separator);
      const reply = { code, text, ...(status === undefined ? {} : { enhanced: status }) };
      const meaning = readReply(reply, stage);
      assert.equal(meaning.isHard, false, text);
      assert.notEqual(meaning.scope, "recipient", text);
    }),
    { numRuns: 2000 },
  );
});

test("a status that blames our sender or account is never hard, whatever the words say", () => {
  const status = fc.constantFrom(
    "5.1.7",
    "5.1.8",
    "5.7.8",
    "5.7.13",
    "5.7.20",
    "5.7.26",
    "5.7.27",
    "5.7.515",
  );
  fc.assert(
    fc.property(fc.constantFrom(...deaths), finalCode, status, (text, code, each) => {
      assert.equal(readReply({ code, text, enhanced: each }, "rcpt").isHard, false);
    }),
  );
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc
    .array(fc.constantFrom(...blames, ...deaths, "quota", "spam", "greylisted", "relay denied"), {
      maxLength: 6,
    })
    .map((parts) => parts.join(" ")),
);
const anyReply = fc.record(
  {
    code: fc.integer({ min: 200, max: 599 }),
    text: anyText,
    enhanced: fc.tuple(fc.constantFrom(4, 5), fc.nat(999), fc.nat(999)).map((parts) => parts.join(".")),
  },
  { requiredKeys: ["code", "text"] },
);

test("any text is read, and only a final refusal of the recipient, not before RCPT, can be hard", () => {
  fc.assert(
    fc.property(anyReply, fc.constantFrom(...stages), (reply, stage) => {
      const meaning = readReply(reply, stage);
      assert.ok(scopes.includes(meaning.scope));
      assert.ok(reasons.has(meaning.reason));
      assert.deepEqual(Object.keys(meaning).sort(), ["isHard", "reason", "scope"]);
      if (!meaning.isHard) return;
      assert.equal(meaning.scope, "recipient");
      assert.ok(reply.code >= 500);
      assert.notEqual(stage, "mail");
    }),
    { numRuns: 3000 },
  );
});

test("the recipient's own address decides nothing", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("spam", "spf", "rbl", "quota", "sender", "no-such-user", "blacklist"),
      (local) => {
        const text = `<${local}@${local}.example>: Recipient address rejected: User unknown`;
        const meaning = readReply({ code: 550, text }, "rcpt");
        assert.deepEqual(meaning, { scope: "recipient", reason: messageReasons.userUnknown, isHard: true });
      },
    ),
  );
});

test("a phrase that is part of a longer word does not count", () => {
  const meaning = readReply({ code: 554, text: "The marble spammer has antivirus quotations" }, "final");
  assert.deepEqual(meaning, { scope: "content", reason: messageReasons.contentBlocked, isHard: false });
  assert.equal(readReply({ code: 450, text: "marble" }, "rcpt").scope, "destination");
});

test("the longest text is read at once", () => {
  for (const text of ["a".repeat(1024), "@".repeat(1024), "a@".repeat(512), "x".repeat(1023).concat("@")]) {
    const startedAt = performance.now();
    readReply({ code: 550, text }, "rcpt");
    assert.ok(performance.now() - startedAt < 100, text.slice(0, 10));
  }
});
