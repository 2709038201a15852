import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DomUtils, parseDocument } from "htmlparser2";
import { linksIn } from "./links.ts";
import { appendUrlTags, appendUrlTagsToText } from "./url-tags.ts";

const tags = "utm_source=mail&utm_term=a%20b";
const inHtml = "utm_source=mail&amp;utm_term=a%20b";

function link(address: string): string {
  return `<a href="${address}">x</a>`;
}

/** The addresses of all links as a mail program understands them. */
function addressesIn(html: string): string[] {
  const anchors = DomUtils.getElementsByTagName("a", parseDocument(html));
  return anchors.map((anchor) => anchor.attribs.href ?? "");
}

const changed: [what: string, before: string, after: string][] = [
  ["a link without a query gets one", link("https://shop.test/a"), link(`https://shop.test/a?${inHtml}`)],
  ["a host alone is enough", link("https://shop.test"), link(`https://shop.test?${inHtml}`)],
  ["a query goes on", link("https://shop.test/?a=1"), link(`https://shop.test/?a=1&amp;${inHtml}`)],
  ["an empty query is filled", link("https://shop.test/?"), link(`https://shop.test/?${inHtml}`)],
  [
    "an open query is not opened twice",
    link("https://shop.test/?a&amp;"),
    link(`https://shop.test/?a&amp;${inHtml}`),
  ],
  ["a fragment stays last", link("https://shop.test/#top"), link(`https://shop.test/?${inHtml}#top`)],
  [
    "a question mark in a fragment begins no query",
    link("http://shop.test/#/a?b"),
    link(`http://shop.test/?${inHtml}#/a?b`),
  ],
  [
    "entities stay as they are",
    link("http://s.test/?a=1&amp;b=&#38;"),
    link(`http://s.test/?a=1&amp;b=&#38;${inHtml}`),
  ],
  [
    "an entity may be the mark",
    link("http://s.test/&#63;a&num;b"),
    link(`http://s.test/&#63;a&amp;${inHtml}&num;b`),
  ],
  [
    "an ampersand begins no entity by itself",
    link("http://s.test/?num&num=1"),
    link(`http://s.test/?num&num=1&amp;${inHtml}`),
  ],
  ["single quotes do", "<a href='https://s.test/'>x</a>", `<a href='https://s.test/?${inHtml}'>x</a>`],
  ["no quotes do", "<a href=https://s.test/ id=b>x</a>", `<a href=https://s.test/?${inHtml} id=b>x</a>`],
  [
    "capitals do",
    '<A CLASS=b HREF="HTTPS://S.TEST/">x</A>',
    `<A CLASS=b HREF="HTTPS://S.TEST/?${inHtml}">x</A>`,
  ],
  [
    "white space around an address stays",
    link(" \n https://s.test/ \n"),
    link(` \n https://s.test/?${inHtml} \n`),
  ],
  [
    "areas of a picture are links",
    '<area href="https://s.test/">',
    `<area href="https://s.test/?${inHtml}">`,
  ],
  [
    "Outlook's buttons are links",
    '<!--[if mso]><v:roundrect href="https://s.test/"></v:roundrect><![endif]--><a href="https://s.test/b">x</a>',
    `<!--[if mso]><v:roundrect href="https://s.test/?${inHtml}"></v:roundrect><![endif]--><a href="https://s.test/b?${inHtml}">x</a>`,
  ],
  [
    "what is hidden from Outlook is read",
    `<!--[if !mso]><!-->${link("https://s.test/")}<!--<![endif]-->`,
    `<!--[if !mso]><!-->${link(`https://s.test/?${inHtml}`)}<!--<![endif]-->`,
  ],
  [
    "of two addresses of one link the first counts",
    '<a href="https://s.test/a" href="https://s.test/b">x</a>',
    `<a href="https://s.test/a?${inHtml}" href="https://s.test/b">x</a>`,
  ],
];

for (const [what, before, after] of changed) {
  test(`tags in HTML: ${what}`, () => {
    assert.equal(appendUrlTags(before, tags), after);
  });
}

test("what is no web link keeps its octets", () => {
  const addresses = [
    "mailto:ada@s.test?subject=a",
    "tel:+33123456789",
    "sms:+33123456789?body=a",
    "cid:logo",
    "data:text/html,<a>",
    "javascript:void(0)",
    "#top",
    "/path?a=1",
    "//s.test/",
    "https://",
    "",
    "{{var:link}}",
    "https://s.test/{{var:path}}",
    "https://s.test/?a=[[var:a]]",
    "https://s.test/{% if var:a %}b{% endif %}",
    "[[UNSUB_LINK_EN]]",
  ];
  const others = [
    "https://s.test/ in text",
    '<img src="https://s.test/a.png">',
    '<link href="https://s.test/a.css">',
    '<base href="https://s.test/">',
    '<p title="https://s.test/" href="https://s.test/">a</p>',
    '<a title="https://s.test/" data-href="https://s.test/" name=b>a</a>',
    `<!-- ${link("https://s.test/")} -->`,
    `<script>var a = '${link("https://s.test/")}'</script>`,
    `<style>/* ${link("https://s.test/")} */</style>`,
    '<form action="https://s.test/"><a href>a</a></form>',
  ];
  const html = [...addresses.map(link), ...others].join("\r\n");
  assert.equal(appendUrlTags(html, tags), html);
});

