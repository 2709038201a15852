import {
  type Language,
  type PolicyEdition,
  type PolicyView,
  sectionsOf,
  withFigures,
} from "../../core/policy/index.ts";
import { Html, html, type PageAnswer } from "./page.ts";
import { changesOf } from "./policy-changes.ts";
import { type PolicyWords, policyWords } from "./policy-words.ts";
import { instant, joined, publicPage } from "./public-page.ts";

/** Who is responsible, as the policy names them; null in a trial. */
export interface ControllerIdentity {
  name: string;
  address: string;
  postal: string;
  country: string;
  dataCountry: string;
  /** Legal form and number in a register; null where there is none. */
  register: string | null;
  /** The supervisory authority; null leaves it to the law. */
  authority: string | null;
  /** Numbers of declarations to an authority; null where there are none. */
  declarations: string | null;
}

/** The policy in force. */
export function policyPage(
  view: PolicyView,
  controller: ControllerIdentity | null,
  language: Language,
): PageAnswer {
  const w = policyWords[language];
  const content = html`${announcement(view, w, language)}
<p>${w.intro}</p>
${stamp(view.inForce, w)}
<p><a href="/promises?lang=${language}">${w.proof}</a> · <a href="/privacy/history?lang=${language}">${w.history}</a> · <a href="/privacy.json">${w.forMachines}</a></p>
${controllerPart(controller, w)}
${textOf(view.inForce, language)}`;
  return publicPage(language, w.title, content);
}

/** One version, as it was published, with what it changed. Its address stays. */
export function policyVersionPage(view: PolicyView, number: number, language: Language): PageAnswer {
  const w = policyWords[language];
  const edition = view.editions.find(({ version }) => version.number === number);
  if (edition === undefined) {
    const content = html`<p>${w.unknownText}</p>${list(view, w, language)}`;
    return publicPage(language, w.unknown, content, 404);
  }
  const content = html`${stamp(edition, w)}
<p><a href="/privacy/history?lang=${language}">${w.history}</a></p>
<section aria-labelledby="changes"><h2 id="changes">${w.changes}</h2>
<p>${w.reason}: ${edition.document.reason[language]}</p>
${changesOf(edition, language)}</section>
${textOf(edition, language)}`;
  return publicPage(language, `${w.title}: ${w.version} ${number}`, content);
}

/** Every version there has been, with what it changed. */
export function policyHistoryPage(view: PolicyView, language: Language): PageAnswer {
  const w = policyWords[language];
  const content = html`<p>${w.historyIntro}</p>
<p><a href="/privacy/history.atom">${w.feed}</a> · <a href="/privacy.json">${w.forMachines}</a></p>
${joined(
  view.editions.toReversed().map(
    (edition) => html`<article><h2>${link(edition, w, language)}</h2>
${stamp(edition, w)}
<p>${w.reason}: ${edition.document.reason[language]}</p>
${changesOf(edition, language)}</article>`,
  ),
)}`;
  return publicPage(language, `${w.title}: ${w.history}`, content);
}

/** What every page says of a version that is announced. */
export function announcement({ upcoming }: PolicyView, w: PolicyWords, language: Language): Html {
  if (upcoming === null) return new Html("");
  const { version, from } = upcoming;
  const waits = version.announcedAt === null ? html` ${w.held}` : new Html("");
  return html`<p class="note" role="note"><strong>${w.upcoming} ${instant(from ?? version.effectiveAt)}.</strong> ${w.upcomingRest} ${link(upcoming, w, language)}.${waits}</p>`;
}

function list({ editions }: PolicyView, w: PolicyWords, language: Language): Html {
  return html`<ul>${joined(editions.map((edition) => html`<li>${link(edition, w, language)}</li>`))}</ul>`;
}

function link({ version }: PolicyEdition, w: PolicyWords, language: Language): Html {
  const number = String(version.number);
  return html`<a href="/privacy/versions/${number}?lang=${language}">${w.version} ${number}</a>`;
}

function stamp({ version, from, standing }: PolicyEdition, w: PolicyWords): Html {
  const names = { "in force": w.inForce, past: w.past, announced: w.announced };
  const since = standing === "announced" ? w.announced : w.holdsFrom;
  return html`<dl class="facts">
<dt>${w.version} ${String(version.number)} (${names[standing]})</dt><dd>${since} ${instant(from ?? version.effectiveAt)}, ${w.published} ${instant(version.publishedAt)}</dd>
<dt>${w.hash}</dt><dd><code>${version.hash.toString("hex")}</code></dd>
</dl>`;
}

function controllerPart(controller: ControllerIdentity | null, w: PolicyWords): Html {
  const id = "controller";
  const heading = html`<h2 id="${id}">${w.controller}</h2>`;
  if (controller === null)
    return html`<section aria-labelledby="${id}">${heading}<p>${w.nobody}</p></section>`;
  const { name, register, postal, address, country, dataCountry, authority, declarations } = controller;
  const fact = (term: string, value: string | null) =>
    value === null ? new Html("") : html`<dt>${term}</dt><dd>${value}</dd>`;
  return html`<section aria-labelledby="${id}">${heading}<dl class="facts">
${fact(w.name, name)}${fact(w.register, register)}${fact(w.postal, postal)}${fact(w.address, address)}${fact(w.country, country)}${fact(w.dataCountry, dataCountry)}
${fact(w.authority, authority ?? w.authorityAny)}${fact(w.declarations, declarations)}
</dl></section>`;
}

function textOf({ document }: PolicyEdition, language: Language): Html {
  const parts = sectionsOf(document).map(({ title, promises }, index) => {
    const items = promises.map(({ id, text }) => {
      const words = withFigures(text, document.figures)[language];
      return html`<li id="${id}"><a href="/promises?lang=${language}#${id}">${id}</a>${words}</li>`;
    });
    const id = `section-${index + 1}`;
    return html`<section aria-labelledby="${id}"><h2 id="${id}">${title[language]}</h2><ul class="list">${joined(items)}</ul></section>`;
  });
  return joined(parts);
}
