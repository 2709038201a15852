import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import type { Answer } from "../dns/answer.ts";
import type { Resolver } from "../dns/resolver.ts";
import { authenticationResults, type BroughtMail } from "./check.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
const zone: Record<string, string> = {
  "shop.example": "v=spf1 ip4:192.0.2.1 -all",
  "s1._domainkey.shop.example": `v=DKIM1; k=rsa; p=${key}`,
  "_dmarc.shop.example": "v=DMARC1; p=reject",
};
const missing: Answer<never> = { kind: "missing", ttlSeconds: undefined, authenticated: false };
const none = async () => missing;
const resolver: Resolver = {
  a: none,
  aaaa: none,
  mx: none,
  ptr: none,
  tlsa: none,
  cname: none,
  txt: async (name) => {
    const text = zone[name];
    if (text === undefined) return missing;
    return { kind: "found", records: [[text]], canonicalName: name, ttlSeconds: 60, authenticated: false };
  },
};
const plain = Buffer.from(
  "From: news@shop.example\r\nTo: a@b.example\r\nSubject: x\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@shop.example>\r\n\r\nHello\r\n",
);

async function signed(): Promise<Buffer> {
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  // Its types know another form than its code.
  const options = { signatureData: [{ signingDomain: "shop.example", selector: "s1", privateKey: pem }] };
  const { signatures } = await dkimSign(plain, options as unknown as Parameters<typeof dkimSign>[1]);
  return Buffer.concat([Buffer.from(signatures), plain]);
}

const check = (change: Partial<BroughtMail>, by = resolver, timeoutMs = 5_000) =>
  authenticationResults(
    {
      octets: plain,
      address: "192.0.2.1",
      hello: "mx.shop.example",
      sender: "news@shop.example",
      by: "mail.example.org",
      ...change,
    },
    by,
    timeoutMs,
  );

test("mail that is its domain's own passes, and the field names domains alone", async () => {
  assert.equal(
    await check({ octets: await signed() }),
    "mail.example.org; spf=pass smtp.mailfrom=shop.example; dkim=pass header.d=shop.example header.s=s1; dmarc=pass header.from=shop.example",
  );
});

test("mail from elsewhere, without a signature or with a broken one, fails", async () => {
  const other = await check({ address: "198.51.100.1" });
  assert.match(other, /spf=fail .*dkim=none; dmarc=fail /);
  const broken = Buffer.concat([await signed(), Buffer.from("more\r\n")]);
  assert.match(
    await check({ octets: broken, address: "198.51.100.1" }),
    /dkim=(?:neutral|fail) .*dmarc=fail /,
  );
});

test("a DNS that hangs or fails holds up nothing, and what others write becomes no verdict of ours", async () => {
  const hangs = { ...resolver, txt: () => new Promise<never>(() => {}) };
  assert.equal(
    await check({}, hangs, 50),
    "mail.example.org; spf=temperror; dkim=temperror; dmarc=temperror",
  );
  const fails: Resolver = { ...resolver, txt: async () => ({ kind: "failed", reason: "timeout" }) };
  assert.match(await check({}, fails), /spf=temperror/);
  assert.doesNotMatch(await check({ sender: "", hello: "x; dkim=pass" }), /; dkim=pass/);
});
