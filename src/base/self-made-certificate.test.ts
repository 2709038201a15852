import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createSecureContext } from "node:tls";
import { makeCertificate } from "./self-made-certificate.ts";

const now = new Date("2026-11-23T10:00:00Z");

test("a self-made certificate is one that programs read, for the names and addresses it was made for", () => {
  const made = makeCertificate(["mail.example.org", "localhost", "127.0.0.1", "::1", "2001:db8::7:8"], now);
  const certificate = new X509Certificate(made.cert);
  assert.equal(
    certificate.subjectAltName,
    "DNS:mail.example.org, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:7:8",
  );
  assert.ok(certificate.verify(certificate.publicKey));
  assert.equal(certificate.ca, false);
  assert.ok(certificate.validFromDate < now && now < certificate.validToDate);
  assert.doesNotThrow(() => createSecureContext(made));
});
