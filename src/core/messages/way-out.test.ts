import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import PostalMime, { type Email } from "postal-mime";
import { idAt } from "../../base/ids.ts";
import { compose, prepareContent } from "./compose.ts";
import { withPurpose } from "./purpose.ts";
import type { MessageContent, SubmissionContent } from "./submission.ts";
import { contentOf, rawContentOf } from "./testing/contents.ts";
import { nobodyAsked, testLinks } from "./testing/links.ts";
import { WayOut, withWayOut } from "./way-out.ts";

const reader = {
  accountId: 36n,
  messageId: idAt(new Date("2026-11-23T12:00:00Z")),
  lookup: Buffer.alloc(16, 1),
};
const url = testLinks.unsubscribe(reader);

function octetsOf(content: MessageContent): Buffer {
  const part = { to: [], cc: [], variables: {} };
  const prepared = prepareContent(content, part);
  assert.ok("part" in prepared);
  const named = {
    uuid: "12345678-1111-4111-8111-111111111111",
    campaignId: null,
    links: testLinks,
    tracking: nobodyAsked,
  };
  const recipient = { address: "ada@example.com", name: "", role: "to" } as const;
  const identity = { ...recipient, subject: "", customId: "", eventPayload: "" };
  const result = compose({ prepared, part, ...reader, ...named, identity });
  assert.ok(result.kind === "composed");
  return result.message.octets;
}

function mailOf(content: MessageContent): Promise<Email> {
  return PostalMime.parse(octetsOf(content));
}

function field(mail: Email, name: string): string | undefined {
  const found = mail.headers.filter(({ key }) => key === name);
  assert.ok(found.length <= 1, name);
  return found[0]?.value;
}

const times = (text: string, part: string) => text.split(part).length - 1;

test("mail that somebody waits for has no link and no field it was not given", async () => {
  const mail = await mailOf(contentOf({ html: "<p>Your receipt</p>" }));
  assert.equal(field(mail, "list-unsubscribe"), undefined);
  assert.equal(mail.html?.trim(), "<p>Your receipt</p>");
  assert.equal(mail.text?.trim(), "Hello there");
  assert.match(field(mail, "feedback-id") ?? "", /:transactional:/);
});

test("marketing mail gets both fields of one-click, and a visible link in each of its parts", async () => {
  const html = "<html><body><p>Offers</p></body></html>";
  const mail = await mailOf(contentOf({ isMarketing: true, html }));
  assert.equal(field(mail, "list-unsubscribe"), `<${url}>`);
  assert.equal(field(mail, "list-unsubscribe-post"), "List-Unsubscribe=One-Click");
  assert.match(mail.html ?? "", RegExp(`<a href="${url}"[^>]*>.*Unsubscribe.*</a></p>\\s*</body></html>`));
  assert.match(mail.text ?? "", RegExp(`Abmelden:\\s+${url}\\s*$`));
  assert.match(field(mail, "feedback-id") ?? "", /:marketing:/);
});

const forms = [
  ["[[UNSUB_LINK]]", ""],
  ["[[UNSUB_LINK_LOCALE]]", ""],
  ["[[UNSUB_LINK_EN]]", "?lang=en"],
  ["[[UNSUB_LINK_FR]]", "?lang=fr"],
  ["[[UNSUB_LINK_DE]]", "?lang=de"],
  ["[[UNSUB_LINK_PT]]", ""],
] as const;
for (const [form, query] of forms) {
  test(`${form} becomes the link, makes the mail marketing, and is not added to`, async () => {
    const html = `<a href="${form}">No more</a>`;
    const mail = await mailOf(contentOf({ html, text: `No more: ${form}` }));
    assert.equal(mail.html?.trim(), `<a href="${url}${query}">No more</a>`);
    assert.equal(mail.text?.trim(), `No more: ${url}${query}`);
    assert.equal(field(mail, "list-unsubscribe"), `<${url}>`);
  });
}

