import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import PostalMime, { type Address } from "postal-mime";
import { idAt } from "../../base/ids.ts";
import { compose, prepareContent } from "./compose.ts";
import type { Party, SubmissionContent } from "./submission.ts";
import { contentOf } from "./testing/contents.ts";
import { nobodyAsked, testLinks } from "./testing/links.ts";

interface Shape {
  content: SubmissionContent;
  to: Party[];
  cc: Party[];
  variables: Record<string, unknown>;
  recipient: Party;
}

const ada: Party = { address: "ada@example.com", name: "Ada" };
const messageId = idAt(new Date("2026-11-23T12:00:00.000Z")) + 77n;

function composed(shape: Partial<Shape> = {}): Buffer {
  const { content = contentOf(), to = [ada], cc = [], variables = {}, recipient = ada } = shape;
  const part = { to, cc, variables };
  const prepared = prepareContent(content, part);
  assert.ok("part" in prepared);
  const result = compose({
    links: testLinks,
    tracking: nobodyAsked,
    prepared,
    part,
    accountId: 36n,
    messageId,
    uuid: "12345678-1111-4111-8111-111111111111",
    lookup: Buffer.alloc(16, 1),
    campaignId: null,
    identity: { ...recipient, role: "to", subject: "", customId: "", eventPayload: "" },
  });
  assert.equal(result.kind, "composed");
  return result.kind === "composed" ? result.message.octets : Buffer.alloc(0);
}

function fieldNames(octets: Buffer): string[] {
  const head = octets.toString("latin1").split("\r\n\r\n", 1)[0] ?? "";
  return head.split(/\r\n(?![ \t])/).map((field) => field.slice(0, field.indexOf(":")).toLowerCase());
}

const plainFields = "date from message-id subject to feedback-id mime-version content-type".split(" ");

// What would begin a header, end the head or a body, or be read as a line break by somebody.
const attack = fc.string({
  unit: fc.constantFrom(
    ...[
      "\r\n",
      "\n",
      "\r",
      "\r\n\r\n",
      "Bcc: eve@example.net",
      "\r\nBcc: eve@example.net\r\n",
      ": ",
      "x",
      " ",
      "\0",
    ],
    ...[
      "\u0085",
      "\u2028",
      "\u2029",
      "\u000b",
      "\u000c",
      "=?utf-8?q?=0D=0ABcc:_eve?=",
      '"',
      "<",
      ">",
      ",",
      ";",
      "\\",
    ],
    ...["\r\n.\r\n", "é", "\ud800", "[[var:a]]", "{{var:a}}", "\t", "()", "--=_"],
  ),
  maxLength: 8,
});

test("nothing in a subject, name, variable or own header can make another header", () => {
  fc.assert(
    fc.property(
      fc.array(attack, { minLength: 6, maxLength: 6 }),
      fc.boolean(),
      (texts, usesTemplateLanguage) => {
        const [subject = "", name = "", value = "", variable = "", other = "", header = ""] = texts;
        const octets = composed({
          content: contentOf({
            subject: `${subject} ${usesTemplateLanguage ? "{{var:a}}" : "[[var:a]]"}`,
            from: { address: "shop@example.org", name },
            sender: { address: "post@example.org", name: other },
            replyTo: { address: "help@example.org", name: value },
            headers: [["X-Own", header]],
            // A template that does not compile is delivered as it stands: here too, it must not get out of its line.
            usesTemplateLanguage,
            deliversDespiteTemplateError: true,
          }),
          to: [
            { ...ada, name: other },
            { address: "bob@example.com", name: value },
          ],
          variables: { a: variable },
          recipient: { ...ada, name },
        });
        const expected = [...plainFields, "sender", "reply-to", "x-own"];
        assert.deepEqual(
          fieldNames(octets)
            .filter((field) => field !== "content-transfer-encoding")
            .sort(),
          expected.sort(),
        );
        const head = octets.toString("latin1").split("\r\n\r\n", 1)[0] ?? "";
        assert.doesNotMatch(head, /(^|[^\r])\n|\r(?!\n)/);
      },
    ),
    { numRuns: 500 },
  );
});

test("line breaks of every script become spaces in a decoded subject and name", async () => {
  const breaks = "a\r\nb\u0085c\u2028d\u2029e\u000bf";
  const octets = composed({
    content: contentOf({ subject: breaks, from: { address: "shop@example.org", name: breaks } }),
  });
  const parsed = await PostalMime.parse(octets);
  assert.equal(parsed.subject, "a b c d e f");
  assert.equal(parsed.from?.name, "a b c d e f");
});

const wellFormed = fc
  .string({ unit: "grapheme", maxLength: 80 })
  .map((text) => text.replace(/[\p{Cc}\u2028\u2029\u{feff}]/gu, ""));
