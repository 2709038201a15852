import { idAt } from "../../../base/ids.ts";
import type { EventKind } from "../../../core/events/index.ts";
import type { DescribedEvent } from "../../../core/messages/index.ts";
import {
  messageOf,
  signatureOf,
  signingSecrets,
  urlPlace,
  type Verdict,
  verdictOf,
  type Webhook,
} from "../../../core/webhooks/index.ts";
import type { Principal } from "../principal.ts";
import { readOwn, type ServiceContext } from "./context.ts";

/** What a webhook answered to a test. */
export interface TestOutcome {
  verdict: Verdict;
  status: number | null;
  answer: string;
  durationMs: number;
}

/** Posts an event that has not happened, signed and written like any other, and waits for the answer. It is about the
 *  message 0, which there is not. */
export async function testWebhook(
  context: ServiceContext,
  principal: Principal,
  webhook: Webhook,
  kind: EventKind,
): Promise<TestOutcome> {
  const { keyring, clock } = context;
  const { accountId, id, format, sealedUrl } = webhook;
  const message = messageOf(format, [exampleOf(accountId, kind, clock.now())]);
  if (message === null) throw new Error(`The format ${format} has no word for ${kind}.`);
  const opened = await readOwn(context, principal, async () => ({
    url: new URL(keyring.openIdentity(urlPlace(accountId, id), sealedUrl).toString()),
    secrets: signingSecrets(keyring, webhook, clock.now()),
  }));
  const timestampSeconds = Math.floor(clock.real() / 1000);
  const signature = signatureOf(opened.secrets, { ...message, timestampSeconds });
  const outcome = await context.postWebhook({
    url: opened.url,
    headers: {
      "webhook-id": message.id,
      "webhook-timestamp": String(timestampSeconds),
      ...(signature === "" ? {} : { "webhook-signature": signature }),
    },
    body: message.body,
  });
  return {
    verdict: verdictOf(format, outcome),
    status: outcome.kind === "answered" ? outcome.status : null,
    answer: outcome.kind === "answered" ? outcome.answer : outcome.detail,
    durationMs: outcome.durationMs,
  };
}

// The addresses of RFC 2606 reach nobody.
function exampleOf(accountId: bigint, kind: EventKind, now: Date): DescribedEvent {
  const isFailure = kind === "bounced" || kind === "blocked";
  const isReading = kind === "opened" || kind === "clicked";
  return {
    event: {
      accountId,
      id: idAt(now),
      logPosition: 0n,
      messageId: 0n,
      kind,
      reason: isFailure ? 1 : null,
      replyCode: kind === "sent" ? 250 : isFailure ? 550 : null,
      enhanced: kind === "sent" ? "2.0.0" : isFailure ? "5.1.1" : null,
      sealed: null,
      ...(isReading ? { reading: { campaignId: null, verdict: "people", link: null, position: null } } : {}),
    },
    at: now,
    words: {
      text: kind === "sent" ? "OK" : isFailure ? "user unknown" : null,
      detail: null,
      host: "mx.example.com",
      url: kind === "clicked" ? "https://example.com/" : null,
    },
    message: {
      id: 0n,
      uuid: "00000000-0000-4000-8000-000000000000",
      contactId: 0n,
      campaignId: null,
      campaign: "",
      identity: {
        address: "reader@example.com",
        name: "",
        role: "to",
        subject: "Test",
        customId: "test",
        eventPayload: "",
      },
    },
  };
}