test("a template's link counts where it is taken, and nowhere else", async () => {
  const html = "{% if var:leaves:false %}<a href='{{mj:unsub_link_fr}}'>x</a>{% else %}stay{% endif %}";
  const none = await mailOf(contentOf({ html, usesTemplateLanguage: true }));
  assert.equal(field(none, "list-unsubscribe"), undefined);
  const taken = html.replace("false", "true");
  const mail = await mailOf(contentOf({ html: taken, usesTemplateLanguage: true }));
  assert.equal(mail.html?.trim(), `<a href='${url}?lang=fr'>x</a>`);
  assert.equal(times(mail.text ?? "", url), 1);
});

test("a sender's own List-Unsubscribe stays alone", async () => {
  const headers: SubmissionContent["headers"] = [["list-unsubscribe", "<https://shop.example/leave>"]];
  const mail = await mailOf(contentOf({ isMarketing: true, headers }));
  assert.equal(field(mail, "list-unsubscribe"), "<https://shop.example/leave>");
  assert.equal(field(mail, "list-unsubscribe-post"), undefined);
});

test("whatever the HTML is, it gets one link and keeps every character of its own", () => {
  const piece = fc.constantFrom(
    "<body>",
    "</body>",
    "</BODY >",
    "<!-- </body> -->",
    "<p>",
    "x",
    "\n",
    "<",
    "</b",
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
      const html = pieces.join("");
      const given = withWayOut(new WayOut(testLinks, reader), contentOf({ isMarketing: true }), {
        html,
        text: undefined,
      });
      assert.equal(times(given.html ?? "", `href="${url}"`), 1);
      assert.equal((given.html ?? "").replace(/<p style.*<\/p>/, ""), html);
    }),
  );
});

test("the link stands in the body, and in no comment behind it", () => {
  const html = "<html><body>a</BODY></html><!-- </body> -->";
  const bodies = { html, text: undefined };
  const given = withWayOut(new WayOut(testLinks, reader), contentOf({ isMarketing: true }), bodies);
  assert.match(given.html ?? "", /^<html><body>a<p style.*<\/p><\/BODY><\/html><!-- <\/body> -->$/);
});

test("a written message gets the fields on top and the link below, and keeps its own", () => {
  const written = "From: Shop <shop@example.org>\r\nPrecedence: bulk\r\n\r\nHello\r\n";
  const right = { senderId: null, staysInInbox: false };
  const octets = octetsOf(withPurpose(rawContentOf(written), right))
    .toString()
    .replace(/\r\n /g, " ");
  assert.match(octets, RegExp(`^List-Unsubscribe: <${url}>\r\nList-Unsubscribe-Post: `, "m"));
  assert.match(octets, RegExp(`\r\n\r\nHello\r\n\r\n[^\r]+\r\n${url}\r\n$`));
  const own = `List-Unsubscribe: <https://shop.example/leave>\r\n${written}`;
  const kept = octetsOf(withPurpose(rawContentOf(own), right)).toString();
  assert.equal(times(kept.toLowerCase(), "list-unsubscribe"), 1);
});

test("a sender for bulk mail and Precedence: bulk or list make mail marketing; nothing else does", () => {
  const plain = { senderId: null, staysInInbox: false };
  const precedence = (value: string) => contentOf({ headers: [["precedence", value]] });
  const isMarketing = (content: SubmissionContent, right = {}) =>
    withPurpose(content, { ...plain, ...right }).isMarketing ?? false;
  assert.equal(isMarketing(contentOf()), false);
  assert.equal(isMarketing(contentOf({ customCampaign: "reset" })), false);
  assert.equal(isMarketing(precedence("first-class")), false);
  assert.equal(isMarketing(precedence("bulk")), true);
  assert.equal(isMarketing(precedence(" List ")), true);
  assert.equal(isMarketing(contentOf(), { isBulk: true }), true);
  const content = contentOf();
  assert.equal(withPurpose(content, plain), content);
});
