import { createHash } from "node:crypto";
import { Refusal } from "../../../../base/errors.ts";

// A UUID has 36 characters and a hash in hex 128: whoever needs more can hash it.
const keyCharactersMax = 256;

const printable = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** The key of an `Idempotency-Key` header, or null when there is none. An empty one is none: proxies and clients
 *  send headers without values.
 *  @throws Refusal idempotency_key_invalid  when there are several, or it is no printable ASCII of 1 to 256 characters */
export function parseIdempotencyKey(header: string | string[] | undefined): string | null {
  const values = typeof header === "string" ? [header] : (header ?? []);
  const [key = "", ...others] = values.map((value) => value.trim());
  if (key === "" && others.length === 0) return null;
  if (others.length === 0 && key.length <= keyCharactersMax && printable.test(key)) return key;
  throw new Refusal(
    "idempotency_key_invalid",
    `Idempotency-Key must be one value of 1 to ${keyCharactersMax} printable ASCII characters.`,
  );
}

/** What tells a repeated request from another one under the same key: SHA-256 of the bytes as they came. A client
 *  that repeats a request repeats its bytes; one that writes the same JSON in another order made a new one. */
export function bodyHash(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest();
}
