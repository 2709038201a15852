import assert from "node:assert/strict";
import { test } from "node:test";
import { de } from "./de/index.ts";
import { en } from "./en/index.ts";
import { fr } from "./fr/index.ts";
import { languageFor, localeFor } from "./languages.ts";

// Names of things that are called the same everywhere.
const sameEverywhere =
  /^(Facteur|curl|Node\.js|SMTP|STARTTLS|SPF|DMARC|MX|DKIM|Port|Menu|Messages|Suppressions|Webhooks|URL|Standard Webhooks|swaks|Nodemailer|Postfix|PHP|Python|API_KEY|421, 451, 452|552, 554|530 Send STARTTLS first|535 .*|550, 553 sender|Connection refused, timed out|Certificate, .*|Events|Form|Machines|Links|Link|Domains|Signature|Format|Type|Name|Source|Message|Actions|Tables|Destinations|Domains|Server|Code|Hash|Status|Domain|CustomID|Signatures|System|Text|Tablet)$/;

/** Every text by its place; texts with a value in them are asked with one. */
function texts(value: unknown, place = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[place, value]]);
  if (typeof value === "function") {
    const told = (value as (...values: unknown[]) => unknown)("7", "7", "7");
    return new Map([[place, String(told)]]);
  }
  const entries = Object.entries(value as Record<string, unknown>);
  return new Map(entries.flatMap(([name, each]) => [...texts(each, `${place}/${name}`)]));
}

for (const [language, words] of Object.entries({ fr, de }))
  test(`${language} has every text that English has, none is empty, and none is English still`, () => {
    const english = texts(en);
    const own = texts(words);
    assert.deepEqual([...own.keys()].sort(), [...english.keys()].sort());
    for (const [place, text] of own) {
      assert.notEqual(text.trim(), "", place);
      if (!sameEverywhere.test(text)) assert.notEqual(text, english.get(place), `${place}: ${text}`);
    }
  });

test("the language is the chosen one, else the first of the browser's that there is, else English", () => {
  assert.equal(languageFor("de", ["fr"]), "de");
  assert.equal(languageFor("es", ["fr-CA", "de"]), "fr");
  assert.equal(languageFor(null, ["pt", "de-AT"]), "de");
  assert.equal(languageFor(null, []), "en");
});

test("dates are written as in the browser's own region of the language", () => {
  assert.equal(localeFor("de", ["fr-CH", "de-CH"]), "de-CH");
  assert.equal(localeFor("fr", ["de"]), "fr");
});
