import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { Refusal } from "../../base/errors.ts";
import { type Address, isAddressProblem, parseAddress } from "../address/index.ts";
import {
  buildMessage,
  checkMessageHeader,
  type HeaderInput,
  type MessageInput,
  prepareAttachment,
} from "./index.ts";

const headers: readonly HeaderInput[] = [
  ["Date", "Mon, 23 Nov 2026 12:00:00 +0000"],
  ["From", { mailboxes: [{ name: "Jo", address: addressOf("jo@example.org") }] }],
  ["Message-ID", "<1@example.org>"],
];
const headText =
  "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nFrom: Jo <jo@example.org>\r\nMessage-ID: <1@example.org>\r\n" +
  "MIME-Version: 1.0\r\n";
const boundarySeed = "seed";
const file = { contentType: "application/pdf", filename: "a.pdf", content: Buffer.from("PDF") };
const image = {
  contentType: "image/png",
  filename: "b.png",
  contentId: "b@example.org",
  content: Buffer.from("PNG"),
};

// Parsers drop a byte order mark, and end text with a line break or without.
const body = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(
        "a",
        " ",
        "=",
        "\r",
        "\n",
        "\r\n",
        ".",
        "From ",
        "\ud800",
        "é",
        "\0",
        "\u202e",
        "<p>",
        "--=_a",
        "word ",
      ),
      maxLength: 200,
    }),
  )
  .filter((text) => !text.startsWith("\ufeff"));
const attachment = fc.record({
  contentType: fc.constantFrom(
    "application/pdf",
    "text/csv; charset=utf-8",
    "image/png",
    "\r\nX: y",
    "multipart/mixed",
  ),
  filename: fc.string({ unit: "grapheme", maxLength: 60 }),
  content: fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets)),
});
const input: fc.Arbitrary<MessageInput> = fc.record({
  headers: fc.constant(headers),
  text: fc.option(body, { nil: undefined }),
  html: fc.option(body, { nil: undefined }),
  attachments: fc.array(attachment, { maxLength: 3 }),
  inlined: fc.array(
    fc
      .tuple(attachment, fc.string({ unit: "grapheme", maxLength: 20 }))
      .map(([each, contentId]) => ({ ...each, contentId })),
    { maxLength: 3 },
  ),
  boundarySeed: fc.string(),
});

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert.ok(!isAddressProblem(address));
  return address;
}

function build(parts: Partial<MessageInput>): string {
  return buildMessage({ headers, boundarySeed, ...parts }).octets.toString("latin1");
}

/** The kinds of the parts, nested as they are. */
function shape(parts: Partial<MessageInput>): string[] {
  return [...build(parts).matchAll(/^Content-Type: ([a-z/-]+)/gm)].map((match) => match[1] ?? "");
}

function asRead(text: string | undefined): string {
  return (text ?? "").toWellFormed().replace(/\r\n?/g, "\n").replace(/\n+$/, "");
}

test("bodies and files come back from two other parsers as they were", async () => {
  await fc.assert(
    fc.asyncProperty(input, async (message) => {
      const { octets } = buildMessage(message);
      const contents = [...(message.attachments ?? []), ...(message.inlined ?? [])].map((each) =>
        "content" in each ? each.content.toString("hex") : "",
      );
      const postal = await new PostalMime({ attachmentEncoding: "arraybuffer" }).parse(octets);
      assert.equal(asRead(postal.text), asRead(message.text));
      assert.equal(asRead(postal.html), asRead(message.html));
      const found = postal.attachments.map((each) =>
        Buffer.from(each.content as ArrayBuffer).toString("hex"),
      );
      assert.deepEqual(found.sort(), contents.sort());
      const mail = await simpleParser(octets, {
        skipHtmlToText: true,
        skipTextToHtml: true,
        keepCidLinks: true,
      });
      assert.equal(asRead(mail.text), asRead(message.text));
      assert.equal(asRead(mail.html || ""), asRead(message.html));
      assert.deepEqual(mail.attachments.map((each) => each.content.toString("hex")).sort(), contents);
    }),
    { numRuns: 500 },
  );
});

test("every octet is ASCII, every line ends with CRLF, has at most 76 characters (ids aside) and starts without a dot", () => {
  fc.assert(
    fc.property(input, (message) => {
      const built = buildMessage(message);
      assert.equal(built.needsSmtpUtf8, false);
      assert.match(
        built.octets.toString("latin1"),
        /^(?:(?![.])(?:[\x20-\x7e\t]{0,76}|Content-ID: <[!-~]{1,250}>)\r\n)+$/,
      );
      assert.deepEqual(Buffer.concat([built.head, built.body]), built.octets);
      assert.match(built.head.toString("latin1"), /[^\n]\r\n\r\n$/);
    }),
    { numRuns: 1_000 },
  );
});

