import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type {
  ConnectionError,
  OpenFailed,
  SendResult,
  SendStage,
  UnsendableReason,
} from "../../mail/smtp/index.ts";
import { toReply } from "../../mail/smtp/reply.ts";
import { type NoRoute, type Outcome, outcomeOfNoRoute, outcomeOfOpen, outcomeOfSend } from "./outcome.ts";
import { messageReasons } from "./reasons.ts";
import { realReplies } from "./testing/real-replies.ts";

const stages: SendStage[] = ["mail", "rcpt", "data", "final"];
const stage = fc.constantFrom(...stages);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom(...realReplies.map(({ line }) => line.slice(4))),
);
const enhanced = fc.tuple(fc.constantFrom(2, 4, 5), fc.nat(9), fc.nat(40)).map((parts) => parts.join("."));
const replyWith = (codes: { min: number; max: number }) =>
  fc.record({ code: fc.integer(codes), text, enhanced }, { requiredKeys: ["code", "text"] });

function isHard(outcome: Outcome): boolean {
  return outcome.kind === "bounced" && outcome.isHard;
}

test("every 5yz is final and every other refusal is tried again, whatever the words say", () => {
  fc.assert(
    fc.property(replyWith({ min: 200, max: 599 }), stage, (reply, each) => {
      const outcome = outcomeOfSend({ kind: "rejected", stage: each, reply });
      assert.equal(outcome.kind, reply.code >= 500 ? "bounced" : "deferred");
    }),
    { numRuns: 2000 },
  );
});

test("only what concerns the recipient is ever hard", () => {
  fc.assert(
    fc.property(replyWith({ min: 500, max: 599 }), stage, (reply, each) => {
      const outcome = outcomeOfSend({ kind: "rejected", stage: each, reply });
      if (isHard(outcome)) assert.equal(outcome.kind === "bounced" && outcome.scope, "recipient");
      if (each === "mail") assert.equal(isHard(outcome), false);
    }),
    { numRuns: 2000 },
  );
});

test("the class of an enhanced code does not outweigh the first digit of the reply", () => {
  const reply = { code: 450, enhanced: "5.1.1", text: "User unknown" };
  assert.equal(outcomeOfSend({ kind: "rejected", stage: "rcpt", reply }).kind, "deferred");
});

test("an outcome carries the server's reply for the record", () => {
  const reply = toReply({ code: 550, lines: ["5.1.1 No such user", "5.1.1 Look again"] });
  const outcome = outcomeOfSend({ kind: "rejected", stage: "rcpt", reply });
  assert.deepEqual(outcome, {
    kind: "bounced",
    scope: "recipient",
    reason: messageReasons.userUnknown,
    isHard: true,
    reply,
    detail: "refused at rcpt",
  });
});

test("an accepted message is sent", () => {
  const reply = { code: 250, text: "queued as 1" };
  assert.deepEqual(outcomeOfSend({ kind: "accepted", reply }), { kind: "sent", reply });
});

const errors: ConnectionError[] = [
  "refused",
  "unreachable",
  "timeout",
  "reset",
  "closed",
  "protocol",
  "cancelled",
];

test("a connection lost after the final dot leaves the outcome unknown; before it, the message is tried again", () => {
  for (const error of errors) {
    for (const each of stages) {
      const lost: SendResult = { kind: "lost", stage: each, afterFinalDot: false, error };
      const before = outcomeOfSend(lost);
      assert.equal(before.kind, "deferred");
      assert.equal(before.kind === "deferred" && before.scope, "destination");
      assert.equal(outcomeOfSend({ ...lost, afterFinalDot: true }).kind, "unknown");
    }
  }
});

test("what cannot be sent at all bounces without blaming the address", () => {
  const blamed: Record<UnsendableReason, string> = {
    too_large: "content",
    smtputf8_unsupported: "recipient",
    invalid_address: "recipient",
    eight_bit_unsupported: "content",
    bare_line_ending: "us",
    unterminated: "us",
  };
  for (const [reason, scope] of Object.entries(blamed)) {
    const outcome = outcomeOfSend({ kind: "unsendable", reason: reason as UnsendableReason });
    assert.equal(outcome.kind === "bounced" && outcome.scope, scope);
    assert.equal(isHard(outcome), false);
  }
});

const openStages = ["connect", "tls", "greeting", "ehlo", "starttls", "auth"] as OpenFailed["stage"][];

test("that no connection could be opened is never final, whatever was said", () => {
  fc.assert(
    fc.property(fc.constantFrom(...openStages), replyWith({ min: 200, max: 599 }), (each, reply) => {
      const outcome = outcomeOfOpen({ kind: "failed", stage: each, reply } as OpenFailed);
      assert.equal(outcome.kind, "deferred");
      assert.ok(outcome.kind === "deferred" && ["source", "destination"].includes(outcome.scope));
    }),
  );
});

test("a failure to sign in at a smart host is ours", () => {
  for (const error of ["auth_not_offered", "auth_without_tls"] as const) {
    const outcome = outcomeOfOpen({ kind: "failed", stage: "auth", error } as OpenFailed);
    assert.equal(outcome.kind === "deferred" && outcome.scope, "us");
  }
  const refused = outcomeOfOpen({ kind: "failed", stage: "connect", error: "refused" } as OpenFailed);
  assert.equal(refused.kind === "deferred" && refused.scope, "destination");
});

test("a domain that takes no mail bounces for good; one that cannot be reached is tried again", () => {
  const final: Record<NoRoute, boolean> = {
    null_mx: true,
    no_mail_host: true,
    missing_domain: true,
    dns_failed: false,
    tls_policy: false,
    internal_address: false,
  };
  for (const [problem, isFinal] of Object.entries(final)) {
    const outcome = outcomeOfNoRoute(problem as NoRoute);
    assert.equal(outcome.kind, isFinal ? "bounced" : "deferred");
    assert.equal(isHard(outcome), isFinal);
  }
});
