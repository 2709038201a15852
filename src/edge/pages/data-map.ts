import type { Holding } from "../../base/holdings.ts";
import { type Language, storedInBrowsers } from "../../core/policy/index.ts";
import { html, type PageAnswer } from "./page.ts";
import type { ControllerIdentity } from "./policy.ts";
import { policyWords } from "./policy-words.ts";
import { joined, machineHeaders, publicPage } from "./public-page.ts";

/** Everything that is kept: a row for each column of the database. */
export function dataMapPage(holdings: readonly Holding[], language: Language): PageAnswer {
  const w = policyWords[language];
  const { place, holds, purpose, basis, subject, kept, end } = w.columns;
  const head = [place, holds, purpose, basis, subject, kept, end].map(
    (each) => html`<th scope="col">${each}</th>`,
  );
  const rows = holdings.map(
    (each) =>
      html`<tr><td><code>${each.table}.${each.column}</code></td><td>${each.category}</td><td>${each.purpose}</td><td>${each.basis}</td><td>${each.subject} (${each.role})</td><td>${each.retention}</td><td>${each.erasure}</td></tr>`,
  );
  const content = html`<p>${w.dataMapIntro}</p>
<p><a href="/privacy/ropa.json">${w.forMachines}</a></p>
<h2>${w.browser}</h2>
<p>${w.browserIntro}</p>
<dl class="facts">${joined(
    storedInBrowsers.map(
      (each) =>
        html`<dt><code>${each.name}</code> (${each.kind})</dt><dd>${each.purpose[language]}; ${each.kept[language]}</dd>`,
    ),
  )}</dl>
<h2>${w.database}</h2>
<div class="wide" tabindex="0" role="region" aria-label="${w.dataMap}"><table lang="en"><thead><tr>${joined(head)}</tr></thead><tbody>
${joined(rows)}
</tbody></table></div>`;
  return publicPage(language, w.dataMap, content);
}

/** The record of processing (GDPR art. 30): a row for each purpose, made from the same declarations. */
export function recordOfProcessing(
  holdings: readonly Holding[],
  controller: ControllerIdentity | null,
): PageAnswer {
  const byPurpose = Map.groupBy(holdings, ({ purpose, role }) => `${role}\n${purpose}`);
  const distinct = (values: string[]) => [...new Set(values)].sort();
  const activities = [...byPurpose.values()].map((own) => ({
    purpose: own[0]?.purpose,
    role: own[0]?.role,
    legalBases: distinct(own.map(({ basis }) => basis)),
    dataCategories: distinct(own.map(({ category }) => category)),
    dataSubjects: distinct(own.map(({ subject }) => subject)),
    retention: distinct(own.map(({ retention }) => retention)),
    erasure: distinct(own.map(({ erasure }) => erasure)),
    columns: distinct(own.map(({ table, column }) => `${table}.${column}`)),
  }));
  const body = JSON.stringify({ controller, activities });
  const headers = { ...machineHeaders, "content-type": "application/json; charset=utf-8" };
  return { status: 200, headers, body };
}
