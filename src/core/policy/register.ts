import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import storage from "../../../promises/storage.json" with { type: "json" };
import verify from "../../../promises/verify.json" with { type: "json" };
import waiting from "../../../promises/waiting.json" with { type: "json" };
import type { Figures } from "../../base/figures.ts";

/** The languages the register is written in. */
export const languages = ["en", "fr", "de"] as const;
export type Language = (typeof languages)[number];
export type Texts = Record<Language, string>;

/** How much of a promise the software enforces and proves today. */
export type Covers = "all" | "part" | "nothing";

/** One promise of the policy. */
export interface Entry {
  id: string;
  /** Which part of the product it belongs to: RET, SEC, … */
  capability: string;
  /** Who it is made to, or who keeps it. */
  actor: string;
  /** What is promised, with the names of its figures in braces: see `withFigures`. */
  text: Texts;
  /** Names of the figures in the text. */
  parameters: string[];
  covers: Covers;
  /** Where it is enforced: `path#symbol`. */
  enforcement: string[];
  /** Names of the probes that prove it while the service runs. */
  probes: string[];
  /** How old the evidence of each probe may be. */
  evidenceHoursMax: number;
  /** Can the operator state the rest, which no code can prove, and for how many days at most? Null for what evidence alone
   *  shows. */
  attestedDaysMax: number | null;
  /** What anybody, or who runs the service, can do to see for themselves: lines for a shell, `{url}` for the service. */
  verify: string[];
  /** What does not exist yet and is needed for the rest, in words. */
  missing: Texts[];
}

interface WrittenEntry {
  id: string;
  actor: string;
  text: Texts;
  covers: Covers;
  enforcement?: string[];
  probes?: string[];
  evidenceHoursMax?: number;
  attestedDaysMax?: number;
  waitsFor?: (keyof typeof waiting)[];
}

// Probes run every hour or more often: three hours without one mean that something stands still.
const evidenceHoursUsual = 3;

/** What shows the same as a probe to whoever does it; none where only the probe itself can look. */
const verifications: Readonly<Record<string, readonly string[]>> = verify;

const entriesFolder = fileURLToPath(new URL("../../../promises/entries", import.meta.url));

/** Reads the register: every promise, in the order of its number. */
export function readRegister(folder = entriesFolder): Entry[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const entries = files.flatMap((file) => {
    const written = JSON.parse(readFileSync(join(folder, file), "utf8")) as WrittenEntry[];
    return written.map((entry) => complete(entry, file.slice(0, -".json".length)));
  });
  return entries.sort((a, b) => numberOf(a.id) - numberOf(b.id));
}

function complete(written: WrittenEntry, capability: string): Entry {
  const { id, actor, text, covers, enforcement = [], probes = [], waitsFor = [] } = written;
  const named = [...text.en.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return {
    id,
    capability,
    actor,
    text,
    parameters: named,
    covers,
    enforcement,
    probes,
    attestedDaysMax: written.attestedDaysMax ?? null,
    verify: [...new Set(probes.flatMap((probe) => verifications[probe] ?? [])), ownCheck(id, probes)].flat(),
    evidenceHoursMax: written.evidenceHoursMax ?? evidenceHoursUsual,
    missing: waitsFor.map((feature) => waiting[feature]),
  };
}

/** Texts with the figures of the policy filled in. */
export function withFigures(texts: Texts, figures: Figures): Texts {
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const figure = (figures as Record<string, number>)[name];
      if (figure === undefined) throw new Error(`The register has no figure ${name}.`);
      return String(figure);
    });
  return { en: fill(texts.en), fr: fill(texts.fr), de: fill(texts.de) };
}

// Where a probe needs the machine itself, running it is the way to see.
function ownCheck(id: string, probes: readonly string[]): string[] {
  return probes.length === 0 ? [] : [`npx facteur promises check --only ${id}`];
}

/** What this service puts into browsers: cookies and storage, each with what it is for and how long it stays. */
export interface StoredInBrowser {
  name: string;
  kind: string;
  purpose: Texts;
  kept: Texts;
}

export const storedInBrowsers: readonly StoredInBrowser[] = storage;

const numberOf = (id: string) => Number(id.slice(1));
