import assert from "node:assert/strict";
import { isAscii } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { toSevenBit } from "./seven-bit.ts";

function rewritten(text: string | Buffer) {
  const octets = Buffer.from(text);
  const blank = octets.indexOf("\r\n\r\n");
  return toSevenBit(octets, blank + 4);
}

const lines = (...all: string[]) => `${all.join("\r\n")}\r\n`;

test("a text of 8 bits becomes quoted-printable, and its other fields stay", () => {
  const found = rewritten(
    lines(
      "Subject: a",
      "Content-Transfer-Encoding: 8bit",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Grüße aus Köln",
      ".",
      "=",
      "",
    ),
  );
  assert.equal(
    found?.octets.toString(),
    lines(
      "Subject: a",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "Gr=C3=BC=C3=9Fe aus K=C3=B6ln",
      "=2E",
      "=3D",
      "",
    ),
  );
  assert.equal(found?.octets.toString("latin1", found.headBytes).slice(0, 2), "Gr");
});

test("only the parts that need it are rewritten, and what holds them says 7bit", () => {
  const kept = lines("--x", "Content-Type: text/plain", "", "plain =", "--x");
  const found = rewritten(
    lines("Content-Type: multipart/mixed; boundary=x", "content-transfer-encoding: 8BIT", "", "preamble") +
      kept +
      lines("Content-Type: application/octet-stream", "", "\u00ff\u00fe", "--x--", "epilogue"),
  );
  const text = found?.octets.toString() ?? "";
  assert.ok(text.includes(kept));
  assert.match(
    text,
    /^Content-Type: multipart\/mixed; boundary=x\r\nContent-Transfer-Encoding: 7bit\r\n\r\npreamble/,
  );
  assert.match(
    text,
    /octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nw7\/Dvg==\r\n--x--\r\nepilogue\r\n$/,
  );
});

test("a message that is ASCII stays as it is", () => {
  const text = lines("A: b", "", "c");
  assert.equal(rewritten(text)?.octets.toString(), text);
});

test("what cannot be rewritten is said to be so", () => {
  assert.equal(rewritten(lines("Subject: Grüße", "", "ä")), null);
  assert.equal(rewritten(lines("Content-Transfer-Encoding: base64", "", "ä")), null);
  assert.equal(rewritten(lines("Content-Type: message/rfc822", "", "Subject: a", "", "ä")), null);
  const outside = lines("Content-Type: multipart/mixed; boundary=x", "", "ä", "--x", "", "a", "--x--");
  assert.equal(rewritten(outside), null);
  const inside = lines(
    "Content-Type: multipart/mixed; boundary=x",
    "",
    "--x",
    "Content-Description: ä",
    "",
    "a",
    "--x--",
  );
  assert.equal(rewritten(inside), null);
});

test("a reader sees the same text and the same files", async () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "é", "=", ".", " ", "\t", "\r\n", "用", "\r\n.\r\n"),
    maxLength: 300,
  });
  await fc.assert(
    fc.asyncProperty(text, text, async (plain, file) => {
      const message = lines(
        ...["Content-Type: multipart/mixed; boundary=bound-1", "Content-Transfer-Encoding: 8bit", ""],
        ...[
          "--bound-1",
          "Content-Type: text/plain; charset=utf-8",
          "Content-Transfer-Encoding: 8bit",
          "",
          `${plain}ä`,
        ],
        ...[
          "--bound-1",
          "Content-Type: application/x-y; name=a",
          "Content-Transfer-Encoding: 8bit",
          "",
          `${file}ä`,
          "--bound-1--",
        ],
      );
      const found = rewritten(message);
      assert.ok(found !== null && isAscii(found.octets));
      const [before, after] = await Promise.all([PostalMime.parse(message), PostalMime.parse(found.octets)]);
      // The parser changes line ends where nothing was encoded, and adds one.
      const shown = (text = "") => text.replaceAll("\r\n", "\n").trimEnd();
      assert.equal(shown(after.text), shown(before.text));
      const bytes = ({ attachments: [first] }: typeof after) =>
        Buffer.from(first?.content as ArrayBuffer).toString();
      assert.equal(shown(bytes(after)), shown(bytes(before)));
      for (const line of found.octets.toString().split("\r\n")) assert.ok(line.length <= 998);
    }),
  );
});
