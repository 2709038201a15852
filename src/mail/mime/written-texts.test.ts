import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { readFields } from "../header/read-fields.ts";
import { decodeQuotedPrintable, encodeQuotedPrintable, isQuotedPrintable } from "./quoted-printable.ts";
import { readStructure } from "./structure.ts";
import { readWrittenTexts, textsHold, withTexts } from "./written-texts.ts";

const lines = (...all: string[]) => `${all.join("\r\n")}\r\n`;
const octetsOf = (text: string | Buffer) => Buffer.from(text);
const headBytesOf = (octets: Buffer) => octets.indexOf("\r\n\r\n") + 4;

function textsOf(given: string | Buffer) {
  const octets = octetsOf(given);
  return readWrittenTexts(octets, headBytesOf(octets));
}

/** Changes every text that may be, and answers the message. */
function edited(given: string | Buffer, change: (text: string) => string): Buffer {
  const octets = octetsOf(given);
  const texts = readWrittenTexts(octets, headBytesOf(octets));
  const { pieces } = withTexts(
    octets,
    headBytesOf(octets),
    new Map(texts.map((text) => [text, change(text.text)])),
  );
  return Buffer.concat(pieces);
}

const anyOctets = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
const lineish = fc
  .array(
    fc.oneof(
      fc.constantFrom("\r\n", "\r", "\n", " ", "\t", "=", ".", "From ", "é"),
      fc.string({ maxLength: 90 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.from(parts.join("")));

test("what is encoded as quoted-printable comes back octet for octet, in lines that fit", () => {
  fc.assert(
    fc.property(fc.oneof(anyOctets, lineish), (source) => {
      const encoded = encodeQuotedPrintable(source);
      assert.ok(decodeQuotedPrintable(encoded).equals(source));
      assert.ok(isQuotedPrintable(encoded));
      for (const line of encoded.toString("latin1").split("\r\n")) {
        assert.ok(line.length <= 76, line);
        assert.doesNotMatch(line, /[\r\n\x80-\xff]|[ \t]$/);
      }
    }),
  );
});

test("line feeds that are no line breaks cost no more room than other octets that are escaped", () => {
  for (const each of ["\n", "\r", " \n", "\n\r"]) {
    const source = Buffer.from(each.repeat(50_000));
    const encoded = encodeQuotedPrintable(source);
    assert.ok(encoded.length <= source.length * 3.2, `${JSON.stringify(each)}: ${encoded.length}`);
    assert.ok(decodeQuotedPrintable(encoded).equals(source));
  }
});

test("any octets can be decoded, and those that are malformed are known", () => {
  fc.assert(fc.property(anyOctets, (source) => decodeQuotedPrintable(source).length <= source.length));
  assert.equal(
    decodeQuotedPrintable(Buffer.from("a=3d=C3=A9 \t\r\nb=\r\nc= \t\r\nd=")).toString(),
    "a=é\r\nbcd",
  );
  for (const wrong of ["a=", "=4", "=zz", "x=\n"].map((text) => Buffer.from(`${text}x`))) {
    assert.equal(isQuotedPrintable(wrong), false, wrong.toString());
  }
});

const encodings = {
  "7bit": (text: string) => Buffer.from(text.replace(/[^\r\n -~]/g, "?")),
  "8bit": (text: string) => Buffer.from(text),
  "quoted-printable": (text: string) => encodeQuotedPrintable(Buffer.from(text)),
  base64: (text: string) =>
    Buffer.from(
      Buffer.from(text)
        .toString("base64")
        .replace(/.{1,76}/g, "$&\r\n")
        .trim(),
    ),
} as const;
const words = fc.array(fc.constantFrom("Grüße", "<b>", "=", "a b ", "\r\n", "日本", "."), {
  minLength: 1,
  maxLength: 60,
});

test("a changed text reads as it was changed, and every other octet is what it was", async () => {
  await fc.assert(
    fc.asyncProperty(
      ...[words, words, anyOctets, fc.constantFrom(...Object.keys(encodings)), fc.nat(2_000)],
      async (before, inside, file, encoding, extra) => {
        const html = `x${inside.join("")}x`;
        const head = lines(
          "Subject: a",
          "MIME-Version: 1.0",
          'Content-Type: multipart/mixed; boundary="b;1"',
          "",
        );
        const preamble = `${before.join("")}\r\n--b;1\r\n`;
        const part = lines(
          "X-Own: 1",
          "Content-Type: text/html; charset=utf-8",
          `Content-Transfer-Encoding: ${encoding}`,
          "",
        );
        const rest = `\r\n--b;1\r\nContent-Transfer-Encoding: base64\r\nContent-Type: image/png\r\n\r\n${file.toString("base64")}\r\n--b;1--\r\ntail`;
        const body = encodings[encoding as keyof typeof encodings](html);
        const given = Buffer.concat([Buffer.from(head + preamble + part), body, Buffer.from(rest)]);
        const [text] = textsOf(given);
        assert.ok(text !== undefined);
        const added = `!${"y".repeat(extra)}`;
        const changed = edited(given, (same) => same + added);
        assert.ok(changed.toString("latin1").endsWith(Buffer.from(rest).toString("latin1")));
        const wasLong = (text.text + added).split("\r\n").some((line) => Buffer.byteLength(line) > 998);
        const isKept = !wasLong || encoding === "base64" || encoding === "quoted-printable";
        assert.equal(changed.toString().startsWith(head + preamble + part), isKept);
        const parsed = await PostalMime.parse(changed);
        assert.equal(
          parsed.html?.replaceAll("\r\n", "\n").replace(/\n$/, ""),
          (text.text + added).replaceAll("\r\n", "\n"),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("a text in another charset of one octet a letter keeps its letters", () => {
  const head = lines("Content-Type: text/html; charset=ISO-8859-1", "Content-Transfer-Encoding: 8bit", "");
  const given = Buffer.concat([Buffer.from(head), Buffer.from("<p>Gr\xfc\xdfe</p>\r\n", "latin1")]);
  const changed = edited(given, (text) => text.replace("</p>", "<i>1</i></p>"));
  assert.equal(changed.toString("latin1"), `${head}<p>Gr\xfc\xdfe<i>1</i></p>\r\n`);
  assert.deepEqual(
    textsOf(given).map(({ isUnicode, takesLetters }) => [isUnicode, takesLetters]),
    [[false, false]],
  );
});

test("a line that becomes longer than a line may be makes its part quoted-printable, and the message says so", () => {
  const given = lines("Subject: a", "Content-Type: text/html", "", "<p>Hi</p>", "");
  const changed = edited(given, (text) => text.replace("Hi", "x".repeat(999))).toString();
  assert.match(
    changed,
    /^Subject: a\r\nContent-Type: text\/html\r\nMIME-Version: 1\.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>x{72}=\r\n/,
  );
});

const html = lines("Content-Type: text/html", "", "<p>Hi</p>");
const inside = (type: string) =>
  lines(`Content-Type: ${type}; boundary=b`, "", "--b") + html + lines("--b--");
const untouched = {
  "a signed part": inside("multipart/signed; protocol=x"),
  "an encrypted part": inside("multipart/encrypted"),
  "what is signed or encrypted with S/MIME": lines("Content-Type: application/pkcs7-mime", "", "PHA+"),
  "a report": inside("multipart/report"),
  "a forwarded message": lines("Content-Type: message/rfc822", "") + html,
  "a file": lines("Content-Type: text/html", "Content-Disposition: attachment", "", "<p>Hi</p>"),
  "a file that is shown": lines('Content-Type: text/html; name="a.html"', "", "<p>Hi</p>"),
  "a part with a sum over it": lines("Content-Type: text/html", "Content-MD5: x", "", "<p>Hi</p>"),
  "signed text": lines("Content-Type: text/plain", "", "-----BEGIN PGP SIGNED MESSAGE-----", "Hi"),
  "a charset that switches": lines("Content-Type: text/html; charset=ISO-2022-JP", "", "<p>Hi</p>"),
  "an encoding of which nothing is known": lines(
    "Content-Type: text/html",
    "Content-Transfer-Encoding: x-uuencode",
    "",
    "a",
  ),
  "base64 that ends within": lines(
    "Content-Type: text/html",
    "Content-Transfer-Encoding: base64",
    "",
    "PHA=PHA+",
  ),
  "quoted-printable that is none": lines(
    "Content-Type: text/html",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "a=b",
  ),
};
for (const [name, message] of Object.entries(untouched)) {
  test(`${name} is left alone`, () => {
    assert.deepEqual(textsOf(message), []);
    assert.equal(edited(message, () => "changed").toString(), message);
  });
}

test("signatures by servers go with the first change, and stay without one", () => {
  const signed = `DKIM-Signature: v=1;\r\n b=x\r\nARC-Seal: i=1\r\n${html}`;
  assert.equal(edited(signed, (text) => text).toString(), html);
  assert.equal(
    Buffer.concat([
      ...withTexts(octetsOf(signed), headBytesOf(octetsOf(signed)), new Map()).pieces,
    ]).toString(),
    signed,
  );
});

test("words are found in a text whatever its encoding, and not in a file", () => {
  const holds = (text: string) => {
    const octets = octetsOf(text);
    const header = readFields(octets);
    assert.ok(!("badLine" in header));
    return textsHold(octets, readStructure(octets, header), "[[WORD");
  };
  const part = (encoding: string, body: string) =>
    lines("Content-Type: text/plain", `Content-Transfer-Encoding: ${encoding}`, "", body);
  assert.ok(holds(part("7bit", "a [[WORD")));
  assert.ok(holds(part("quoted-printable", "a =5B[WO=\r\nRD")));
  assert.ok(holds(part("base64", Buffer.from("a [[WORD").toString("base64"))));
  assert.ok(!holds(part("base64", "a [[WORD")));
  assert.ok(!holds(`Content-Disposition: attachment\r\n${part("7bit", "a [[WORD")}`));
});
