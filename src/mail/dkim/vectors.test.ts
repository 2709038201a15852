import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, hash, sign, verify } from "node:crypto";
import { test } from "node:test";
import { headerFields, relaxBody, relaxField } from "./canonical.ts";
import { dkimPublicKey } from "./key.ts";

// RFC 8463 Appendix A: the message, its two keys and its two signatures. The algorithms are deterministic, so the
// signatures can be made again as well as verified.
const ed25519PrivateBase64 = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const rsaPrivateBase64 =
  "MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi" +
  "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM" +
  "KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB" +
  "AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm" +
  "6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe" +
  "zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy" +
  "6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc" +
  "uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy" +
  "WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd" +
  "WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a" +
  "licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst" +
  "o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe" +
  "uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL";
const rsaPublicBase64 =
  "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx" +
  "/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";

const head = [
  "From: Joe SixPack <joe@football.example.com>",
  "To: Suzie Q <suzie@shopping.example.net>",
  "Subject: Is dinner ready?",
  "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
  "Message-ID: <20030712040037.46341.5F8J@football.example.com>",
  "",
].join("\r\n");
const body = ["Hi.", "", "We lost the game.  Are you hungry yet?", "", "Joe.", ""].join("\r\n");
const bodyHash = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";

function signatureField(algorithm: string, selector: string, fieldsFolded: string): string {
  return [
    `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed;`,
    " d=football.example.com; i=@football.example.com;",
    ` q=dns/txt; s=${selector}; t=1528637909; h=${fieldsFolded};`,
    ` bh=${bodyHash};`,
    " b=",
  ].join("\r\n");
}

const ed25519 = {
  field: signatureField(
    "ed25519-sha256",
    "brisbane",
    "from : to :\r\n subject : date : message-id : from : subject : date",
  ),
  value: "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==",
  key: createPrivateKey({
    key: {
      kty: "OKP",
      crv: "Ed25519",
      d: Buffer.from(ed25519PrivateBase64, "base64").toString("base64url"),
      x: Buffer.from("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "base64").toString("base64url"),
    },
    format: "jwk",
  }),
};
const rsa = {
  field: signatureField(
    "rsa-sha256",
    "test",
    "from : to : subject :\r\n date : message-id : from : subject : date",
  ),
  value:
    "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz" +
    "dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=",
  key: createPrivateKey({ key: Buffer.from(rsaPrivateBase64, "base64"), format: "der", type: "pkcs1" }),
};

/** What is signed: the five fields in the order of `h=` (the repeated names find nothing more), then the signature. */
function signingInput(field: string): Buffer {
  const bytes = Buffer.from(`${head}${field}`);
  const fields = headerFields(bytes).map((found) => relaxField(bytes, found).toString("latin1"));
  const byName = (name: string): string => fields.find((text) => text.startsWith(`${name}:`)) ?? "";
  const signed = ["from", "to", "subject", "date", "message-id"].map(byName).join("");
  return Buffer.from(signed + byName("dkim-signature").slice(0, -2));
}

test("the body hash is that of RFC 8463 Appendix A", () => {
  assert.equal(hash("sha256", relaxBody(Buffer.from(body)), "base64"), bodyHash);
});

test("the Ed25519 signature of RFC 8463 Appendix A.3 verifies and is made again bit by bit", () => {
  const digest = hash("sha256", signingInput(ed25519.field), "buffer");
  assert.ok(verify(null, digest, createPublicKey(ed25519.key), Buffer.from(ed25519.value, "base64")));
  assert.equal(sign(null, digest, ed25519.key).toString("base64"), ed25519.value);
});

test("the RSA signature of RFC 8463 Appendix A.3 verifies and is made again bit by bit", () => {
  const input = signingInput(rsa.field);
  assert.ok(verify("sha256", input, createPublicKey(rsa.key), Buffer.from(rsa.value, "base64")));
  assert.equal(sign("sha256", input, rsa.key).toString("base64"), rsa.value);
});

test("the public keys of RFC 8463 Appendix A.2 follow from the private ones", () => {
  assert.deepEqual(dkimPublicKey(ed25519.key), {
    kind: "ed25519",
    base64: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  });
  assert.deepEqual(dkimPublicKey(rsa.key), { kind: "rsa", base64: rsaPublicBase64 });
});
