import type { Attestation, Overview } from "../../core/policy/index.ts";
import { escapeHtml, type PageAnswer } from "./page.ts";
import { machineHeaders as headers } from "./public-page.ts";

/** The same for machines, with every hash in full. */
export function promisesJson({ at, figures, counts, promises }: Overview): PageAnswer {
  const body = {
    at: at.toISOString(),
    parameters: figures,
    counts,
    promises: promises.map(({ entry, text, state, evidence, history, attestation }) => {
      const { id, capability, actor, enforcement, probes, evidenceHoursMax, missing, verify } = entry;
      return {
        ...{ id, capability, actor, state, text, enforcement, probes, evidenceHoursMax, missing, verify },
        attestation: attestation === null ? null : attestationJson(attestation),
        evidence: evidence.map(({ probe, at: ranAt, outcome, detail, checks, previous, hash }) => ({
          ...{ probe, at: ranAt.toISOString(), outcome, detail, checks },
          previous: previous.toString("hex"),
          hash: hash.toString("hex"),
        })),
        history,
      };
    }),
  };
  const type = { "content-type": "application/json; charset=utf-8" };
  return { status: 200, headers: { ...headers, ...type }, body: JSON.stringify(body) };
}

function attestationJson({
  at,
  until,
  author,
  statement,
  documentHash,
  previous,
  hash,
}: Attestation): unknown {
  return {
    ...{ at: at.toISOString(), until: until.toISOString(), author, statement },
    documentHash: documentHash?.toString("hex") ?? null,
    previous: previous.toString("hex"),
    hash: hash.toString("hex"),
  };
}

// Widths of a letter and of the room beside a text, in the font of 11 pixels that badges are written in.
const letterPixels = 6.6;
const roomPixels = 12;

/** A badge for other pages: how many promises are kept, in part and in full, and whether one is broken. */
export function promisesBadge({ counts, promises }: Overview): PageAnswer {
  const { kept, partly, broken } = counts;
  const value = broken > 0 ? `${broken} broken` : `${kept} kept, ${partly} partly of ${promises.length}`;
  const colour = broken > 0 ? "#b42323" : kept > 0 ? "#1c6b3c" : "#59626d";
  const label = "promises";
  const [left, right] = [label, value].map((text) => Math.round(text.length * letterPixels) + roomPixels);
  const [a, b] = [left ?? 0, right ?? 0];
  const title = escapeHtml(`${label}: ${value}`);
  const text = (x: number, words: string) => `<text x="${x}" y="14">${escapeHtml(words)}</text>`;
  const body = `<svg xmlns="http://www.w3.org/2000/svg" width="${a + b}" height="20" role="img" aria-label="${title}"><title>${title}</title><rect width="${a + b}" height="20" rx="3" fill="#3b424b"/><path d="M${a} 0h${b - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H${a}z" fill="${colour}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">${text(a / 2, label)}${text(a + b / 2, value)}</g></svg>`;
  return { status: 200, headers: { ...headers, "content-type": "image/svg+xml" }, body };
}