test("without tags every text stays as it is", () => {
  assert.equal(appendUrlTags(link("https://s.test/"), ""), link("https://s.test/"));
  assert.equal(appendUrlTagsToText("https://s.test/", ""), "https://s.test/");
});

test("a mail program reads the tags as they were given, whatever they hold", () => {
  const hard = `a=%22&copy=1&b='"<>`;
  for (const html of [link("https://s.test/?x=&lt;"), "<a href='https://s.test/?x=&lt;'>x</a>"]) {
    assert.deepEqual(addressesIn(appendUrlTags(html, hard)), [`https://s.test/?x=<&${hard}`]);
  }
});

const texts: [what: string, before: string, after: string][] = [
  ["a link gets a query", "See https://s.test/a now", `See https://s.test/a?${tags} now`],
  ["a query goes on and a fragment stays last", "https://s.test/?a=1#b", `https://s.test/?a=1&${tags}#b`],
  ["the sentence's marks are not the link's", "(https://s.test/a).", `(https://s.test/a?${tags}).`],
  ["a bracket of the link's own is", "https://s.test/a_(b)", `https://s.test/a_(b)?${tags}`],
  ["angle brackets end a link", "<HTTP://s.test/a>", `<HTTP://s.test/a?${tags}>`],
  ["letters beyond ASCII belong to it", "https://s.test/é", `https://s.test/é?${tags}`],
  ["an entity is none here", "https://s.test/?a&amp;b", `https://s.test/?a&amp;b&${tags}`],
];

for (const [what, before, after] of texts) {
  test(`tags in plain text: ${what}`, () => {
    assert.equal(appendUrlTagsToText(before, tags), after);
  });
}

test("what is no web link in a plain text stays as it is", () => {
  const text =
    "mailto:a@s.test, ftp://s.test/, www.s.test, https://, https://s.test/[[var:a]] https://{{var:b}}/";
  assert.equal(appendUrlTagsToText(text, tags), text);
});

const addressPart = fc.string({ unit: fc.constantFrom(..."ab0/?#&;=.%- 'é(){[") });
const piece = fc.oneof(
  addressPart.map((part) => `<a href="https://s.test/${part}">`),
  addressPart.map((part) => `<!--[if mso]><a href=http://s.test/${part}><![endif]-->`),
  fc.string({ unit: fc.constantFrom(..."<>!-[]aA/\"'= \n&#?h:"), maxLength: 30 }),
  fc.constantFrom(
    "<a href=",
    "https://s.test",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<!--[if a]>",
    "</a>",
  ),
);

/** Is the source what is left when every mark is taken out again, each with what joined it to its link? */
function isLeft(source: string, tagged: string, mark: string): boolean {
  const parts = tagged.split(mark);
  let ends = new Set([0]);
  for (const [index, part] of parts.entries()) {
    const joints = index === parts.length - 1 ? [""] : ["", "?", "&", "&amp;"];
    const wanted = joints.flatMap((joint) =>
      part.endsWith(joint) ? [part.slice(0, part.length - joint.length)] : [],
    );
    const reached = [...ends].flatMap((at) =>
      wanted.flatMap((text) => (source.startsWith(text, at) ? [at + text.length] : [])),
    );
    ends = new Set(reached);
  }
  return ends.has(source.length);
}

test("nothing but the tags is added to any text, and only inside of links", () => {
  const mark = "~tags~";
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join("")),
      (source) => {
        const tagged = appendUrlTags(source, mark);
        assert.ok(isLeft(source, tagged, mark));
        assert.ok(linksIn(source).length >= tagged.split(mark).length - 1);
        assert.ok(isLeft(source, appendUrlTagsToText(source, mark), mark));
      },
    ),
    { numRuns: 2000 },
  );
});

test("a web link leads to the same page, with the tags behind its own query", () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (address) => {
      const html = link(address.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`));
      const [tagged = ""] = addressesIn(appendUrlTags(html, tags));
      const [before, after] = [new URL(address), new URL(tagged)];
      assert.equal(after.origin + after.pathname + after.hash, before.origin + before.pathname + before.hash);
      const isOpen = before.search === "" || before.search.endsWith("&");
      assert.equal(after.search, isOpen ? `${before.search || "?"}${tags}` : `${before.search}&${tags}`);
    }),
  );
});

test("hostile sources of a megabyte take no more than linear time", () => {
  const size = 1_000_000;
  const sources = [
    "<!--[if a]>",
    "<!--[if a]>href-->",
    "<a href=",
    "<a href='https://s.test/",
    "https://s.test/)",
    "https://s.test/(",
    "&",
    "<",
    "]>",
  ];
  for (const source of sources) {
    const text = source.repeat(size / source.length);
    const startedAt = performance.now();
    appendUrlTags(text, tags);
    appendUrlTags(`<a href="https://s.test/${text.replaceAll('"', "")}">`, tags);
    appendUrlTagsToText(text, tags);
    appendUrlTagsToText(`https://s.test/${text.replaceAll(/[<>"\s]/g, "")}`, tags);
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < 2000, `${source} took ${Math.round(tookMs)} ms`);
  }
});
