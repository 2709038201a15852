import { Refusal } from "../../base/errors.ts";
import type { Figures } from "../../base/figures.ts";
import { record } from "../../core/audit/index.ts";
import {
  countNotices,
  type Draft,
  type DraftedPolicy,
  draftPolicy,
  isFigure,
  type PolicyChange,
  publishPolicy,
  readRegister,
  selectPolicyVersions,
  type Texts,
  viewPolicy,
} from "../../core/policy/index.ts";
import type { Command, CommandContext, CommandInput } from "./command.ts";

const draftOptions = {
  set: { value: "FIGURES", help: "figures that change: contentDays=5,noticeDays=45" },
  reason: { value: "TEXT", help: "why, for everybody to read", isRequired: true },
  "reason-fr": { value: "TEXT", help: "the same in French (default: as --reason)" },
  "reason-de": { value: "TEXT", help: "the same in German (default: as --reason)" },
};

/** `policy show`. */
export const policyShow: Command = {
  name: "policy show",
  summary: "Shows every version of the privacy policy: what holds, what is announced, who was written to.",
  positionals: [],
  options: {},
  run: async ({ database, clock }) => {
    const [versions, notices] = await database.read({ role: "operator" }, async (reader) => [
      await selectPolicyVersions(reader),
      await countNotices(reader),
    ]);
    const editions = viewPolicy(versions, clock.now())?.editions ?? [];
    const shown = editions.map(({ version, standing, from, changes }) => {
      const told = notices.find((each) => each.version === version.number);
      return {
        ...{ number: version.number, standing, changes: changes.length },
        publishedAt: version.publishedAt.toISOString(),
        effectiveAt: version.effectiveAt.toISOString(),
        announcedAt: version.announcedAt?.toISOString() ?? null,
        holdsFrom: from?.toISOString() ?? null,
        notices: { accepted: told?.accepted ?? 0, refused: told?.refused ?? 0 },
        hash: version.hash.toString("hex"),
      };
    });
    const lines = shown.map(({ number, standing, effectiveAt, notices: told, hash }) => {
      const mails = `${told.accepted} told, ${told.refused} could not be`;
      return `${String(number).padStart(3)}  ${standing.padEnd(9)}  from ${effectiveAt}  ${mails}  ${hash}`;
    });
    return { json: { versions: shown }, text: lines.join("\n") };
  },
};

/** `policy draft`. */
export const policyDraft: Command = {
  name: "policy draft",
  summary:
    "Shows what a new version of the policy would change: texts that this release has and the last version has not, and figures. Publishes nothing.",
  positionals: [],
  options: draftOptions,
  run: async ({ database, clock }, input) => {
    const versions = await database.read({ role: "operator" }, selectPolicyVersions);
    const drafted = draftPolicy(versions, readRegister(), readDraft(input), clock.now());
    const earliest = drafted.earliest.toISOString();
    const json = { number: drafted.document.number, earliest, changes: drafted.changes };
    return { json, text: [...linesOf(drafted), `Can hold from ${earliest} at the earliest.`].join("\n") };
  },
};

/** `policy publish`. */
export const policyPublish: Command = {
  name: "policy publish",
  summary:
    "Publishes a new version of the policy: it is public at once, every owner is written to, and it holds from its day. It cannot be changed or taken back.",
  positionals: [],
  options: {
    effective: {
      value: "DATE",
      help: "from when it holds: 2027-03-01, or with a time and Z",
      isRequired: true,
    },
    ...draftOptions,
  },
  run: async (context, input) => {
    const { database, clock } = context;
    const effectiveAt = readInstant(input.options.effective ?? "");
    const now = clock.now();
    const published = await database.write({ role: "operator" }, async (tx) => {
      const made = await publishPolicy(tx, readRegister(), readDraft(input), { effectiveAt, now });
      const accountId = await context.systemAccountId();
      // In a trial there is no operator whose account it could stand in.
      if (accountId !== null) await record(tx, entryOf(context, accountId, made.version.number));
      return made;
    });
    const { number, hash } = published.version;
    const json = {
      ...{ number, changes: published.changes },
      effectiveAt: effectiveAt.toISOString(),
      hash: hash.toString("hex"),
    };
    const text = [
      ...linesOf(published),
      `Version ${number} is public, and holds from ${json.effectiveAt}.`,
      `Owners are written to by the running service.`,
      `Hash ${json.hash}`,
    ].join("\n");
    return { json, text };
  },
};

function entryOf({ ids, clock }: CommandContext, accountId: bigint, number: number) {
  const id = ids.next(clock.now());
  const actor = { kind: "operator" } as const;
  return { accountId, id, actor, action: "policy.published", subjectId: BigInt(number) };
}

function readDraft({ options }: CommandInput): Draft {
  const en = options.reason ?? "";
  const reason: Texts = { en, fr: options["reason-fr"] ?? en, de: options["reason-de"] ?? en };
  return { figures: readFigures(options.set ?? ""), reason };
}

function readFigures(text: string): Partial<Figures> {
  const pairs = text.split(",").filter((part) => part.trim() !== "");
  const figures = pairs.map((pair) => {
    const [, name = "", value = ""] = /^\s*(\w+)\s*=\s*(\d{1,5})\s*$/.exec(pair) ?? [];
    if (isFigure(name)) return [name, Number(value)];
    throw new Refusal(
      "invalid_figure",
      `"${pair.trim()}" sets no figure of the policy. Write name=number, with a name of promises/parameters.json.`,
    );
  });
  return Object.fromEntries(figures) as Partial<Figures>;
}

function readInstant(text: string): Date {
  const isWritten = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(text);
  const instant = new Date(text);
  if (isWritten && !Number.isNaN(instant.getTime())) return instant;
  throw new Refusal("invalid_date", `"${text}" is no date. Write 2027-03-01, or 2027-03-01T12:00Z.`);
}

function linesOf({ document, changes }: DraftedPolicy): string[] {
  return [`Version ${document.number} changes:`, ...changes.map((change) => `  ${lineOf(change)}`)];
}

function lineOf(change: PolicyChange): string {
  if (change.kind === "figure") {
    const mark = change.isWeaker ? "   (promises less)" : "";
    return `${change.name}: ${change.before} → ${change.after}${mark}`;
  }
  return `${change.id}: ${change.before?.en ?? "(new)"} → ${change.after?.en ?? "(gone)"}`;
}
