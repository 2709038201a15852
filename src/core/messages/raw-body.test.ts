import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { idAt } from "../../base/ids.ts";
import type { TrackingPolicy } from "../tracking/index.ts";
import { compose, prepareContent } from "./compose.ts";
import type { MessageContent } from "./submission.ts";
import { contentOf, rawContentOf } from "./testing/contents.ts";
import { testLinks } from "./testing/links.ts";

const reader = {
  accountId: 36n,
  messageId: idAt(new Date("2026-11-23T12:00:00Z")),
  lookup: Buffer.alloc(16, 1),
};
const other = { ...reader, messageId: reader.messageId + 1n, lookup: Buffer.alloc(16, 2) };
const counts = { trackOpens: "enabled", trackClicks: "enabled" } as const;
const anonymous: TrackingPolicy = { mode: "anonymous", opensByDefault: false, clicksByDefault: false };

interface Treated {
  policy?: TrackingPolicy;
  hasConsent?: boolean;
}

/** Composes for each of several readers from one prepared content, as delivery does. */
function composer(content: MessageContent) {
  const part = { to: [], cc: [], variables: {} };
  const prepared = prepareContent(content, part);
  assert.ok("part" in prepared);
  const recipient = { address: "ada@example.com", name: "", role: "to" } as const;
  const identity = { ...recipient, subject: "", customId: "", eventPayload: "" };
  return (whose: typeof reader, { policy = anonymous, hasConsent = false }: Treated = {}) => {
    const tracking = { policy, consents: { opens: hasConsent, clicks: hasConsent } };
    const about = { uuid: "12345678", campaignId: 7n, identity };
    const result = compose({ prepared, part, ...whose, ...about, links: testLinks, tracking });
    assert.ok(result.kind === "composed");
    const { head, body, octets } = result.message;
    assert.ok(Buffer.concat([head, body]).equals(octets));
    return { octets, tracked: result.tracked, text: octets.toString("latin1") };
  };
}

const lines = (...all: string[]) => `${all.join("\r\n")}\r\n`;
const from = "From: Shop <shop@example.org>";
const link = '<a href="https://example.org/a?b=1&amp;c=2">A</a>';
const htmlMail = (html: string, ...fields: string[]) =>
  lines(from, "MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8", ...fields, "", html);
const bothParts = (text: string, html: string) =>
  lines(from, "MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=b", "") +
  lines("--b", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text) +
  lines("--b", "Content-Type: text/html; charset=utf-8", "", html, "--b--");
const ours = (text: string) => text.match(/https:\/\/mail\.example\.org\/[ci]\/[\w-]+/g) ?? [];

test("a written message that asks for nothing is delivered as the very octets that were handed in", () => {
  const given = htmlMail(link);
  const { text, tracked } = composer(rawContentOf(given))(reader);
  assert.ok(text.endsWith(`\r\n${given}`));
  assert.deepEqual(tracked, { opens: null, clicks: null });
});

test("a written message that asks for it is counted with links and a picture that are the same for every reader", async () => {
  const composed = composer(rawContentOf(htmlMail(`<body>${link}</body>`, "X-Own:  two  spaces"), counts));
  const [ada, bob] = [composed(reader), composed(other)];
  assert.deepEqual(ada.tracked, { opens: "anonymous", clicks: "anonymous" });
  assert.equal(ours(ada.text).length, 2);
  const ofMessage = (text: string) => text.slice(text.indexOf(from));
  assert.equal(ofMessage(ada.text), ofMessage(bob.text));
  const { html = "" } = await PostalMime.parse(ada.octets);
  assert.match(html, /^<body><a href="[^"]+\/c\/[\w-]+">A<\/a><img src="[^"]+\/i\/[\w-]+"[^>]*><\/body>/);
  assert.ok(ada.text.includes("\r\nX-Own:  two  spaces\r\n"));
});

