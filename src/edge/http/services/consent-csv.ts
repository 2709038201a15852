import { setImmediate as turn } from "node:timers/promises";
import { Refusal } from "../../../base/errors.ts";
import {
  type ConsentDecision,
  type ConsentPurpose,
  checkDecision,
  consentDecisions,
  consentPurposes,
  type DecisionMade,
  recordConsents,
  withoutKnown,
  withoutWithdrawn,
} from "../../../core/consent/index.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../../mail/address/index.ts";
import type { ConsentFileProblem, ConsentFileRead } from "../api/consent-api.ts";
import { instantIn } from "../api/instants.ts";
import { csvRecords } from "../csv-records.ts";
import type { Principal } from "../principal.ts";
import { revived } from "../spreadsheet.ts";
import { making, note, type ServiceContext, writeOwn } from "./context.ts";

// In one transaction: enough to be fast, short enough to hold nobody up.
const groupMax = 1000;
// A file of another kind is wrong in every line; whoever mends one has seen enough after so many.
const problemsMax = 1000;
// More than any file of the size that is taken holds, if each line is an address.
const recordsMax = 3_000_000;

// After so many others get their turn: a large file takes seconds, and this is not the only request.
const recordsAtOnce = 1000;

// As the text of the API says of a wording beside a check box.
const wordingCharactersMax = 2000;
const howCharactersMax = 500;
const versionCharactersMax = 64;

/** Records the decisions of a CSV text with a first line of names; an export can be taken in as it is. What is in the
 *  history already is not added again, and lines that cannot be taken are named and left out. A withdrawal without an
 *  instant is one of now; whoever has withdrawn already, the rest of the file included, needs none.
 *  @throws Refusal invalid  when no column holds addresses, or the file has too many lines */
export async function importConsentFile(
  context: ServiceContext,
  principal: Principal,
  csv: string,
): Promise<ConsentFileRead> {
  const result: ConsentFileRead = { recorded: 0, known: 0, problems: [], problemsTotal: 0 };
  // One instant for the whole file: what it says twice without an instant is one decision.
  const file = { context, principal, now: context.clock.now(), csv, result };
  const hasUndated = await bringIn(file, "dated");
  if (hasUndated) await bringIn(file, "undated");
  result.problems.sort((one, other) => one.line - other.line);
  return result;
}

/** A file on its way in, and what has come of it so far. */
interface Bringing {
  context: ServiceContext;
  principal: Principal;
  now: Date;
  csv: string;
  result: ConsentFileRead;
}

/** Brings in the lines that say when they were decided, or those that do not; answers whether there are others. */
async function bringIn(file: Bringing, wanted: "dated" | "undated"): Promise<boolean> {
  const { csv, result } = file;
  let columns: Columns | null = null;
  let group: DecisionMade[] = [];
  let records = 0;
  let hasOthers = false;
  const flush = async () => {
    const recorded = await store(file, group, wanted);
    result.recorded += recorded;
    result.known += group.reduce((sum, { purposes }) => sum + purposes.length, 0) - recorded;
    group = [];
  };
  for (const { line, fields } of csvRecords(csv)) {
    records += 1;
    if (records > recordsMax)
      throw new Refusal("invalid", "The file has too many lines: bring it in in parts.");
    if (records % recordsAtOnce === 0) await turn();
    if (fields?.every((field) => field === "")) continue;
    if (columns === null) {
      columns = columnsOf(fields);
      continue;
    }
    // What cannot be read counts as dated: it is told of once.
    const isDated = fields === null || (fields[columns.decided_at] ?? "") !== "";
    if (isDated !== (wanted === "dated")) {
      hasOthers = true;
      continue;
    }
    const read = fields === null ? "unreadable_line" : decisionOf(file, { fields, columns });
    if (typeof read === "string") tell(result, line, read);
    else group.push(read);
    if (group.length >= groupMax) await flush();
  }
  if (group.length > 0) await flush();
  return hasOthers;
}

