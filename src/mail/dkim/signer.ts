import { hash, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { Refusal } from "../../base/errors.ts";
import { headerFields, relaxedBodyHash, relaxField } from "./canonical.ts";

const signOnThreadPool = promisify<string, Buffer, KeyObject, Buffer>(sign);

/** RFC 8301 §3.1 leaves one RSA algorithm; RFC 8463 adds the elliptic one. */
export type DkimAlgorithm = "rsa-sha256" | "ed25519-sha256";

// Named once more than they occur, so that a copy added on the way breaks the signature (RFC 6376 §8.15).
// These are the fields a mail program shows, or reads the body by.
const oversignedFields: readonly string[] = [
  "From",
  "Subject",
  "To",
  "Cc",
  "Date",
  "Reply-To",
  "Message-ID",
  "MIME-Version",
  "Content-Type",
];

// Signed where present. One-click withdrawal counts only if both its fields are signed (RFC 8058 §4), complaint
// feedback only if its fields are (RFC 9477 §3.1.4); the others are those of RFC 6376 §5.4.1.
const signedFields: readonly string[] = [
  "Sender",
  "In-Reply-To",
  "References",
  "Content-Transfer-Encoding",
  "Auto-Submitted",
  "List-Id",
  "List-Help",
  "List-Unsubscribe",
  "List-Unsubscribe-Post",
  "List-Subscribe",
  "List-Post",
  "List-Owner",
  "List-Archive",
  "Feedback-ID",
  "CFBL-Address",
  "CFBL-Feedback-ID",
];

// Seven days: longer than a message may wait for its last attempt (RFC 5321 §4.5.4.1 asks for four to five days),
// and short enough that a copy caught by someone else soon stops passing (replay, RFC 6376 §8.6).
const signatureLifetimeSeconds = 7 * 86_400;

// RFC 8301 §3.2: signers use at least 1024 bits; the keys made here have 2048.
const rsaBitsMin = 1024;
// RFC 5322 §2.1.1 asks for lines of at most 78 characters.
const lineLengthMax = 78;
const domainLengthMax = 253;
const hostLabels = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** What `createSigner` needs. By default the fields people and mail programs act on are signed, those they see also
 *  against added copies, for seven days. */
export interface SignerOptions {
  /** In A-labels: a `d=` with other characters is read by SMTPUTF8 receivers only (RFC 8616 §5). */
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  readonly privateKey: KeyObject;
  readonly oversigned?: readonly string[];
  readonly signed?: readonly string[];
  readonly lifetimeSeconds?: number;
}

/** A key ready to sign, made once per domain and kept: reading a PEM each time costs three RSA signatures. */
export interface Signer {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  readonly privateKey: KeyObject;
  readonly oversigned: readonly string[];
  readonly signed: readonly string[];
  readonly lifetimeSeconds: number;
}

/** Checks a key and its place in the DNS.
 *  @throws Refusal dkim_name_invalid when domain or selector cannot be a host name
 *  @throws Refusal dkim_key_unfit when the key is not private, not of the algorithm, or RSA below 1024 bits */
export function createSigner(options: SignerOptions): Signer {
  const { domain, selector, algorithm, privateKey } = options;
  if (!hostLabels.test(domain) || !hostLabels.test(selector) || domain.length > domainLengthMax) {
    throw new Refusal("dkim_name_invalid", "The signing domain or selector is not a host name.", {
      domain,
      selector,
    });
  }
  if (!fits(privateKey, algorithm)) {
    throw new Refusal("dkim_key_unfit", `The key cannot make an ${algorithm} signature.`, {
      domain,
      selector,
    });
  }
  return {
    domain: domain.toLowerCase(),
    selector: selector.toLowerCase(),
    algorithm,
    privateKey,
    oversigned: options.oversigned ?? oversignedFields,
    signed: options.signed ?? signedFields,
    lifetimeSeconds: options.lifetimeSeconds ?? signatureLifetimeSeconds,
  };
}

/** The message as it goes over the wire, and who signs it. */
export interface SignRequest {
  /** Every line ends with CRLF; the blank line may be there or not. */
  readonly head: Buffer;
  readonly body: Buffer;
  readonly signers: readonly Signer[];
  readonly now: Date;
}

/** Returns the DKIM-Signature fields to put before the head, in the order of the signers, each ending with CRLF.
 *  RSA runs on the thread pool; the body is hashed once for all signers.
 *  @see RFC 6376 §5 */
export async function signMessage(request: SignRequest): Promise<Buffer> {
  const bodyHash = relaxedBodyHash(request.body);
  const select = fieldSelector(request.head);
  const signatures = request.signers.map((signer) => {
    const { names, canonical } = select(signer);
    return signatureField(signer, { names, canonical, bodyHash, now: request.now });
  });
  return Buffer.concat(await Promise.all(signatures));
}

interface SignedFields {
  /** The `h=` list. */
  readonly names: readonly string[];
  readonly canonical: Buffer;
}

interface SignatureParts extends SignedFields {
  readonly bodyHash: string;
  readonly now: Date;
}

async function signatureField(signer: Signer, parts: SignatureParts): Promise<Buffer> {
  const signedAt = Math.floor(parts.now.getTime() / 1000);
  const unsigned = fold("DKIM-Signature:", [
    { text: "v=1;" },
    { text: `a=${signer.algorithm};` },
    { text: "c=relaxed/relaxed;" },
    { text: `d=${signer.domain};` },
    { text: `s=${signer.selector};` },
    { text: `t=${signedAt};` },
    { text: `x=${signedAt + signer.lifetimeSeconds};` },
    ...parts.names.map((name, i) => ({
      text: `${i === 0 ? "h=" : ""}${name}${i === parts.names.length - 1 ? ";" : ":"}`,
      glued: i > 0,
    })),
    { text: `bh=${parts.bodyHash};` },
  ]);
  const withoutValue = `${unsigned}\r\n b=`;
  const signature = await signBytes(signer, Buffer.concat([parts.canonical, relaxSignature(withoutValue)]));
  return Buffer.from(`${withoutValue}${foldValue(signature.toString("base64"))}\r\n`, "latin1");
}

/** RFC 6376 §3.7: the signature's own field comes last, with an empty `b=` and without its CRLF. */
function relaxSignature(field: string): Buffer {
  const bytes = Buffer.from(field, "latin1");
  const relaxed = relaxField(bytes, {
    name: "dkim-signature",
    start: 0,
    colon: "DKIM-Signature".length,
    end: bytes.length,
  });
  return relaxed.subarray(0, relaxed.length - 2);
}

async function signBytes(signer: Signer, bytes: Buffer): Promise<Buffer> {
  if (signer.algorithm === "rsa-sha256") return signOnThreadPool("sha256", bytes, signer.privateKey);
  // RFC 8463 §3: Ed25519 signs the SHA-256 of the input. At 40 µs a trip to the thread pool would cost more.
  return sign(null, hash("sha256", bytes, "buffer"), signer.privateKey);
}

/** Signers with the same field lists share one canonical form of the head. */
function fieldSelector(head: Buffer): (signer: Signer) => SignedFields {
  const fields = headerFields(head);
  const known: { oversigned: readonly string[]; signed: readonly string[]; result: SignedFields }[] = [];
  return ({ oversigned, signed }) => {
    const shared = known.find((entry) => entry.oversigned === oversigned && entry.signed === signed);
    if (shared !== undefined) return shared.result;
    const result = selectFields(head, fields, { oversigned, signed });
    known.push({ oversigned, signed, result });
    return result;
  };
}

function selectFields(
  head: Buffer,
  fields: ReturnType<typeof headerFields>,
  lists: { oversigned: readonly string[]; signed: readonly string[] },
): SignedFields {
  const names: string[] = [];
  const canonical: Buffer[] = [];
  const take = (name: string, extra: number): void => {
    const wanted = name.toLowerCase();
    // RFC 6376 §5.4.2: of fields with the same name, the lowest is signed first.
    const found = fields.filter((field) => field.name === wanted).reverse();
    for (const field of found) canonical.push(relaxField(head, field));
    for (let i = 0; i < found.length + extra; i++) names.push(name);
  };
  for (const name of lists.oversigned) take(name, 1);
  for (const name of lists.signed) take(name, 0);
  return { names, canonical: Buffer.concat(canonical) };
}

/** Joins units by a space, or by nothing if glued, and starts a new line where the next would not fit. */
function fold(start: string, units: readonly { text: string; glued?: boolean }[]): string {
  let out = start;
  let column = start.length;
  for (const { text, glued } of units) {
    const joint = glued ? "" : " ";
    if (column + joint.length + text.length > lineLengthMax) {
      out += `\r\n ${text}`;
      column = 1 + text.length;
    } else {
      out += joint + text;
      column += joint.length + text.length;
    }
  }
  return out;
}

function foldValue(base64: string): string {
  const firstLength = lineLengthMax - " b=".length;
  let out = base64.slice(0, firstLength);
  for (let at = firstLength; at < base64.length; at += lineLengthMax - 1) {
    out += `\r\n ${base64.slice(at, at + lineLengthMax - 1)}`;
  }
  return out;
}

function fits(key: KeyObject, algorithm: DkimAlgorithm): boolean {
  if (key.type !== "private") return false;
  if (algorithm === "ed25519-sha256") return key.asymmetricKeyType === "ed25519";
  return key.asymmetricKeyType === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBitsMin;
}
