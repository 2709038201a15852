import { changedPromises, type Language, type PolicyEdition } from "../../core/policy/index.ts";
import { Html, html } from "./page.ts";
import { policyWords } from "./policy-words.ts";
import { joined } from "./public-page.ts";
import { wordDiff } from "./word-diff.ts";

/** What a version changed: its figures, and word by word each promise that reads differently. */
export function changesOf({ before, document, changes }: PolicyEdition, language: Language): Html {
  const w = policyWords[language];
  if (before === null) return html`<p>${w.noChange}</p>`;
  const figures = changes.flatMap((change) => {
    if (change.kind !== "figure") return [];
    const mark = change.isWeaker ? html` (${w.weaker})` : new Html("");
    return [
      html`<li><code>${change.name}</code> <del>${String(change.before)}</del> <ins>${String(change.after)}</ins>${mark}</li>`,
    ];
  });
  const promises = changedPromises(before, document).map(({ id, was, now }) => {
    return html`<li>${id}: ${diff(was?.[language] ?? "", now?.[language] ?? "")}</li>`;
  });
  const first = figures.length === 0 ? new Html("") : html`<p>${w.figures}</p><ul>${joined(figures)}</ul>`;
  return html`${first}<ul>${joined(promises)}</ul>`;
}

function diff(before: string, after: string): Html {
  const parts = wordDiff(before, after).map(({ kind, text }) => {
    if (kind === "same") return html`${text}`;
    return kind === "gone" ? html`<del>${text}</del>` : html`<ins>${text}</ins>`;
  });
  return new Html(parts.map(({ text }) => text).join(" "));
}
