import { createHash } from "node:crypto";
import { type Figures, type FiguresFrom, FiguresInForce } from "../../base/figures.ts";
import { isFigure, isWeaker } from "./figure-rules.ts";
import { type Entry, languages, type Texts } from "./register.ts";

/** What a version of the policy says. Kept as it was written, to the octet. */
export interface PolicyDocument {
  number: number;
  /** Why it is as it is, in words for its readers. */
  reason: Texts;
  figures: Figures;
  /** The promises, with the names of their figures in braces. */
  promises: { id: string; text: Texts }[];
}

/** A version of the policy as it is stored. */
export interface PolicyVersion {
  number: number;
  /** Since when everybody can read it. */
  publishedAt: Date;
  /** From when on it is to hold. */
  effectiveAt: Date;
  /** Since when every owner has been written to; null while that is under way. */
  announcedAt: Date | null;
  /** The document, as it was written. */
  text: string;
  hash: Buffer;
}

/** The hash of a version: of its number and times, and of every octet of its document. */
export function policyHash(
  version: Pick<PolicyVersion, "number" | "publishedAt" | "effectiveAt" | "text">,
): Buffer {
  const { number, publishedAt, effectiveAt, text } = version;
  const head = JSON.stringify([number, publishedAt.toISOString(), effectiveAt.toISOString()]);
  return createHash("sha256").update(head).update("\n").update(text).digest();
}

/** Reads the document of a version. Figures that came with a later release are as that release has them. */
export function documentOf({ text }: Pick<PolicyVersion, "text">): PolicyDocument {
  const document = JSON.parse(text) as PolicyDocument;
  return { ...document, figures: { ...FiguresInForce.ofRelease, ...document.figures } };
}

/** A document as it is written down. */
export function textOf({ number, reason, figures, promises }: PolicyDocument): string {
  return JSON.stringify({ number, reason, figures, promises }, null, 1);
}

/** The document of the register as this release has it, with figures. */
export function documentFrom(
  entries: readonly Entry[],
  rest: Omit<PolicyDocument, "promises">,
): PolicyDocument {
  return { ...rest, promises: entries.map(({ id, text }) => ({ id, text })) };
}

/** One thing that a version changes. */
export type PolicyChange =
  | { kind: "figure"; name: keyof Figures; before: number; after: number; isWeaker: boolean }
  | { kind: "text"; id: string; before: Texts | null; after: Texts | null };

/** What changes from one document to another. */
export function changesBetween(before: PolicyDocument, after: PolicyDocument): PolicyChange[] {
  const names = Object.keys(after.figures).filter(isFigure);
  const figures = names.flatMap((name): PolicyChange[] => {
    const [old, value] = [before.figures[name], after.figures[name]];
    if (old === value) return [];
    return [{ kind: "figure", name, before: old, after: value, isWeaker: isWeaker(name, old, value) }];
  });
  const textsOf = ({ promises }: PolicyDocument) => new Map(promises.map(({ id, text }) => [id, text]));
  const [oldTexts, newTexts] = [textsOf(before), textsOf(after)];
  const ids = [...new Set([...oldTexts.keys(), ...newTexts.keys()])];
  const texts = ids.flatMap((id): PolicyChange[] => {
    const [old = null, text = null] = [oldTexts.get(id), newTexts.get(id)];
    const isSame = languages.every((language) => old?.[language] === text?.[language]);
    return isSame ? [] : [{ kind: "text", id, before: old, after: text }];
  });
  return [...figures, ...texts];
}

const dayMs = 86_400_000;

/** How long writing to everybody may take without the version waiting for it: a day is enough for 86,400 owners at a mail
 *  a second. Until they hear of it, the page has announced it. */
export const tellingDaysMax = 1;

/** From when on a version holds; null while owners are still to be written to. One whose notices are out too late for its
 *  day waits from then on for as long as notice is given. */
export function holdsFrom({ effectiveAt, announcedAt }: PolicyVersion, noticeDays: number): Date | null {
  if (announcedAt === null) return null;
  const noticed = new Date(announcedAt.getTime() + noticeDays * dayMs);
  const isInTime = noticed.getTime() - tellingDaysMax * dayMs <= effectiveAt.getTime();
  return isInTime ? effectiveAt : noticed;
}

/** A version with the instant from which it holds. */
export interface HoldingVersion {
  version: PolicyVersion;
  document: PolicyDocument;
  from: Date;
}

/** The versions that hold or will hold, in the order in which they come to it. One that was held up so long that the next
 *  one holds before it never does. */
export function holdingVersions(versions: readonly PolicyVersion[]): HoldingVersion[] {
  const documents = versions.map((version) => ({ version, document: documentOf(version) }));
  const holding = documents.flatMap(({ version, document }, index): HoldingVersion[] => {
    const noticeDays = documents[index - 1]?.document.figures.noticeDays ?? 0;
    const from = holdsFrom(version, noticeDays);
    return from === null ? [] : [{ version, document, from }];
  });
  return holding.filter(({ from }, index) => holding.slice(index + 1).every((later) => later.from > from));
}

/** The figures of the versions, for those that follow them. */
export function figuresOf(versions: readonly PolicyVersion[]): FiguresFrom[] {
  return holdingVersions(versions).map(({ from, document }) => ({ from, figures: document.figures }));
}