test("who has agreed gets links of their own and the way to take that back; who has not gets the shared ones", async () => {
  const composed = composer(rawContentOf(htmlMail(`<body>${link}</body>`), counts));
  const policy = { ...anonymous, mode: "identified" } as const;
  const shared = composed(reader, { policy });
  const own = composed(reader, { policy, hasConsent: true });
  assert.deepEqual(own.tracked, { opens: "identified", clicks: "identified" });
  assert.deepEqual(
    ours(own.text).filter((url) => new Set<string>(ours(shared.text)).has(url)),
    [],
  );
  assert.deepEqual(ours(composed(other, { policy }).text), ours(shared.text));
  const { html = "" } = await PostalMime.parse(own.octets);
  assert.match(html, /href="https:\/\/mail\.example\.org\/p\/[\w-]+" data-notrack>.*&#228;ndern/);
  assert.doesNotMatch(shared.text, /\/p\//);
});

test("an account that counts nothing leaves a message alone, whatever its headers ask for", () => {
  const given = htmlMail(link);
  const policy = { ...anonymous, mode: "off" } as const;
  assert.ok(composer(rawContentOf(given, counts))(reader, { policy }).text.endsWith(given));
});

test("a message of text alone has nothing that could be counted", () => {
  const given = lines(from, "", "See https://example.org/a");
  const { text, tracked } = composer(rawContentOf(given, counts))(reader);
  assert.ok(text.endsWith(given));
  assert.deepEqual(tracked, { opens: null, clicks: null });
});

test("signed and encrypted mail is left alone, also where it is to be counted and is marketing", () => {
  for (const type of ["multipart/signed", "multipart/encrypted"]) {
    const inner = lines("--b", "Content-Type: text/html", "", `${link} [[UNSUB_LINK_EN]]`, "--b--");
    const given = lines(from, `Content-Type: ${type}; boundary=b`, "") + inner;
    const { text, tracked } = composer(rawContentOf(given, { ...counts, isMarketing: true }))(reader);
    assert.ok(text.endsWith(given), type);
    assert.match(text, /^List-Unsubscribe: </m);
    assert.deepEqual(tracked, { opens: null, clicks: null });
  }
});

test("Mailjet's words for the link to unsubscribe become each reader's own, in every part", async () => {
  const given = bothParts(
    "Leave: [[UNSUB_LINK_FR]]",
    '<p><a href="[[UNSUB_LINK]]">Leave</a> [[var:name]]</p>',
  );
  const composed = composer(rawContentOf(given, { isMarketing: true }));
  for (const whose of [reader, other]) {
    const url = testLinks.unsubscribe(whose);
    const mail = await PostalMime.parse(composed(whose).octets);
    assert.equal(mail.text?.trim(), `Leave: ${url}?lang=fr`);
    assert.equal(mail.html?.trim(), `<p><a href="${url}">Leave</a> [[var:name]]</p>`);
    assert.equal(mail.headers.find(({ key }) => key === "list-unsubscribe")?.value, `<${url}>`);
  }
});

test("marketing mail without a link gets one in each part, in letters that every charset has", async () => {
  const mail = await PostalMime.parse(
    composer(rawContentOf(bothParts("Grüße", "<body>Hi</body>"), { isMarketing: true }))(reader).octets,
  );
  const url = testLinks.unsubscribe(reader);
  assert.match(
    mail.text ?? "",
    new RegExp(`^Grüße\\s+Unsubscribe · Se désinscrire · Abmelden:\\s+${url}\\s*$`),
  );
  assert.match(
    mail.html ?? "",
    new RegExp(`<a href="${url}" data-notrack>.*Se d&#233;sinscrire.*</a></p></body>`),
  );
  const plain = composer(rawContentOf(lines(from, "", "Hello"), { isMarketing: true }))(reader);
  assert.ok(plain.text.endsWith(`\r\nHello\r\n\r\nUnsubscribe / Se desinscrire / Abmelden:\r\n${url}\r\n`));
});

test("mail with its author's own way to unsubscribe keeps its text", () => {
  const given = lines(from, "List-Unsubscribe: <https://example.org/leave>", "", "Hello");
  assert.ok(composer(rawContentOf(given, { isMarketing: true }))(reader).text.endsWith(given));
});

test("the picture stands once, in the last of several texts, and what is added leads nowhere through us", () => {
  const part = lines("--b", "Content-Type: text/html", "", link);
  const given = lines(from, "Content-Type: multipart/mixed; boundary=b", "") + part + part + lines("--b--");
  const { text } = composer(rawContentOf(given, { ...counts, isMarketing: true }))(reader);
  assert.equal(text.match(/\/i\//g)?.length, 1);
  assert.equal(text.match(/\/c\//g)?.length, 2);
  assert.ok(text.indexOf("/i/") > text.lastIndexOf("/c/"));
});

test("in a charset that is not known, links of letters beyond ASCII lead where they lead", () => {
  const html = '<a href="https://example.org/\xe4">A</a><a href="https://example.org/b">B</a>';
  const head = lines(from, "Content-Type: text/html; charset=koi8-r", "Content-Transfer-Encoding: 8bit", "");
  const content = rawContentOf("", {
    ...counts,
    octets: Buffer.from(`${head}${html}\r\n`, "latin1"),
    headBytes: head.length,
  });
  const { text } = composer(content)(reader);
  assert.ok(text.includes('"https://example.org/\xe4"'));
  assert.equal(ours(text).length, 2);
});

test("a text that is too long to be kept is counted like any other", () => {
  const given = htmlMail(`${"<p>long</p>\r\n".repeat(30_000)}${link}`);
  const composed = composer(rawContentOf(given, counts));
  assert.equal(ours(composed(reader).text).length, 2);
  assert.deepEqual(ours(composed(other).text), ours(composed(reader).text));
});

test("what is added tears no letter of two octets, whatever its second one looks like", () => {
  for (const charset of ["shift_jis", "gbk", "cp949"]) {
    const head = lines(
      from,
      `Content-Type: text/plain; charset=${charset}`,
      "Content-Transfer-Encoding: 8bit",
      "",
    );
    const octets = Buffer.from(`${head}\x83\x65\x81\xa0\r\n`, "latin1");
    const content = rawContentOf("", { isMarketing: true, octets, headBytes: head.length });
    const { text } = composer(content)(reader);
    assert.ok(text.includes("\r\n\x83\x65\x81\xa0\r\n\r\nUnsubscribe / "), charset);
  }
});

test("HTML that is too long to be counted stays as it is, in one part or in several, but for the way out", () => {
  const long = "<p>0123456789</p>\r\n".repeat(60_000);
  const part = lines("--b", "Content-Type: text/html", "", `${link}${long}`);
  const head = lines(from, "Content-Type: multipart/mixed; boundary=b", "");
  const inOne = htmlMail(`${link}${long}${long}`);
  const { text, tracked } = composer(rawContentOf(inOne, counts))(reader);
  assert.ok(text.endsWith(inOne));
  assert.deepEqual(tracked, { opens: null, clicks: null });
  const inTwo = composer(rawContentOf(`${head}${part}${part}--b--\r\n`, { ...counts, isMarketing: true }))(
    reader,
  );
  assert.deepEqual([inTwo.tracked, ours(inTwo.text)], [{ opens: null, clicks: null }, []]);
  assert.equal(inTwo.text.split(`<a href="${testLinks.unsubscribe(reader)}" data-notrack>`).length, 2);
  assert.match(inTwo.text, /^List-Unsubscribe: </m);
});

test("HTML that is composed is counted up to the same length", () => {
  const html = `${link}${"x".repeat(2 * 1024 * 1024)}`;
  for (const [shown, kind] of [
    [html, null],
    [html.slice(0, 1024), "anonymous"],
  ] as const) {
    const { tracked } = composer(contentOf({ html: shown, ...counts }))(reader);
    assert.deepEqual(tracked, { opens: kind, clicks: kind });
  }
});

test("a text of nothing but words for the link to unsubscribe grows by a thousand links at most", () => {
  const given = lines(from, "", "[[UNSUB_LINK_EN]]\r\n".repeat(5_000));
  const { text } = composer(rawContentOf(given, { isMarketing: true }))(reader);
  assert.equal(text.split(`\n${testLinks.unsubscribe(reader)}?lang=en\r`).length - 1, 1_000);
  assert.equal(text.split("\n[[UNSUB_LINK_EN]]\r").length - 1, 4_000);
});

test("whatever stands around the HTML comes through, octet for octet", () => {
  const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  fc.assert(
    fc.property(anyBytes, anyBytes, (before, behind) => {
      const head = `${from}\r\nContent-Type: multipart/mixed; boundary="own boundary"\r\n\r\n`;
      const open = `${head}${before}\r\n--own boundary\r\n`;
      const fields = "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n";
      const rest = `\r\n--own boundary\r\n\r\n${behind}`;
      const octets = Buffer.from(`${open}${fields}${Buffer.from(link).toString("base64")}${rest}`, "latin1");
      const { text } = composer(rawContentOf("", { ...counts, octets, headBytes: head.length }))(reader);
      const at = text.indexOf(open);
      assert.ok(at > 0 && text.endsWith(rest));
      const body = text.slice(at + open.length + fields.length, text.length - rest.length);
      const html = Buffer.from(body, "base64").toString();
      assert.match(html, /^<a href="https:\/\/mail\.example\.org\/c\/[\w-]+">A<\/a><img /);
    }),
  );
});
