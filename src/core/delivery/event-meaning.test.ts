import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Reply, toReply } from "../../mail/smtp/reply.ts";
import { eventKinds } from "../events/index.ts";
import {
  type MeaningCode,
  meaningCodes,
  meaningOfEvent,
  meaningTexts,
  type WhatHappened,
} from "./event-meaning.ts";
import { type NoRoute, type Outcome, outcomeOfNoRoute, outcomeOfOpen, outcomeOfSend } from "./outcome.ts";
import { messageReasons } from "./reasons.ts";
import { realReplies } from "./testing/real-replies.ts";

const nothing = { reason: null, replyCode: null, enhanced: null, text: null, detail: null, host: null };
const meaningOf = (event: Partial<WhatHappened> & Pick<WhatHappened, "kind">) =>
  meaningOfEvent({ ...nothing, ...event });

// As an outcome is written into an event and read back.
function asEvent(outcome: Outcome): WhatHappened {
  const reply: Reply | null = "reply" in outcome ? outcome.reply : null;
  return {
    kind: outcome.kind,
    reason: "reason" in outcome ? outcome.reason : null,
    replyCode: reply?.code ?? null,
    enhanced: reply?.enhanced ?? null,
    text: reply?.text ?? null,
    detail: "detail" in outcome ? outcome.detail : null,
    host: "mx.example.net",
  };
}

function answered(line: string, stage: "mail" | "rcpt" | "data" | "final"): MeaningCode | null {
  const reply = toReply({ code: Number(line.slice(0, 3)), lines: [line.slice(4)] });
  return meaningOfEvent(asEvent(outcomeOfSend({ kind: "rejected", stage, reply })));
}

test("what servers say is told in the words of whoever has sent the message", () => {
  const said: [line: string, stage: "mail" | "rcpt" | "final", means: MeaningCode][] = [
    ["550 5.1.1 No such user", "rcpt", "mailbox_unknown"],
    ["550 5.2.1 The account is disabled", "rcpt", "mailbox_inactive"],
    ["452 4.2.2 The mailbox is over quota", "rcpt", "mailbox_full"],
    ["450 4.7.1 Greylisted, come back later", "rcpt", "greylisted"],
    [
      "550 5.7.26 Unauthenticated mail is not accepted due to the domain's DMARC policy",
      "final",
      "authentication_missing",
    ],
    ["554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", "rcpt", "source_listed"],
    ["421 4.7.0 unusual rate of unsolicited mail from your IP address", "final", "source_refused"],
    ["451 4.7.1 Too many messages, slow down", "rcpt", "sending_too_fast"],
    ["552 5.3.4 Message size exceeds the limit", "mail", "too_large"],
    ["554 5.7.1 Message looks like spam", "final", "content_refused"],
    ["554 5.7.1 Relay access denied", "rcpt", "relaying_refused"],
    ["535 5.7.8 Authentication credentials invalid", "mail", "next_server_refused"],
  ];
  for (const [line, stage, means] of said) assert.equal(answered(line, stage), means, line);
});

test("every refusal of real servers has a meaning that its reason allows", () => {
  for (const { line, stage, scope } of realReplies) {
    const code = answered(line, stage) ?? assert.fail(line);
    assert.ok(meaningCodes.includes(code), line);
    if (scope === "recipient") assert.match(code, /^(mailbox|domain|server|protocol)/, line);
    if (code === "mailbox_unknown") assert.equal(scope, "recipient", line);
  }
});

test("where nobody said anything, it is told what was seen", () => {
  const expected: Record<NoRoute, MeaningCode> = {
    null_mx: "domain_without_mail",
    no_mail_host: "domain_without_mail",
    missing_domain: "domain_unknown",
    tls_policy: "encryption_missing",
    internal_address: "connection_failed",
    dns_failed: "dns_failed",
  };
  for (const [problem, means] of Object.entries(expected))
    assert.equal(meaningOfEvent(asEvent(outcomeOfNoRoute(problem as NoRoute))), means);
  const lost = { kind: "lost", stage: "data", afterFinalDot: false, error: "timeout" } as const;
  assert.equal(meaningOfEvent(asEvent(outcomeOfSend(lost))), "connection_failed");
  assert.equal(meaningOfEvent(asEvent(outcomeOfSend({ ...lost, afterFinalDot: true }))), "outcome_unknown");
  for (const [reason, means] of [
    ["too_large", "too_large"],
    ["smtputf8_unsupported", "smtputf8_missing"],
    ["bare_line_ending", "own_fault"],
  ] as const)
    assert.equal(meaningOfEvent(asEvent(outcomeOfSend({ kind: "unsendable", reason }))), means);
  const refused = outcomeOfOpen({ stage: "connect", error: "refused" } as Parameters<
    typeof outcomeOfOpen
  >[0]);
  assert.equal(meaningOfEvent(asEvent(refused)), "connection_failed");
});

test("what was decided here is told apart from what others decided", () => {
  assert.equal(meaningOf({ kind: "sent", host: "mx.example.net", replyCode: 250 }), "delivered");
  assert.equal(
    meaningOf({ kind: "sent", replyCode: 250, text: "kept in the test inbox" }),
    "kept_in_test_inbox",
  );
  assert.equal(meaningOf({ kind: "blocked", reason: messageReasons.preblocked }), "suppressed");
  assert.equal(meaningOf({ kind: "blocked", reason: messageReasons.spamReporter }), "complained");
  assert.equal(
    meaningOf({ kind: "blocked", reason: messageReasons.duplicateInCampaign }),
    "duplicate_in_campaign",
  );
  assert.equal(meaningOf({ kind: "blocked", reason: messageReasons.templateError }), "template_fault");
  assert.equal(meaningOf({ kind: "blocked", reason: messageReasons.senderBlocked }), "sender_not_verified");
  assert.equal(meaningOf({ kind: "cancelled" }), "cancelled");
  assert.equal(meaningOf({ kind: "expired" }), "expired");
  assert.equal(
    meaningOf({ kind: "expired", reason: messageReasons.greylisted, replyCode: 450 }),
    "greylisted",
  );
  for (const kind of ["opened", "clicked", "unsubscribed"] as const) assert.equal(meaningOf({ kind }), null);
});

test("whatever is stored of an event, its meaning is one of the list or none", () => {
  const text = fc.option(fc.string(), { nil: null });
  const event = fc.record({
    kind: fc.constantFrom(...eventKinds),
    reason: fc.option(fc.integer({ min: 0, max: 30 }), { nil: null }),
    replyCode: fc.option(fc.integer({ min: 200, max: 599 }), { nil: null }),
    enhanced: fc.option(fc.constantFrom("5.1.1", "4.7.1", "5.3.4", "x"), { nil: null }),
    text,
    detail: fc.oneof(text, fc.constantFrom("refused at rcpt", "refused at final", "valueOf")),
    host: text,
  });
  fc.assert(
    fc.property(event, (happened) => {
      const code = meaningOfEvent(happened);
      assert.ok(code === null || meaningTexts[code].length > 0);
    }),
  );
});
