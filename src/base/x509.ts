import { type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "./ip.ts";

/** What a certificate says, and who signs it. */
export interface CertificateTerms {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** On the curve P-256. */
  readonly signingKey: KeyObject;
  /** DNS names and IP addresses it is valid for; none for an authority. */
  readonly names: readonly string[];
  readonly isAuthority: boolean;
  readonly from: Date;
  readonly until: Date;
}

/** Writes a certificate as PEM (RFC 5280 §4.1), signed with ecdsa-with-SHA256. */
export function writeCertificate(terms: CertificateTerms): string {
  const { subject, issuer, publicKey, signingKey, from, until } = terms;
  const algorithm = sequence(objectId("2a8648ce3d040302"));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(issuer),
    sequence(timeOf(from), timeOf(until)),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensionsOf(terms))),
  );
  const signature = sign("sha256", body, signingKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function extensionsOf({ isAuthority, names }: CertificateTerms): Buffer[] {
  if (isAuthority) return [basicConstraints(true), keyUsageOfRoot];
  return [basicConstraints(false), ...(names.length > 0 ? [alternativeNames(names)] : [])];
}

function basicConstraints(isAuthority: boolean): Buffer {
  const value = isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence();
  return extension("551d13", value, true);
}

// keyCertSign and cRLSign.
const keyUsageOfRoot = extension("551d0f", der(0x03, Buffer.from([1, 0x06])), true);

function alternativeNames(names: readonly string[]): Buffer {
  const general = names.map((name) =>
    isIP(name) === 0 ? der(0x82, Buffer.from(name, "ascii")) : der(0x87, addressBytes(name)),
  );
  return extension("551d11", sequence(...general), false);
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail = ""] = address.split("::");
  const left = head.split(":").filter((group) => group !== "");
  const right = tail.split(":").filter((group) => group !== "");
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, "0")).join(""), "hex");
}

function extension(id: string, value: Buffer, isCritical: boolean): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...critical, der(0x04, value));
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(commonName)))));
}

// UTCTime: years 1950 to 2049.
function timeOf(instant: Date): Buffer {
  const digits = instant.toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
