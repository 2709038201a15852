import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { countedHtml, targetsIn } from "./counted.ts";

const click = (target: string, position: number) =>
  `https://c.test/${position}/${encodeURIComponent(target)}`;
const counted = (html: string) => countedHtml(html, { click, open: null });

const cases: [name: string, html: string, targets: string[]][] = [
  [
    "quotes of both kinds and none",
    `<a href="https://a.test/1">x</a><A HREF='https://a.test/2'>y</A><a href=https://a.test/3>z`,
    ["https://a.test/1", "https://a.test/2", "https://a.test/3"],
  ],
  [
    "entities, also without a semicolon",
    `<a href="https://a.test/?a=1&amp;b=2&#38;c=3&copy=4">x</a>`,
    ["https://a.test/?a=1&b=2&c=3&copy=4"],
  ],
  [
    "Outlook's conditional comments and shapes",
    `<!--[if mso]><v:rect href="https://a.test/o"></v:rect><![endif]--><!--[if !mso]><!--><a href="https://a.test/n">x</a><!--<![endif]-->`,
    ["https://a.test/o", "https://a.test/n"],
  ],
  ["areas and white space around", `<area href=" https://a.test/m\n">`, ["https://a.test/m"]],
];
for (const [name, html, targets] of cases) {
  test(`links are counted with ${name}`, () => {
    const found: string[] = [];
    const click = (target: string) => {
      found.push(target);
      return null;
    };
    countedHtml(html, { click, open: null });
    assert.deepEqual(found, targets);
  });
}

const alone = [
  `<a href="mailto:a@b.test">x</a>`,
  `<a href="tel:+331">x</a>`,
  `<a href="#top">x</a>`,
  `<a href="/relative">x</a>`,
  `<a href="cid:1">x</a>`,
  `<a href="javascript:alert(1)">x</a>`,
  `<a href="data:text/html,x">x</a>`,
  `<a href="https://u:p@a.test/">x</a>`,
  `<a href="https://a.test/{{var:x}}">x</a>`,
  `<a href="https://a.test/[[var:x]]">x</a>`,
  `<a data-notrack href="https://a.test/">x</a>`,
  `<a href="https://a.test/" DATA-NOTRACK="1">x</a>`,
  `<!-- <a href="https://a.test/">x</a> -->`,
  `<script>"<a href='https://a.test/'>"</script>`,
  `<img src="https://a.test/i.png">`,
  `<link href="https://a.test/s.css">`,
  `<a href="https://">x</a>`,
  `<a href="https://a.test/${"x".repeat(1500)}">x</a>`,
];
for (const html of alone) {
  test(`${html.slice(0, 60)} is left alone`, () => assert.equal(counted(html), html));
}

// Pieces of which anything may be made, closed or not.
const piece = fc.constantFrom(
  ...[
    '<a href="https://a.test/?x=1&amp;y=2">',
    "<a href='https://b.test/é'>",
    "<a href=https://c.test/>",
    "</a>",
    '<a href="',
  ],
  ...[
    "<!--[if mso]>",
    "<![endif]-->",
    "<!--",
    "-->",
    "<style>",
    "</style>",
    "<p title='",
    '"',
    "'",
    ">",
    "&",
    "&amp;",
    "x",
    "\r\n",
    "<",
  ],
  ...["</body>", "<v:rect href='http://d.test'>", "data-notrack", "\0", "\ud800", "[[var:a]]"],
);
const anyHtml = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(""));

test("whatever the HTML is, nothing but links changes, and what leads to us can be put back", () => {
  fc.assert(
    fc.property(anyHtml, (html) => {
      const written: string[] = [];
      const marked = countedHtml(html, {
        click: (target, position) => {
          written.push(target);
          return `\u{1}${position}\u{2}`;
        },
        open: null,
      });
      // Each mark stands where one link stood: what is between them is the source, character by character.
      const rest = marked.split(/\u{1}\d+\u{2}/u);
      assert.equal(rest.length, written.length + 1);
      let at = 0;
      for (const part of rest) {
        const found = html.indexOf(part, at);
        assert.ok(found >= at);
        at = found + part.length;
      }
      assert.ok(html.startsWith(rest[0] ?? "") && html.endsWith(rest.at(-1) ?? ""));
      assert.equal(countedHtml(html, { click: () => null, open: null }), html);
    }),
    { numRuns: 500 },
  );
});

test("only web addresses of one line are led to, whatever the HTML is", () => {
  fc.assert(
    fc.property(anyHtml, (html) => {
      for (const target of targetsIn(html)) assert.match(target, /^https?:\/\/[\x21-\x7e]+$/);
    }),
  );
});

test("the picture stands once, at the end of the body", () => {
  const html = "<body><p>x</p></body><!-- </body> -->";
  assert.equal(
    countedHtml(html, { click: null, open: "https://o.test/1" }),
    '<body><p>x</p><img src="https://o.test/1" width="1" height="1" alt=""></body><!-- </body> -->',
  );
});

test("links beyond the places that can be counted are left alone", () => {
  const places: number[] = [];
  const html = '<a href="http://a.b">x</a>'.repeat(33_000);
  const counted = countedHtml(html, {
    open: null,
    click: (_, position) => {
      places.push(position);
      return "http://c.d";
    },
  });
  assert.equal(Math.max(...places), 32_767);
  assert.match(counted.slice(-30), /http:\/\/a\.b/);
});
