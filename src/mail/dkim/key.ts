import { createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { Refusal } from "../../base/errors.ts";
import { parseTagList } from "./tag-list.ts";

const generate = promisify(generateKeyPair);

/** RSA of 2048 bits is what every receiver reads (RFC 8301 §3.2); Ed25519 comes as a second signature. */
export type DkimKeyKind = "rsa-2048" | "ed25519";

/** The public half as a record's `k=` and `p=` say it. */
export interface DkimPublicKey {
  readonly kind: "rsa" | "ed25519";
  readonly base64: string;
}

/** A new pair. The private half is PKCS #8, as PEM and as DER. */
export interface DkimKeyPair {
  readonly privateKey: KeyObject;
  readonly privateKeyPem: string;
  readonly privateKeyDer: Buffer;
  readonly publicKey: DkimPublicKey;
}

/** Makes a pair on the thread pool. RSA takes some 100 ms. */
export async function generateDkimKey(kind: DkimKeyKind): Promise<DkimKeyPair> {
  const { privateKey } =
    kind === "rsa-2048" ? await generate("rsa", { modulusLength: 2048 }) : await generate("ed25519", {});
  return {
    privateKey,
    privateKeyPem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    privateKeyDer: privateKey.export({ format: "der", type: "pkcs8" }),
    publicKey: dkimPublicKey(privateKey),
  };
}

/** The public half of a private key, as it is published.
 *  @throws Refusal dkim_key_unfit for other kinds of key than RSA and Ed25519 */
export function dkimPublicKey(privateKey: KeyObject): DkimPublicKey {
  const publicKey = createPublicKey(privateKey);
  switch (publicKey.asymmetricKeyType) {
    case "rsa":
      // RFC 6376 §3.6.1 names RSAPublicKey, but its own example, and every receiver, takes SubjectPublicKeyInfo.
      return { kind: "rsa", base64: publicKey.export({ format: "der", type: "spki" }).toString("base64") };
    case "ed25519": {
      // RFC 8463 §4.2: the 32 bytes of the key alone, without the ASN.1 around them.
      const { x } = publicKey.export({ format: "jwk" });
      return { kind: "ed25519", base64: Buffer.from(x ?? "", "base64url").toString("base64") };
    }
    default:
      throw new Refusal("dkim_key_unfit", "Only RSA and Ed25519 keys can sign mail.");
  }
}

/** The text of the TXT record at `selector._domainkey.domain`. `v=DKIM1` is optional (RFC 6376 §3.6.1). */
export function dkimRecordValue(publicKey: DkimPublicKey): string {
  return `k=${publicKey.kind}; p=${publicKey.base64}`;
}

/** What the DNS holds, compared with what it should hold. */
export type DkimRecordCheck =
  | { readonly kind: "match" }
  /** The key is right, but `t=y` tells receivers to treat the mail as unsigned (RFC 6376 §3.6.1). */
  | { readonly kind: "testing" }
  | { readonly kind: "missing" }
  /** An empty `p=`: the key was withdrawn. */
  | { readonly kind: "revoked" }
  /** Another key, or one limited to other uses. */
  | { readonly kind: "different"; readonly found: string }
  /** Text that no verifier takes for a key record. */
  | { readonly kind: "malformed"; readonly found: string }
  /** RFC 6376 §3.6.2.2: with several records, what verifiers do is undefined. */
  | { readonly kind: "several"; readonly found: readonly string[] };

/** Compares the TXT records of a selector, each a list of character-strings, with the expected text. White space,
 *  the order of tags and a `v=DKIM1` before them do not matter. */
export function compareDkimRecord(found: readonly (readonly string[])[], expected: string): DkimRecordCheck {
  // RFC 6376 §3.6.2.2: the strings of one record are joined with nothing between.
  const texts = found.map((strings) => strings.join(""));
  const [text, ...others] = texts;
  if (text === undefined) return { kind: "missing" };
  if (others.length > 0) return { kind: "several", found: texts };
  const tags = parseTagList(text);
  const key = tags?.get("p");
  if (tags === undefined || key === undefined || !hasFirstVersion(tags))
    return { kind: "malformed", found: text };
  if (key === "") return { kind: "revoked" };
  const wanted = parseTagList(expected);
  const same = keyOf(tags) === keyOf(wanted ?? new Map()) && isForMail(tags);
  if (!same) return { kind: "different", found: text };
  return listOf(tags.get("t")).includes("y") ? { kind: "testing" } : { kind: "match" };
}

/** RFC 6376 §3.6.1: `v=`, where present, comes first and is exactly DKIM1. */
function hasFirstVersion(tags: ReadonlyMap<string, string>): boolean {
  return !tags.has("v") || ([...tags.keys()][0] === "v" && tags.get("v") === "DKIM1");
}

function keyOf(tags: ReadonlyMap<string, string>): string {
  return `${tags.get("k") ?? "rsa"} ${(tags.get("p") ?? "").replace(/\s+/g, "")}`;
}

/** RFC 6376 §3.6.1: `h=` must allow SHA-256 and `s=` electronic mail, if they say anything. */
function isForMail(tags: ReadonlyMap<string, string>): boolean {
  const hashes = listOf(tags.get("h"));
  const services = listOf(tags.get("s"));
  return (
    (hashes.length === 0 || hashes.includes("sha256")) &&
    (services.length === 0 || services.includes("*") || services.includes("email"))
  );
}

function listOf(value: string | undefined): string[] {
  return (value ?? "")
    .split(":")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
