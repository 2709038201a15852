import type { DayState, Language, Overview, Standing, State } from "../../core/policy/index.ts";
import { Html, html, type PageAnswer } from "./page.ts";
import { type PageWords, words } from "./promises-words.ts";
import { instant, joined, publicPage } from "./public-page.ts";

// What needs attention stands first; what is not there yet, last.
const order: State[] = ["broken", "stale", "lapsed", "kept", "attested", "partly", "not yet"];

/** The page on which everybody sees how each promise stands. Works without script. */
export function promisesPage(overview: Overview, language: Language): PageAnswer {
  const w = words[language];
  const content = html`<p>${w.intro}</p>
<dl class="sum" aria-label="${w.summary}">${joined(order.map((state) => countOf(overview, state, w)))}</dl>
<p class="soft">${w.lookedAt} ${instant(overview.at)}. ${w.evidenceInEnglish}</p>
${joined(order.map((state) => section(overview, state, { language, w })))}
${verification(w)}`;
  return publicPage(language, w.title, content);
}

interface Tongue {
  language: Language;
  w: PageWords;
}

const classOf = (state: State) => `s-${state.replace(" ", "")}`;

function countOf({ counts }: Overview, state: State, w: PageWords): Html {
  return html`<div><dt class="${classOf(state)}">${w.states[state].name}</dt><dd>${String(counts[state])}</dd></div>`;
}

function section({ promises }: Overview, state: State, tongue: Tongue): Html {
  const own = promises.filter((each) => each.state === state);
  if (own.length === 0) return new Html("");
  const { name, meaning } = tongue.w.states[state];
  const id = classOf(state);
  const list =
    state === "not yet"
      ? html`<ul class="list">${joined(own.map((each) => line(each, tongue)))}</ul>`
      : joined(own.map((each) => card(each, tongue)));
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${name} (${String(own.length)})</h2>
<p class="meaning">${meaning}</p>
${list}</section>`;
}

function line({ entry, text }: Standing, { language, w }: Tongue): Html {
  const missing = entry.missing.map((words) => words[language]).join("; ");
  return html`<li id="${entry.id}"><a href="#${entry.id}">${entry.id}</a>${text[language]}
<br><span class="soft">${w.missing} ${missing}.</span></li>`;
}

function card(standing: Standing, { language, w }: Tongue): Html {
  const { entry, text, state, history } = standing;
  const missing = entry.missing.map((words) => words[language]).join("; ");
  const rest = missing === "" ? new Html("") : html`<p class="soft">${w.missing} ${missing}.</p>`;
  return html`<article id="${entry.id}">
<p class="state ${classOf(state)}">${w.states[state].name}</p>
<h3><a href="#${entry.id}">${entry.id}</a>${text[language]}</h3>
${rest}
${statement(standing, w)}
${entry.probes.length === 0 ? new Html("") : days(history, w)}
${entry.probes.length === 0 ? new Html("") : proofs(standing, w)}
</article>`;
}

function proofs(standing: Standing, w: PageWords): Html {
  const { entry, state } = standing;
  const isUrgent = state === "broken" || state === "stale";
  return html`<details${isUrgent ? new Html(" open") : ""}><summary>${w.provenBy} ${entry.probes.join(", ")}</summary>
<ul>${joined(entry.probes.map((probe) => proof(standing, probe, w)))}</ul>
<p>${w.enforcedBy}</p>
<ul>${joined(entry.enforcement.map((point) => html`<li><code>${point}</code></li>`))}</ul>
<p>${w.verify}</p>
${joined(entry.verify.map((line) => html`<pre tabindex="0"><code>${line}</code></pre>`))}
</details>`;
}

function statement({ attestation }: Standing, w: PageWords): Html {
  if (attestation === null) return new Html("");
  const { author, statement: text, at, until, documentHash, hash } = attestation;
  const document =
    documentHash === null ? new Html("") : html`, ${w.document} <code>${documentHash.toString("hex")}</code>`;
  return html`<p><strong>${w.stated}</strong> ${text}
<br><span class="soft">${author}, ${instant(at)}; ${w.until} ${instant(until)}${document}, ${w.hash} <code>${hash.toString("hex").slice(0, 16)}</code></span></p>`;
}

function proof({ evidence }: Standing, probe: string, w: PageWords): Html {
  const found = evidence.find((each) => each.probe === probe);
  if (found === undefined) return html`<li><strong>${probe}</strong> ${w.nothingProven}</li>`;
  const { detail, at, checks, hash } = found;
  return html`<li><strong>${probe}</strong>: <span lang="en">${detail}</span>
<br><span class="soft">${w.lastProof} ${instant(at)}, ${String(checks)} ${w.checks}, ${w.hash} <code>${hash.toString("hex").slice(0, 16)}</code></span></li>`;
}

/** Ninety days as one bar; days alike stand together, so that a page of promises stays small. */
function days(history: readonly DayState[], w: PageWords): Html {
  const count = (state: DayState) => history.filter((each) => each === state).length;
  const label = w.history(history.length, count("kept"), count("broken"), count("none"));
  const runs: { state: DayState; from: number; length: number }[] = [];
  for (const [from, state] of history.entries()) {
    const last = runs.at(-1);
    if (last?.state === state) last.length += 1;
    else runs.push({ state, from, length: 1 });
  }
  const bars = runs.map(
    ({ state, from, length }) =>
      html`<rect class="d-${state}" x="${String(from)}" width="${String(length)}" height="10"/>`,
  );
  const box = `0 0 ${history.length} 10`;
  return html`<svg class="days" viewBox="${box}" preserveAspectRatio="none" aria-hidden="true">${joined(bars)}</svg>
<p class="soft">${label}</p>`;
}

function verification(w: PageWords): Html {
  const [forMachines = "", onMachine = "", chain = ""] = w.verifySteps;
  return html`<section aria-labelledby="verify"><h2 id="verify">${w.verify}</h2>
<p>${forMachines} <a href="/promises.json">promises.json</a></p>
<p>${onMachine}</p>
<pre tabindex="0"><code>npx facteur promises check</code></pre>
<p>${chain}</p></section>`;
}