test("the same input gives the same octets, prepared or not", () => {
  fc.assert(
    fc.property(input, (message) => {
      const again = buildMessage({
        ...message,
        attachments: message.attachments?.map((each) => ("content" in each ? prepareAttachment(each) : each)),
        inlined: message.inlined?.map((each) => ("content" in each ? prepareAttachment(each) : each)),
      });
      assert.deepEqual(again, buildMessage(message));
    }),
  );
});

test("a message has only the structure that it needs", () => {
  const [text, html] = ["Hello", "<p>Hello"];
  assert.deepEqual(shape({ text }), ["text/plain"]);
  assert.deepEqual(shape({ html }), ["text/html"]);
  assert.deepEqual(shape({}), ["text/plain"]);
  assert.deepEqual(shape({ text: "", html }), ["text/html"]);
  assert.deepEqual(shape({ text, html }), ["multipart/alternative", "text/plain", "text/html"]);
  assert.deepEqual(shape({ html, inlined: [image] }), ["multipart/related", "text/html", "image/png"]);
  assert.deepEqual(shape({ text, attachments: [file] }), [
    "multipart/mixed",
    "text/plain",
    "application/pdf",
  ]);
  assert.deepEqual(shape({ attachments: [file] }), ["multipart/mixed", "application/pdf"]);
  assert.deepEqual(shape({ text, inlined: [image] }), ["multipart/mixed", "text/plain", "image/png"]);
  assert.deepEqual(shape({ text, html, inlined: [image], attachments: [file] }), [
    "multipart/mixed",
    "multipart/alternative",
    "text/plain",
    "multipart/related",
    "text/html",
    "image/png",
    "application/pdf",
  ]);
});

test("a simple message reads as expected", () => {
  assert.equal(
    build({ text: "Hello\nthere" }),
    `${headText}Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello\r\nthere\r\n`,
  );
});

test("related names its root, and an inlined file its id", () => {
  const message = build({ html: '<img src="cid:b@example.org">', inlined: [image] });
  assert.match(
    message,
    /^Content-Type: multipart\/related; type="text\/html";\r\n boundary="=_r[0-9a-f]{32}"\r\n/m,
  );
  assert.match(message, /^Content-Disposition: inline; filename=b.png\r\nContent-ID: <b@example.org>\r\n/m);
});

test("a boundary depends on the seed, and on the content only if that contains it", () => {
  const boundaryOf = (message: string) => /boundary="=_a([0-9a-f]{32})"/.exec(message)?.[1] ?? "";
  const html = "<p>é";
  const first = boundaryOf(build({ text: "a", html }));
  assert.equal(boundaryOf(build({ text: "b", html })), first);
  assert.notEqual(boundaryOf(build({ text: "a", html, boundarySeed: "other" })), first);
  const attack = { text: `a\n--=_a${first}--\nb`, html };
  const second = boundaryOf(build(attack));
  assert.notEqual(second, first);
  assert.equal(boundaryOf(build(attack)), second);
  const hidden = prepareAttachment({
    contentType: "message/rfc822",
    filename: "a",
    content: Buffer.from(`--=_m${first}`),
  });
  assert.equal(hidden.isPlain, true);
  assert.notEqual(boundaryOf(build({ text: "a", html, attachments: [hidden] })), first);
});

test("nothing in any field of a message reaches the head as a line of its own", async () => {
  const hostile = fc.oneof(
    fc.string({
      unit: fc.constantFrom(
        "\r",
        "\n",
        "\r\n",
        "\0",
        "\u0085",
        "\u2028",
        " ",
        "Bcc: x@evil.example",
        "a",
        ":",
      ),
      maxLength: 12,
    }),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const names = ["date", "from", "message-id", "mime-version", "content-type"];
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (name, value, text) => {
      const parts: MessageInput = {
        headers: [
          ...headers,
          ["To", { mailboxes: [{ name: text, address: addressOf("to@example.org") }] }],
          [`X-${name}`, value],
          ["Subject", text],
        ],
        text,
        html: value,
        attachments: [{ contentType: value, filename: text, content: Buffer.from(name) }],
        inlined: [{ contentType: text, filename: value, contentId: text, content: Buffer.from(name) }],
        boundarySeed: text,
      };
      const isRefused = checkMessageHeader(`X-${name}`, value) ?? checkMessageHeader("Subject", text);
      if (isRefused !== undefined) {
        assert.throws(() => buildMessage(parts), Refusal);
        return;
      }
      const { head } = buildMessage(parts);
      const found = (await new PostalMime().parse(head)).headers.map((header) => header.key);
      assert.deepEqual(found.sort(), [...names, "to", "subject", `x-${name.toLowerCase()}`].sort());
    }),
    { numRuns: 1_000 },
  );
});