const names = ["address", "purpose", "decision", "decided_at", "how", "wording", "version"] as const;
type Columns = Record<(typeof names)[number], number>;

function columnsOf(fields: string[] | null): Columns {
  const found = (fields ?? []).map((name) => name.toLowerCase());
  const columns = Object.fromEntries(names.map((name) => [name, found.indexOf(name)])) as Columns;
  if (columns.address === -1) columns.address = found.indexOf("email");
  if (columns.address !== -1) return columns;
  throw new Refusal(
    "invalid",
    `The first line has to name the columns: ${names.join(", ")}. An export of consents shows how.`,
  );
}

const details: Record<ConsentFileProblem, string> = {
  unreadable_line: "has a quote that is not closed, a field that is too long, or too many fields",
  no_address: "holds no e-mail address",
  unknown_purpose: "has a purpose that is neither opens nor clicks nor both",
  unknown_decision: "has a decision that is neither given nor withdrawn",
  no_instant: "does not say when it was decided, as in 2026-01-31T12:00:00Z",
  future: "was decided in the future",
  no_proof: "is a consent without its proof: how and wording",
};

function tell(result: ConsentFileRead, line: number, code: ConsentFileProblem): void {
  result.problemsTotal += 1;
  if (result.problems.length < problemsMax) result.problems.push({ line, code, detail: details[code] });
}

function decisionOf(
  { context, principal: { accountId }, now }: Bringing,
  { fields, columns }: { fields: string[]; columns: Columns },
): DecisionMade | ConsentFileProblem {
  const field = (name: (typeof names)[number]) => revived(fields[columns[name]] ?? "");
  const address = parseAddress(field("address"));
  if (isAddressProblem(address)) return "no_address";
  const purposes = purposesOf(field("purpose").toLowerCase());
  if (purposes === null) return "unknown_purpose";
  const decision = consentDecisions.find((each) => each === field("decision").toLowerCase());
  if (decision === undefined) return "unknown_decision";
  const decidedAt = instantOf(field("decided_at"), decision, now);
  if (decidedAt === null) return "no_instant";
  const [how, wording, version] = [field("how"), field("wording"), field("version")];
  if (how.length > howCharactersMax || wording.length > wordingCharactersMax) return "unreadable_line";
  if (version.length > versionCharactersMax) return "unreadable_line";
  if (decision === "given" && (how === "" || wording === "")) return "no_proof";
  const lookup = context.keyring.lookup(accountId, normaliseForLookup(address));
  const proof = { address: address.text, how, wording, version };
  const made = { lookup, purposes, decision, decidedAt, source: "import", proof } as const;
  try {
    checkDecision(made, now);
    return made;
  } catch (error) {
    if (error instanceof Refusal) return "future";
    throw error;
  }
}

function purposesOf(word: string): readonly ConsentPurpose[] | null {
  if (word === "" || word === "both") return consentPurposes;
  const purpose = consentPurposes.find((each) => each === word);
  return purpose === undefined ? null : [purpose];
}

// Without its zone an instant is another one on each machine. A withdrawal may leave it out: then it is now.
function instantOf(text: string, decision: ConsentDecision, now: Date): Date | null {
  if (text === "") return decision === "withdrawn" ? now : null;
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/.test(text)) return null;
  return instantIn(text.replace(" ", "T"));
}

/** How many were new. */
async function store(
  { context, principal }: Bringing,
  group: readonly DecisionMade[],
  wanted: "dated" | "undated",
): Promise<number> {
  const { accountId } = principal;
  return writeOwn(context, principal, async (tx) => {
    const unknown = await withoutKnown(tx, accountId, group);
    // Without an instant nothing tells a file that is brought in again from a new one.
    const fresh = wanted === "dated" ? unknown : await withoutWithdrawn(tx, accountId, unknown);
    await recordConsents(tx, making(context), principal, fresh);
    const change = { action: "consent.imported", subjectId: null };
    if (fresh.length > 0) await note(tx, context, principal, change);
    return fresh.reduce((sum, { purposes }) => sum + purposes.length, 0);
  });
}
