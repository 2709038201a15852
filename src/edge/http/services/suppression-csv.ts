import { setImmediate as turn } from "node:timers/promises";
import { Refusal } from "../../../base/errors.ts";
import {
  addSuppressions,
  type Suppression,
  type SuppressionCause,
  suppressionCauses,
} from "../../../core/suppressions/index.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../../mail/address/index.ts";
import type { ImportProblemCode, SuppressionImport } from "../api/services.ts";
import { type Separator, separatorOf } from "../csv-records.ts";
import type { Principal } from "../principal.ts";
import { revived } from "../spreadsheet.ts";
import { making, note, type ServiceContext, writeOwn } from "./context.ts";

// In one transaction: enough to be fast, short enough to hold nobody up.
const groupMax = 1000;
// A file of another kind is wrong in every line; whoever mends one has seen enough after so many.
const problemsMax = 1000;
// RFC 5321 §4.5.3.1: an address has at most 320 octets; the rest is for quotes and the other columns.
const lineCharactersMax = 2000;
// After so many lines others get their turn: a large file takes seconds, and this is not the only request.
const linesAtOnce = 1000;
// More than any file of the size that is taken holds, if each line is an address.
const linesMax = 3_000_000;

interface Entry {
  address: string;
  lookupText: string;
  cause: SuppressionCause;
}

/** Suppresses the addresses of a CSV text: a column `address` (or `email`), and `cause` if it has one. Without a first
 *  line that names columns, the first column is the address. Lines that cannot be read are named and left out. */
export async function importSuppressions(
  context: ServiceContext,
  principal: Principal,
  csv: string,
): Promise<SuppressionImport> {
  const result: SuppressionImport = { added: 0, known: 0, problems: [], problemsTotal: 0 };
  const tell = (line: number, code: ImportProblemCode) => {
    result.problemsTotal += 1;
    if (result.problems.length < problemsMax) result.problems.push({ line, code, detail: details[code] });
  };
  let group: Entry[] = [];
  let lines = 0;
  for (const entry of entriesOf(csv, tell)) {
    lines += 1;
    if (lines > linesMax) throw tooManyLines();
    if (lines % linesAtOnce === 0) await turn();
    if (entry === null) continue;
    group.push(entry);
    if (group.length < groupMax) continue;
    await store(context, principal, { group, result });
    group = [];
  }
  if (group.length > 0) await store(context, principal, { group, result });
  return result;
}

const details: Record<ImportProblemCode, string> = {
  unreadable_line: "is longer than 2,000 characters, or has a quote that is not closed",
  no_address: "holds no e-mail address",
  unknown_cause: `has a cause that is none of ${suppressionCauses.join(", ")}`,
};

function tooManyLines(): Refusal {
  return new Refusal("invalid", `The file has more than ${linesMax} lines: bring it in in parts.`);
}

/** One for each line; null where a line holds no entry. */
function* entriesOf(
  csv: string,
  tell: (line: number, code: ImportProblemCode) => void,
): Generator<Entry | null> {
  let columns = { address: 0, cause: -1 };
  let separator: Separator = ",";
  let number = 0;
  // RFC 4180 §2: a byte order mark is no part of the first name.
  for (const line of linesOf(csv.replace(/^\ufeff/, ""))) {
    number += 1;
    if (line.trim() === "") {
      yield null;
      continue;
    }
    if (number === 1) separator = separatorOf(line);
    const fields = line.length > lineCharactersMax ? null : fieldsOf(line, separator);
    if (fields === null) {
      tell(number, "unreadable_line");
      yield null;
      continue;
    }
    const named = number === 1 ? columnsOf(fields) : null;
    if (named !== null) {
      columns = named;
      continue;
    }
    const entry = entryOf(fields, columns);
    if (typeof entry === "string") tell(number, entry);
    yield typeof entry === "string" ? null : entry;
  }
}

function* linesOf(text: string): Generator<string> {
  let from = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
    yield text.slice(from, at).replace(/\r$/, "");
    from = at + 1;
  }
  yield text.slice(from);
}

// An expression for each, made once: a file has many lines.
const fieldPatterns: Record<Separator, RegExp> = {
  ",": /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y,
  ";": /(?:"((?:[^"]|"")*)"|([^";]*))(;|$)/y,
  "\t": /(?:"((?:[^"]|"")*)"|([^"\t]*))(\t|$)/y,
};

/** The fields of one line; null when a quote is not closed. RFC 4180 §2.5 to 2.7: quotes double inside of quotes. */
export function fieldsOf(line: string, separator: Separator = ","): string[] | null {
  const fields: string[] = [];
  const field = fieldPatterns[separator];
  field.lastIndex = 0;
  for (;;) {
    const match = field.exec(line);
    if (match === null) return null;
    const [, quoted, plain = "", end] = match;
    fields.push((quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim());
    if (end === "") return fields;
  }
}

function columnsOf(fields: string[]): { address: number; cause: number } | null {
  const names = fields.map((name) => name.toLowerCase());
  const address = names.findIndex((name) => name === "address" || name === "email");
  return address === -1 ? null : { address, cause: names.indexOf("cause") };
}

function entryOf(fields: string[], columns: { address: number; cause: number }): Entry | ImportProblemCode {
  const address = parseAddress(revived(fields[columns.address] ?? ""));
  if (isAddressProblem(address)) return "no_address";
  const word = fields[columns.cause] ?? "";
  const cause = word === "" ? "manual" : suppressionCauses.find((each) => each === word.toLowerCase());
  if (cause === undefined) return "unknown_cause";
  return { address: address.text, lookupText: normaliseForLookup(address), cause };
}

async function store(
  context: ServiceContext,
  principal: Principal,
  { group, result }: { group: Entry[]; result: SuppressionImport },
): Promise<void> {
  const { keyring } = context;
  const { accountId } = principal;
  const added = await writeOwn(context, principal, async (tx) => {
    const { ids, now } = making(context);
    const rows = group.map(({ address, lookupText, cause }): Suppression => {
      const id = ids.next(now);
      const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, address);
      const from = { cause, source: "import", sourceId: null } as const;
      return {
        accountId,
        id,
        lookup: keyring.lookup(accountId, lookupText),
        ...from,
        sealed,
        createdAt: now,
      };
    });
    const fresh = await addSuppressions(tx, rows);
    const change = { action: "suppression.imported", subjectId: null };
    if (fresh.length > 0) await note(tx, context, principal, change);
    return fresh.length;
  });
  result.added += added;
  result.known += group.length - added;
}