// Two spaces side by side may be read as one where a field is folded, and readers trim names.
const phrase = wellFormed.map((text) => text.replace(/\s+/g, " ").trim());
const person = fc.record(
  {
    address: fc.stringMatching(/^[a-z0-9]{1,10}@[a-z]{1,8}\.example$/),
    name: phrase,
  },
  { noNullPrototype: true },
);
const lines = fc.array(wellFormed, { maxLength: 5 }).map((each) => each.join("\n"));
const file = fc.record(
  {
    contentType: fc.constantFrom("application/pdf", "text/plain", "image/png", "application/octet-stream"),
    filename: fc.stringMatching(/^[a-zäöü0-9][a-zäöü0-9 _-]{0,30}\.[a-z]{3}$/),
    content: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);

function mailboxes(list: readonly (Address | undefined)[] = []): Party[] {
  return list.map((each) => ({ address: each?.address ?? "", name: each?.name ?? "" }));
}

// Line breaks are CRLF on the wire, and a text ends with one.
function bodyOf(text = ""): string {
  return text.replaceAll("\r\n", "\n").trimEnd();
}

test("what somebody else's parser reads is what was submitted", async () => {
  const shape = fc.record({
    subject: phrase,
    text: lines,
    html: lines.map((text) => `<p>${text}</p>`),
    from: person,
    to: fc.array(person, { minLength: 1, maxLength: 4 }),
    cc: fc.array(person, { maxLength: 3 }),
    attachments: fc.array(file, { maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ to, cc, ...given }) => {
      const content = contentOf({ ...given, headers: [["X-Own", given.subject]] });
      const parsed = await PostalMime.parse(composed({ content, to, cc }));
      assert.equal(parsed.subject ?? "", given.subject);
      assert.deepEqual(mailboxes([parsed.from]), [given.from]);
      assert.deepEqual(mailboxes(parsed.to), to);
      assert.deepEqual(mailboxes(parsed.cc), cc);
      assert.equal(bodyOf(parsed.text), given.text.trimEnd());
      assert.equal(bodyOf(parsed.html), given.html.trimEnd());
      const files = parsed.attachments.map(({ filename, mimeType, content: bytes }) => ({
        contentType: mimeType,
        filename,
        content: Buffer.from(bytes as ArrayBuffer),
      }));
      assert.deepEqual(
        files,
        given.attachments.map((each) => ({ ...each })),
      );
    }),
    { numRuns: 150 },
  );
});

test("composing again gives the same octets", () => {
  const content = contentOf({
    html: "<p>[[var:name]]</p>",
    attachments: [{ contentType: "text/plain", filename: "a.txt", content: Buffer.from("a") }],
  });
  const shape = { content, variables: { name: "Ada" } };
  assert.deepEqual(composed(shape), composed(shape));
});

test("the date and the id of a message come from its own id, so that every attempt sends the same", async () => {
  const parsed = await PostalMime.parse(composed());
  assert.equal(parsed.date, "2026-11-23T12:00:00.000Z");
  assert.equal(parsed.messageId, `<${messageId.toString(36)}.12345678@example.org>`);
});

test("a blind recipient stands in no header", () => {
  const octets = composed({ recipient: { address: "blind@example.com", name: "Blind" } });
  assert.doesNotMatch(octets.toString("latin1"), /blind/i);
});

test("the caller's own Feedback-ID stands instead of ours, and Reply-To of the message before one among its headers", () => {
  const content = contentOf({
    replyTo: { address: "help@example.org", name: "" },
    headers: [
      ["feedback-id", "a:b:c:d"],
      ["Reply-To", "else@example.org"],
    ],
  });
  const head = composed({ content }).toString("latin1");
  assert.equal(head.match(/^feedback-id:/gim)?.length, 1);
  assert.match(head, /^feedback-id: a:b:c:d\r$/im);
  assert.equal(head.match(/^reply-to:/gim)?.length, 1);
  assert.match(head, /^Reply-To: help@example\.org\r$/im);
});

test("a variable that holds text like a placeholder is delivered as text", async () => {
  const content = contentOf({ text: "Dear [[var:name]]" });
  const parsed = await PostalMime.parse(composed({ content, variables: { name: "[[data:secret]]" } }));
  assert.equal(parsed.text?.trim(), "Dear [[data:secret]]");
});

test("a template with a fault is a problem that names its part, unless its sender wants it delivered", async () => {
  const faulty = { subject: "Hello", text: "{% if %}", usesTemplateLanguage: true };
  const refused = prepareContent(contentOf(faulty), null);
  assert.equal("problem" in refused ? refused.problem?.part : null, "TextPart");
  const forced = contentOf({ ...faulty, deliversDespiteTemplateError: true });
  assert.equal((await PostalMime.parse(composed({ content: forced }))).text?.trim(), "{% if %}");
});
