import assert from "node:assert/strict";
import { createPublicKey, hash, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { connect, createServer } from "node:tls";
import fc from "fast-check";
import { createAuthority } from "../../../tests/support/tls.ts";
import type { TlsaRecord } from "../dns/answer.ts";
import { publicKeyBytes } from "./certificate.ts";
import { daneVerifier, usableRecords } from "./verifier.ts";

const authority = createAuthority("Right root");
const root = new X509Certificate(authority.cert);
const otherRoot = new X509Certificate(createAuthority("Other root").cert);
const issue = (name: string, validDays?: number): X509Certificate =>
  new X509Certificate(authority.issue([name], validDays === undefined ? {} : { validDays }).cert);
const leaf = issue("mx.example.org");
const expired = issue("mx.example.org", -1);
const reference = { names: ["mx.example.org", "example.org"], now: new Date() };

const bytesOf = { 0: (c: X509Certificate) => c.raw, 1: (c: X509Certificate) => spki(c) };
const digest = {
  0: (bytes: Buffer) => bytes,
  1: (bytes: Buffer) => hash("sha256", bytes, "buffer"),
  2: (bytes: Buffer) => hash("sha512", bytes, "buffer"),
};

function spki(certificate: X509Certificate): Buffer {
  return certificate.publicKey.export({ format: "der", type: "spki" });
}

function recordOf(
  certificate: X509Certificate,
  usage: number,
  form: { selector?: 0 | 1; matching?: 0 | 1 | 2 } = {},
) {
  const { selector = 1, matching = 1 } = form;
  return { usage, selector, matchingType: matching, data: digest[matching](bytesOf[selector](certificate)) };
}

const passes = (records: TlsaRecord[], chain: X509Certificate[]) => daneVerifier(records, reference)(chain);

test("a leaf matches its own record with every selector and matching type", () => {
  for (const selector of [0, 1] as const) {
    for (const matching of [0, 1, 2] as const) {
      const record = recordOf(leaf, 3, { selector, matching });
      assert.ok(passes([record], [leaf]), `${selector} ${matching}`);
      assert.ok(!passes([record], [issue("mx.example.org")]), `${selector} ${matching}`);
    }
  }
});

test("a leaf that has its own record may be expired, self-signed or named otherwise", () => {
  for (const certificate of [expired, root, issue("elsewhere.test")]) {
    assert.ok(passes([recordOf(certificate, 3)], [certificate]));
  }
});

test("one record of several is enough", () => {
  assert.ok(passes([recordOf(otherRoot, 2), recordOf(expired, 3), recordOf(leaf, 3)], [leaf]));
});

test("an anchor vouches for a leaf with the right name that it has signed", () => {
  for (const selector of [0, 1] as const) {
    for (const matching of [0, 1, 2] as const) {
      assert.ok(passes([recordOf(root, 2, { selector, matching })], [leaf, root]), `${selector} ${matching}`);
    }
  }
  assert.ok(passes([recordOf(root, 2)], [issue("*.example.org"), root]));
  assert.ok(passes([recordOf(root, 2)], [issue("example.org"), root]));
});

test("an anchor does not vouch for another name, an expired leaf, or one it has not signed", () => {
  const record = recordOf(root, 2);
  assert.ok(!passes([record], [issue("mx.example.net"), root]));
  assert.ok(!passes([record], [expired, root]));
  assert.ok(!passes([recordOf(otherRoot, 2)], [leaf, otherRoot]));
  assert.ok(!passes([recordOf(otherRoot, 2)], [leaf, root, otherRoot]));
});

test("an anchor that the peer does not send, or sends as its own leaf, proves nothing", () => {
  assert.ok(!passes([recordOf(root, 2)], [leaf]));
  assert.ok(!passes([recordOf(leaf, 2)], [leaf]));
  assert.ok(!passes([recordOf(leaf, 2)], [leaf, root]));
});

test("a leaf cannot play the anchor's part for another leaf", () => {
  const impostor = issue("mx.example.org");
  assert.ok(!passes([recordOf(impostor, 2)], [leaf, impostor]));
});

test("a record for a leaf does not match higher up", () => {
  assert.ok(!passes([recordOf(root, 3)], [leaf, root]));
});

test("without usable records any certificate will do, but no certificate will not", () => {
  assert.ok(passes([], [issue("elsewhere.test")]));
  assert.ok(!passes([], []));
});

test("records that SMTP cannot use are left out", () => {
  const usable = recordOf(leaf, 3);
  const unusable = [
    { ...usable, usage: 0 },
    { ...usable, usage: 1 },
    { ...usable, usage: 255 },
    { ...usable, selector: 2 },
    { ...usable, matchingType: 3 },
    { ...usable, data: usable.data.subarray(1) },
    { ...usable, matchingType: 2 },
    { ...usable, matchingType: 0, data: Buffer.alloc(0) },
  ];
  assert.deepEqual(usableRecords([...unusable, usable]), [usable]);
});

test("of two digests of one kind only the stronger counts", () => {
  const weak = recordOf(leaf, 3, { matching: 1 });
  const strong = recordOf(leaf, 3, { matching: 2 });
  const full = recordOf(leaf, 3, { matching: 0 });
  const anchor = recordOf(root, 2, { matching: 1 });
  assert.deepEqual(usableRecords([weak, strong, full, anchor]), [strong, full, anchor]);
});

test("any record is either usable and comparable, or left out", () => {
  const small = fc.nat(4);
  const data = fc
    .oneof(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ minLength: 32, maxLength: 32 }))
    .map(Buffer.from);
  const record = fc.record({ usage: small, selector: small, matchingType: small, data });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 5 }), (records) => {
      const usable = usableRecords(records);
      assert.equal(daneVerifier(usable, reference)([leaf, root]), usable.length === 0);
    }),
  );
});

test("the public key is cut out of a certificate as it stands there", () => {
  for (const certificate of [leaf, root, expired]) {
    const bytes = publicKeyBytes(certificate);
    assert.deepEqual(bytes, spki(certificate));
    assert.ok(createPublicKey({ key: bytes!, format: "der", type: "spki" }).equals(certificate.publicKey));
  }
});

test("damaged certificate bytes give a key or nothing, never an exception", () => {
  const changes = fc.array(fc.tuple(fc.nat(leaf.raw.length - 1), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(changes, fc.nat(leaf.raw.length), (list, length) => {
      const raw = Buffer.from(leaf.raw.subarray(0, length));
      for (const [at, byte] of list) if (at < length) raw[at] = byte;
      const bytes = publicKeyBytes({ raw } as X509Certificate);
      assert.ok(bytes === undefined || bytes[0] === 0x30);
    }),
    { numRuns: 2000 },
  );
});

test("the chain that a TLS server sends is checked up to its anchor", async (t) => {
  const certificate = authority.issue(["mx.example.org"]);
  const server = createServer({ key: certificate.key, cert: certificate.cert + authority.cert });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await new Promise((resolve) => socket.once("secureConnect", resolve));
  const chain: X509Certificate[] = [];
  for (let next = socket.getPeerX509Certificate(); next !== undefined; next = next.issuerCertificate)
    chain.push(next);
  socket.destroy();
  assert.equal(chain.length, 2);
  assert.ok(passes([recordOf(root, 2)], chain));
  assert.ok(!passes([recordOf(otherRoot, 2)], chain));
});
