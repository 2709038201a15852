import { createHmac, randomBytes } from "node:crypto";
import type { Keyring } from "../keys/index.ts";
import { secretPlace, type Webhook } from "./webhook.ts";

// Standard Webhooks: 24 to 64 bytes.
const secretBytes = 32;
const prefix = "whsec_";
// After a rotation both secrets sign for a day, so that the consumer can change in its own time.
const overlapHours = 24;

interface StoredSecret {
  current: string;
  previous: string | null;
  /** Until when the previous one signs too: milliseconds. */
  previousUntil: number;
}

/** Makes a new signing secret; what was used before goes on for a day. Answers the secret, which is shown this once,
 *  and what is to be stored. */
export function rotateSecret(
  keyring: Keyring,
  webhook: Pick<Webhook, "accountId" | "id" | "sealedSecret">,
  now: Date,
): { secret: string; sealed: Buffer } {
  const secret = `${prefix}${randomBytes(secretBytes).toString("base64")}`;
  const before = openSecret(keyring, webhook);
  const stored: StoredSecret = {
    current: secret,
    previous: before?.current ?? null,
    previousUntil: now.getTime() + overlapHours * 3_600_000,
  };
  const place = secretPlace(webhook.accountId, webhook.id);
  return { secret, sealed: keyring.sealIdentity(place, JSON.stringify(stored)) };
}

/** The secrets that sign at an instant, the current one first. */
export function signingSecrets(
  keyring: Keyring,
  webhook: Pick<Webhook, "accountId" | "id" | "sealedSecret">,
  now: Date,
): string[] {
  const stored = openSecret(keyring, webhook);
  if (stored === null) return [];
  const { current, previous, previousUntil } = stored;
  return previous !== null && now.getTime() < previousUntil ? [current, previous] : [current];
}

/** The header `webhook-signature`: one signature a secret.
 *  @see Standard Webhooks, signature scheme */
export function signatureOf(
  secrets: readonly string[],
  message: { id: string; timestampSeconds: number; body: Buffer },
): string {
  const { id, timestampSeconds, body } = message;
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(prefix.length), "base64");
      const mac = createHmac("sha256", key)
        .update(`${id}.${timestampSeconds}.`)
        .update(body)
        .digest("base64");
      return `v1,${mac}`;
    })
    .join(" ");
}

function openSecret(
  keyring: Keyring,
  { accountId, id, sealedSecret }: Pick<Webhook, "accountId" | "id" | "sealedSecret">,
): StoredSecret | null {
  if (sealedSecret === null) return null;
  return JSON.parse(
    keyring.openIdentity(secretPlace(accountId, id), sealedSecret).toString(),
  ) as StoredSecret;
}
