import assert from "node:assert/strict";
import type { Credentials, TestService } from "./service.ts";

/** A message for one recipient, as the API has accepted it. */
export interface Accepted {
  address: string;
  id: bigint;
  uuid: string;
}

/** A message of Send API v3.1, as far as a test cares: the rest is filled in. */
export type Message = Record<string, unknown> & { To: { Email: string; Name?: string }[] };

/** Sends with v3.1 and fails the test unless every message is accepted. Answers the recipients in the order of the
 *  answer: To, Cc, Bcc of the first message, then of the second. */
export async function send(
  service: TestService,
  credentials: Credentials,
  ...messages: Message[]
): Promise<Accepted[]> {
  const Messages = messages.map((message) => ({ Subject: "Hello", TextPart: "Hello there.", ...message }));
  const answer = await service.request(credentials, "POST", "/v3.1/send", { body: { Messages } });
  assert.equal(answer.status, 200, answer.text);
  return acceptedIn(answer.text);
}

/** The recipients of an answer of v3.1. The ids are read from the text: they are beyond what JSON.parse keeps. */
export function acceptedIn(text: string): Accepted[] {
  const entries = text.matchAll(/"Email":("(?:[^"\\]|\\.)*"),"MessageUUID":"([^"]+)","MessageID":(\d+)/g);
  return [...entries].map(([, address = '""', uuid = "", id = "0"]) => {
    return { address: JSON.parse(address) as string, id: BigInt(id), uuid };
  });
}
