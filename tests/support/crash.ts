import { setTimeout as pause } from "node:timers/promises";
import type { Credentials, TestService } from "./service.ts";

/** A message as the API has accepted it. */
export interface AcceptedMessage {
  id: bigint;
  address: string;
}

const giveUpMs = 120_000;

/** Sends messages through the API as a careful client does: the same Idempotency-Key until there is an answer.
 *  The address of a message names it, so that the sink's count can be compared. */
export async function sendThroughCrashes(
  service: TestService,
  credentials: Credentials,
  plan: { calls: number; messagesPerCall: number; from: string; domainOf: (index: number) => string },
): Promise<AcceptedMessage[]> {
  const accepted: AcceptedMessage[] = [];
  for (let call = 0; call < plan.calls; call++) {
    const Messages = Array.from({ length: plan.messagesPerCall }, (_, index) => ({
      From: { Email: plan.from },
      To: [{ Email: `m${call}-${index}@${plan.domainOf(index)}` }],
      Subject: `Message ${call}-${index}`,
      TextPart: `This is message ${index} of call ${call}.`,
    }));
    const text = await insist(service, credentials, { Messages }, `call-${call}`);
    for (const match of text.matchAll(/"Email":"([^"]+)","MessageUUID":"[^"]+","MessageID":(\d+)/g)) {
      accepted.push({ address: match[1] ?? "", id: BigInt(match[2] ?? 0) });
    }
  }
  return accepted;
}

async function insist(
  service: TestService,
  credentials: Credentials,
  body: unknown,
  key: string,
): Promise<string> {
  const until = Date.now() + giveUpMs;
  for (;;) {
    try {
      const headers = { "Idempotency-Key": key };
      const answer = await service.request(credentials, "POST", "/v3.1/send", { body, headers });
      if (answer.status === 200) return answer.text;
      if (answer.status < 500 && answer.status !== 429) throw new Refused(answer.text);
    } catch (error) {
      if (error instanceof Refused || Date.now() > until) throw error;
    }
    await pause(50);
  }
}

class Refused extends Error {}
