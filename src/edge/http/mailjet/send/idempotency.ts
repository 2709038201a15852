import { createHash } from "node:crypto";
import { Refusal } from "../../../../base/errors.ts";
import { idempotencyKeyCharactersMax, isIdempotencyKey } from "../../../../core/messages/index.ts";

/** The key of an `Idempotency-Key` header, or null when there is none. An empty one is none: proxies and clients
 *  send headers without values.
 *  @throws Refusal idempotency_key_invalid  when there are several, or it is no printable ASCII of 1 to 256 characters */
export function parseIdempotencyKey(header: string | string[] | undefined): string | null {
  const values = typeof header === "string" ? [header] : (header ?? []);
  const [key = "", ...others] = values.map((value) => value.trim());
  if (key === "" && others.length === 0) return null;
  if (others.length === 0 && isIdempotencyKey(key)) return key;
  throw new Refusal(
    "idempotency_key_invalid",
    `Idempotency-Key must be one value of 1 to ${idempotencyKeyCharactersMax} printable ASCII characters.`,
  );
}

/** What tells a repeated request from another one under the same key: SHA-256 of the bytes as they came. A client
 *  that repeats a request repeats its bytes; one that writes the same JSON in another order made a new one. */
export function bodyHash(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest();
}