test("what checkMessageHeader accepts is written, what it refuses is refused", () => {
  const names = fc.constantFrom(
    "X-A",
    "Subject",
    "List-Unsubscribe",
    "Reply-To",
    "Bcc",
    "Content-Type",
    "a b",
    "References",
  );
  const values = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.string(),
    fc.constant("Jo <jo@example.org>"),
  );
  fc.assert(
    fc.property(names, values, (name, value) => {
      const write = () => buildMessage({ headers: [...headers, [name, value]], text: "a", boundarySeed });
      if (checkMessageHeader(name, value) === undefined) write();
      else assert.throws(write, Refusal);
    }),
    { numRuns: 2_000 },
  );
});

test("each way in which headers cannot make a message is refused by name", () => {
  const codeOf = (list: readonly HeaderInput[]) => {
    try {
      buildMessage({ headers: list, text: "a", boundarySeed });
    } catch (error) {
      assert.ok(error instanceof Refusal);
      return error.code;
    }
    return undefined;
  };
  const mailboxes = [{ address: addressOf("a@example.org") }, { address: addressOf("b@example.org") }];
  assert.equal(codeOf(headers), undefined);
  for (const missing of headers)
    assert.equal(codeOf(headers.filter((each) => each !== missing)), "header_missing");
  const withoutFrom = headers.filter(([name]) => name !== "From");
  assert.equal(codeOf([...withoutFrom, ["From", { mailboxes: [] }]]), "header_missing");
  assert.equal(codeOf([...withoutFrom, ["From", "(nobody)"]]), "header_missing");
  assert.equal(codeOf([...withoutFrom, ["From", { mailboxes }]]), "header_missing");
  assert.equal(codeOf([...withoutFrom, ["From", { mailboxes }], ["Sender", "a@example.org"]]), undefined);
  assert.equal(codeOf([...headers, ["Subject", "a"], ["SUBJECT", "b"]]), "header_duplicate");
  assert.equal(codeOf([...headers, ["Subject", ""], ["Subject", "b"]]), "header_duplicate");
  assert.equal(codeOf([...headers, ["From", "b@example.org"]]), "header_duplicate");
  assert.equal(codeOf([...headers, ["X-A", "a"], ["X-A", "b"]]), undefined);
  for (const name of ["Bcc", "MIME-Version", "content-type", "Content-Transfer-Encoding", "X A", ""]) {
    assert.equal(codeOf([...headers, [name, "a@example.org"]]), "header_invalid", name);
  }
  assert.equal(codeOf([...headers, ["Reply-To", "nobody"]]), "header_invalid");
  assert.equal(codeOf([...headers, ["X-A\r\nBcc", { mailboxes }]]), "header_invalid");
});

test("mailboxes given as text are written like those given as such", () => {
  const message = build({
    headers: [...headers, ["Reply-To", "=?utf-8?q?Jos=C3=A9?= <JO@Example.org>, José <jo@é.example>"]],
  });
  assert.match(
    message,
    /^Reply-To: =\?UTF-8\?B\?Sm9zw6k=\?= <JO@example.org>,\r\n =\?UTF-8\?B\?Sm9zw6k=\?= <jo@xn--9ca.example>\r\n/m,
  );
});

test("a list of nobody is left out", () => {
  assert.doesNotMatch(build({ headers: [...headers, ["Cc", { mailboxes: [] }]] }), /^Cc/m);
});

test("only an address beyond ASCII makes the head UTF-8, and only there", () => {
  const to: HeaderInput = ["To", { mailboxes: [{ name: "José", address: addressOf("josé@example.org") }] }];
  const message = buildMessage({ headers: [...headers, to, ["Subject", "é"]], text: "é", boundarySeed });
  assert.equal(message.needsSmtpUtf8, true);
  const beyond = message.octets
    .toString("utf8")
    .split("\r\n")
    .filter((line) => /[^\x00-\x7f]/.test(line));
  assert.deepEqual(beyond, ["To: =?UTF-8?B?Sm9zw6k=?= <josé@example.org>"]);
  assert.deepEqual(Buffer.concat([message.head, message.body]), message.octets);
});

test("a message of hostile parts of a million characters is built at once", () => {
  for (const unit of ["=", "\n", "é", " ", ".", "\ud800", '"']) {
    const long = unit.repeat(1_000_000);
    const message = buildMessage({
      headers: [
        ...headers,
        ["To", { mailboxes: [{ name: long.slice(0, 100_000), address: addressOf("a@example.org") }] }],
      ],
      text: long,
      html: long,
      attachments: [{ contentType: long, filename: long, content: Buffer.from(long) }],
      inlined: [{ contentType: long, filename: long, contentId: long, content: Buffer.from(long) }],
      boundarySeed: long,
    });
    assert.ok(message.octets.length > 1_000_000);
  }
});
