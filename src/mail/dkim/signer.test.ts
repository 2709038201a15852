import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { before, test } from "node:test";
import fc from "fast-check";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { type DkimKeyPair, dkimRecordValue, generateDkimKey } from "./key.ts";
import { createSigner, type Signer, signMessage } from "./signer.ts";

const now = new Date("2026-03-01T12:00:00.900Z");
const head = [
  "From: Ada <ada@example.org>",
  "To: Grace <grace@example.net>,",
  "\tAlan <alan@example.net>",
  "Subject: A subject that goes",
  "  over \t several ",
  " lines",
  "Date: Sun, 01 Mar 2026 12:00:00 +0000",
  "Message-ID: <1@example.org>",
  "MIME-Version: 1.0",
  "Content-Type: text/plain; charset=utf-8",
  "List-Unsubscribe: <https://example.org/u/1>",
  "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
  "Feedback-ID: a:b:c:d",
  "CFBL-Address: fbl@example.org; report=arf",
  "X-Note: not signed",
  "",
].join("\r\n");
const body = "Hello  there. \r\n\r\n\tBye.\r\n\r\n\r\n";

let rsaPair: DkimKeyPair;
let edPair: DkimKeyPair;
let rsa: Signer;
let ed: Signer;

before(async () => {
  rsaPair = await generateDkimKey("rsa-2048");
  edPair = await generateDkimKey("ed25519");
  const domain = "example.org";
  rsa = createSigner({ domain, selector: "r1", algorithm: "rsa-sha256", privateKey: rsaPair.privateKey });
  ed = createSigner({ domain, selector: "e1", algorithm: "ed25519-sha256", privateKey: edPair.privateKey });
});

async function signed(content: { head: string; body: string; signers: readonly Signer[] }): Promise<string> {
  const signature = await signMessage({
    head: Buffer.from(content.head, "latin1"),
    body: Buffer.from(content.body, "latin1"),
    signers: content.signers,
    now,
  });
  return signature.toString("latin1");
}

/** The verdicts of a verifier that is not ours, in the order of the signatures. */
async function verdicts(message: string, at: Date = now): Promise<string[]> {
  const records: Record<string, string> = {
    "r1._domainkey.example.org": dkimRecordValue(rsaPair.publicKey),
    "e1._domainkey.example.org": dkimRecordValue(edPair.publicKey),
  };
  const { results } = await dkimVerify(Buffer.from(message, "latin1"), {
    resolver: async (name: string) => [[records[name] ?? ""]],
    curTime: at,
  });
  return results.map(({ status }) => status.result);
}

test("an RSA, an Ed25519 and a double signature pass", async () => {
  for (const signers of [[rsa], [ed], [rsa, ed]]) {
    const signature = await signed({ head, body, signers });
    const passes = signers.map(() => "pass");
    assert.deepEqual(await verdicts(`${signature}${head}\r\n${body}`), passes);
  }
});

test("a head that ends with its blank line gives the same signature", async () => {
  const without = await signed({ head, body, signers: [ed] });
  assert.equal(await signed({ head: `${head}\r\n`, body, signers: [ed] }), without);
});

test("bodies that are empty, blank, without a last line end or with stray spaces pass", async () => {
  for (const odd of [
    "",
    "\r\n",
    "\r\n\r\n",
    "Hi.\r\n\r\n \r\n\r\n",
    " \t a\t \tb \r\n",
    "\r\n\r\nlate\r\n",
  ]) {
    const signature = await signed({ head, body: odd, signers: [rsa, ed] });
    assert.deepEqual(await verdicts(`${signature}${head}\r\n${odd}`), ["pass", "pass"], JSON.stringify(odd));
  }
});

test("a change to the body or to a signed field breaks the signature, one to another field does not", async () => {
  const signature = await signed({ head, body, signers: [ed] });
  const message = `${signature}${head}\r\n${body}`;
  assert.deepEqual(await verdicts(message.replace("not signed", "changed")), ["pass"]);
  for (const [from, to] of [
    ["Hello", "Hallo"],
    ["grace@", "eve@"],
    ["/u/1", "/u/2"],
    ["One-Click", "Two-Click"],
    ["a:b:c:d", "a:b:c:e"],
    ["fbl@", "other@"],
  ] as const) {
    assert.notDeepEqual(await verdicts(message.replace(from, to)), ["pass"], from);
  }
});

test("a second copy of any shown field breaks the signature, even of one that was absent", async () => {
  const signature = await signed({ head, body, signers: [ed] });
  for (const added of [
    "From: eve@example.net",
    "Subject: x",
    "To: eve@example.net",
    "Cc: eve@example.net",
    "Date: Mon, 02 Mar 2026 12:00:00 +0000",
    "Reply-To: eve@example.net",
    "Message-ID: <2@example.org>",
    "MIME-Version: 2.0",
    "Content-Type: text/html",
  ]) {
    for (const message of [
      `${added}\r\n${signature}${head}\r\n${body}`,
      `${signature}${head}${added}\r\n\r\n${body}`,
    ]) {
      assert.notDeepEqual(await verdicts(message), ["pass"], added);
    }
  }
});

