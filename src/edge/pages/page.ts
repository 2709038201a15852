import { createHash } from "node:crypto";

/** A finished page. */
export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

// Contrast 7:1 and more (WCAG 2.2 §1.4.6), a visible focus (§2.4.7) and targets of 44 pixels (§2.5.5).
const style = [
  "body{margin:0;font:1.125rem/1.6 system-ui,sans-serif;color:#1a1a1a;background:#fff}",
  "main{max-width:38rem;margin:0 auto;padding:2rem 1rem}",
  "h1{font-size:1.75rem;line-height:1.25}",
  "strong{overflow-wrap:anywhere}",
  "button{font:inherit;min-height:2.75rem;padding:.5rem 1.5rem;border:0;border-radius:.375rem;color:#fff;background:#0b4f8a}",
  "button:focus-visible,a:focus-visible{outline:3px solid #1a1a1a;outline-offset:3px}",
  "nav ul{display:flex;flex-wrap:wrap;gap:.5rem;max-width:38rem;margin:0 auto;padding:1rem 1rem 0;list-style:none}",
  "nav a{display:inline-block;padding:.5rem;color:#0b4f8a}nav a[aria-current]{color:inherit;font-weight:600}",
  "@media (prefers-color-scheme:dark){body{color:#f2f2f2;background:#161616}nav a{color:#9fd0ff}",
  "button{color:#111;background:#9fd0ff}button:focus-visible,a:focus-visible{outline-color:#f2f2f2}}",
].join("");

const styleHash = createHash("sha256").update(style).digest("base64");

// Nothing but this page's own style: no script, no picture, no other site, and no frame around it. The link is a
// secret, so it goes into no Referer, no cache and no search engine.
const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
};

/** HTML that was written here or escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Writes HTML; every value that is not HTML itself is escaped. */
export function html(strings: TemplateStringsArray, ...values: (string | Html)[]): Html {
  const parts = strings.map((part, index) => {
    const value = values[index];
    return `${part}${value === undefined ? "" : value instanceof Html ? value.text : escapeHtml(value)}`;
  });
  return new Html(parts.join(""));
}

/** The language of a page, and what stands above its content. */
export interface PageFrame {
  language: string;
  navigation: Html;
}

/** A page with one heading, complete without script. */
export function pageOf(
  status: number,
  title: string,
  content: Html,
  { language, navigation }: PageFrame = { language: "en", navigation: new Html("") },
): PageAnswer {
  const body = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${navigation}<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return { status, headers: { ...headers }, body: body.text };
}

/** A text as it stands in HTML, or in a value within quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
