import assert from "node:assert/strict";
import { test } from "node:test";
import { idAt } from "../../base/ids.ts";
import { compose, prepareContent } from "./compose.ts";
import type { RawContent } from "./submission.ts";
import { rawContentOf } from "./testing/contents.ts";
import { nobodyAsked, testLinks } from "./testing/links.ts";

const written = "From: Shop <shop@example.org>\r\nsubject:  Two  spaces \r\n\r\n.dot\r\n\r\ntail \r\n";
const messageId = idAt(new Date("2026-11-23T12:00:00Z"));

function composed(content: RawContent, campaignId: bigint | null = null) {
  const part = { to: [], cc: [], variables: {} };
  const prepared = prepareContent(content, part);
  assert.ok("part" in prepared);
  const about = { accountId: 36n, messageId, uuid: "", lookup: Buffer.alloc(16), campaignId };
  const recipient = { address: "ada@example.com", name: "", role: "to" } as const;
  const identity = { ...recipient, subject: "", customId: "", eventPayload: "" };
  const result = compose({ links: testLinks, tracking: nobodyAsked, prepared, part, ...about, identity });
  assert.ok(result.kind === "composed");
  return result.message;
}

test("a written message is delivered octet for octet below what is put on top", () => {
  const { octets, head, body } = composed(rawContentOf(written));
  assert.ok(octets.toString().endsWith(`\r\n${written}`));
  assert.equal(body.toString(), ".dot\r\n\r\ntail \r\n");
  assert.equal(Buffer.concat([head, body]).compare(octets), 0);
});

test("the Received field names the server, the protocol and the time, and not who handed it in", () => {
  const top = composed(rawContentOf(written)).octets.toString().split("From: ")[0];
  assert.equal(
    top,
    `Received: by mail.example.org (Facteur) with ESMTPSA id ${messageId.toString(36)};\r\n` +
      " Mon, 23 Nov 2026 12:00:00 +0000\r\n" +
      "Feedback-ID: :10:transactional:facteur\r\n",
  );
});

test("an author's own Feedback-ID stays alone", () => {
  const octets = composed(rawContentOf(`feedback-id : a:b:c:d\r\n${written}`), 7n).octets.toString();
  assert.equal(octets.match(/feedback-id/gi)?.length, 1);
  assert.match(composed(rawContentOf(written), 7n).octets.toString(), /^Feedback-ID: 7:10:/m);
});

test("only a header beyond ASCII needs a server with SMTPUTF8", () => {
  assert.equal(composed(rawContentOf(`${written}Grüße\r\n`)).needsSmtpUtf8, false);
  assert.equal(composed(rawContentOf(`Subject: Grüße\r\n${written}`)).needsSmtpUtf8, true);
});