test("several fields of one name are all signed, the lowest first", async () => {
  const many = `${head}References: <a@x>\r\nReferences: <b@x>\r\n`;
  const signature = await signed({ head: many, body, signers: [ed] });
  assert.deepEqual(await verdicts(`${signature}${many}\r\n${body}`), ["pass"]);
  assert.notDeepEqual(await verdicts(`${signature}${many}\r\n${body}`.replace("<a@x>", "<c@x>")), ["pass"]);
});

test("a signature says when it was made and ends seven days later", async () => {
  const signature = await signed({ head, body, signers: [ed] });
  assert.match(signature.replace(/\r\n /g, " "), / t=1772366400; x=1772971200; /);
  const message = `${signature}${head}\r\n${body}`;
  assert.deepEqual(await verdicts(message, new Date("2026-03-08T11:59:00Z")), ["pass"]);
  assert.notDeepEqual(await verdicts(message, new Date("2026-03-08T12:01:00Z")), ["pass"]);
});

test("no line of a signature is longer than 78 characters and none limits the body's length", async () => {
  const signature = await signed({ head, body, signers: [rsa, ed] });
  assert.ok(signature.endsWith("\r\n"));
  for (const line of signature.split("\r\n")) assert.ok(line.length <= 78, line);
  assert.doesNotMatch(signature, /[\s;]l=/);
});

test("a signer's own field lists replace the default ones", async () => {
  const own = createSigner({ ...ed, oversigned: ["From"], signed: [] });
  const signature = await signed({ head, body, signers: [own] });
  assert.match(signature, / h=From:From;/);
  assert.deepEqual(await verdicts(`${signature}${head}\r\n${body}`), ["pass"]);
});

test("no signers, no signature", async () => {
  assert.equal(await signed({ head, body, signers: [] }), "");
});

test("a key that does not fit the algorithm is refused", () => {
  const domain = "example.org";
  const selector = "s";
  const weak = generateKeyPairSync("rsa", { modulusLength: 512 }).privateKey;
  for (const [algorithm, privateKey] of [
    ["rsa-sha256", edPair.privateKey],
    ["ed25519-sha256", rsaPair.privateKey],
    ["rsa-sha256", weak],
  ] as const) {
    assert.throws(() => createSigner({ domain, selector, algorithm, privateKey }), {
      code: "dkim_key_unfit",
    });
  }
});

test("a domain or selector that could add a tag or a line is refused", () => {
  for (const [domain, selector] of [
    ["example.org; x=1", "s"],
    ["example.org\r\nX: y", "s"],
    ["exämple.org", "s"],
    ["", "s"],
    ["example.org", "s s"],
    ["example.org", ""],
    ["example.org", "-s"],
    [`${"a.".repeat(127)}org`, "s"],
  ] as const) {
    assert.throws(() => createSigner({ ...ed, domain, selector }), { code: "dkim_name_invalid" }, domain);
  }
});

test("random messages pass at a verifier that is not ours", async () => {
  const scrap = fc.constantFrom(" ", "  ", "\t", "a", "Bc", "=3D", "é", ":", ";", "From:", "<b@c>");
  const line = fc.array(scrap, { maxLength: 12 }).map((parts) => parts.join(""));
  // A continuation line of white space only ends the head for some parsers, and RFC 5322 §3.2.2 no longer allows it.
  const continuation = fc
    .tuple(fc.constantFrom(" ", "\t", " \t "), line)
    .map(([fold, rest]) => `${fold}x${rest}`);
  const value = fc
    .tuple(line, fc.array(continuation, { maxLength: 3 }))
    .map((lines) => lines.flat().join("\r\n"));
  const name = fc.constantFrom(
    "To",
    "cc",
    "SUBJECT",
    "References",
    "X-Other",
    "List-Id",
    "Content-Type",
    "Subject ",
  );
  const fields = fc.array(fc.tuple(name, value), { maxLength: 6 });
  const lines = fc.array(line, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fields, lines, fc.boolean(), async (extra, content, closed) => {
      const someHead = ["From: a@example.org", ...extra.map(([field, text]) => `${field}:${text}`), ""].join(
        "\r\n",
      );
      const someBody = content.join("\r\n") + (closed ? "\r\n" : "");
      const signature = await signed({ head: someHead, body: someBody, signers: [ed] });
      assert.deepEqual(await verdicts(`${signature}${someHead}\r\n${someBody}`), ["pass"]);
    }),
    { numRuns: 300 },
  );
});
