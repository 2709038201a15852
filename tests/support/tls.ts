import type { KeyObject } from "node:crypto";
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate with its key, both PEM, as node:tls and Postfix take them. */
export interface ThrowawayCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A root that signs certificates for tests. */
export interface ThrowawayAuthority extends ThrowawayCertificate {
  /** Signs a certificate for DNS names and IPv4 addresses. Without `validDays` it is valid for a day from now
   *  on; a negative number makes one that has expired. */
  issue(
    names: readonly string[],
    options?: { validDays?: number; commonName?: string },
  ): ThrowawayCertificate;
}

/** Makes a root that no other process knows. Two milliseconds each; nothing is written to disk. */
export function createAuthority(commonName = "Throw-away root"): ThrowawayAuthority {
  const keys = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const key = pemOf(keys.privateKey);
  const root = certify({
    subject: commonName,
    issuer: commonName,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [basicConstraints(true), keyUsageOfRoot],
    validDays: 1,
  });
  return {
    key,
    cert: root,
    issue: (names, { validDays = 1, commonName: subject = names[0] ?? "nobody" } = {}) => {
      const leaf = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
      const cert = certify({
        subject,
        issuer: commonName,
        publicKey: leaf.publicKey,
        signingKey: keys.privateKey,
        extensions: [basicConstraints(false), ...(names.length > 0 ? [alternativeNames(names)] : [])],
        validDays,
      });
      return { key: pemOf(leaf.privateKey), cert };
    },
  };
}

interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly validDays: number;
}

const dayMs = 86_400_000;

/** RFC 5280 §4.1, signed with ecdsa-with-SHA256. */
function certify({ subject, issuer, publicKey, signingKey, extensions, validDays }: Certificate): string {
  const algorithm = sequence(objectId("2a8648ce3d040302"));
  const now = Date.now();
  const ends = [now - dayMs / 24, now + validDays * dayMs].sort((a, b) => a - b);
  const body = sequence(
    tagged(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(issuer),
    sequence(...ends.map(timeOf)),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", body, signingKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function basicConstraints(isAuthority: boolean): Buffer {
  const value = isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence();
  return extension("551d13", value, true);
}

// keyCertSign and cRLSign.
const keyUsageOfRoot = extension("551d0f", der(0x03, Buffer.from([1, 0x06])), true);

function alternativeNames(names: readonly string[]): Buffer {
  const general = names.map((name) =>
    isIPv4(name)
      ? der(0x87, Buffer.from(name.split(".").map(Number)))
      : der(0x82, Buffer.from(name, "ascii")),
  );
  return extension("551d11", sequence(...general), false);
}

function extension(id: string, value: Buffer, isCritical: boolean): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...critical, der(0x04, value));
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(commonName)))));
}

function timeOf(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function tagged(tag: number, content: Buffer): Buffer {
  return der(tag, content);
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
