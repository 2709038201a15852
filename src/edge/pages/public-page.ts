import { createHash } from "node:crypto";
import { type Language, languages } from "../../core/policy/index.ts";
import { Html, html, type PageAnswer } from "./page.ts";
import { promisesStyle } from "./promises-style.ts";

const styleHash = createHash("sha256").update(promisesStyle).digest("base64");
const names: Record<Language, string> = { en: "English", fr: "Français", de: "Deutsch" };
const languageLabel: Record<Language, string> = { en: "Language", fr: "Langue", de: "Sprache" };

// Public, the same for everybody in a language, and a minute old at most.
const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "cache-control": "public, max-age=60",
  vary: "accept-language",
  "x-content-type-options": "nosniff",
};

/** Answers for machines that anybody may read from anywhere, as old as the pages. */
export const machineHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "public, max-age=60",
  "x-content-type-options": "nosniff",
  "access-control-allow-origin": "*",
};

/** The pages that lead to each other at the top of each. */
const menu: Record<Language, { address: string; name: string }[]> = {
  en: [
    { address: "/privacy", name: "Privacy policy" },
    { address: "/promises", name: "Promises and proof" },
    { address: "/privacy/data-map", name: "Data map" },
  ],
  fr: [
    { address: "/privacy", name: "Politique de confidentialité" },
    { address: "/promises", name: "Promesses et preuves" },
    { address: "/privacy/data-map", name: "Carte des données" },
  ],
  de: [
    { address: "/privacy", name: "Datenschutzerklärung" },
    { address: "/promises", name: "Versprechen und Beweise" },
    { address: "/privacy/data-map", name: "Datenkarte" },
  ],
};

/** A public page of this service in a language: complete without script, loads nothing, sets no cookie. */
export function publicPage(language: Language, title: string, content: Html, status = 200): PageAnswer {
  const links = menu[language].map(({ address, name }) => {
    return html`<li><a href="${address}?lang=${language}">${name}</a></li>`;
  });
  const body = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(promisesStyle)}</style>
</head>
<body>
<header>
<nav aria-label="${languageLabel[language]}"><ul>${joined(languages.map((each) => languageLink(each, language)))}</ul></nav>
<nav aria-label="Menu"><ul class="menu">${joined(links)}</ul></nav>
</header>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return { status, headers: { ...pageHeaders, "content-language": language }, body: body.text };
}

function languageLink(each: Language, current: Language): Html {
  const mark = each === current ? new Html(' aria-current="true"') : new Html("");
  return html`<li><a href="?lang=${each}" hreflang="${each}" lang="${each}"${mark}>${names[each]}</a></li>`;
}

/** Parts of a page, one under the other. */
export const joined = (parts: readonly Html[]) => new Html(parts.map(({ text }) => text).join("\n"));

/** An instant, for people and for machines. */
export const instant = (at: Date) => html`<time datetime="${at.toISOString()}">${timeText(at)}</time>`;
const timeText = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
