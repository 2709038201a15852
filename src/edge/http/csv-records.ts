import { defused } from "./spreadsheet.ts";

// Where the comma divides decimals, as in French and German, spreadsheets write a semicolon between fields.
const separators = [",", ";", "\t"] as const;
export type Separator = (typeof separators)[number];

// More than the longest field that anything here takes; what is longer is no field of ours.
const fieldCharactersMax = 4_000;

// Several times the columns of any list of ours; a line of separators alone would fill the memory.
const fieldsMax = 64;

const headCharactersMax = 2_000;

/** What stands between the fields of a file: what there is most of in its first line, outside of quotes. */
export function separatorOf(line: string): Separator {
  const bare = line.slice(0, headCharactersMax).replace(/"(?:[^"]|"")*"/g, "");
  const timesOf = (separator: Separator) => bare.split(separator).length;
  return separators.reduce((most, each) => (timesOf(each) > timesOf(most) ? each : most));
}

/** A line of a file, or several where a field between quotes has line ends in it. */
export interface CsvRecord {
  /** From 1. */
  line: number;
  /** Null where it cannot be read: a quote that is not closed, a field that is too long, too many fields. */
  fields: string[] | null;
}

// One expression for each, with bounds: whoever forgets a quote does not have the whole file read for each line.
const patterns = Object.fromEntries(
  separators.map((separator) => {
    const plain = `[^"\\r\\n${separator}]{0,${fieldCharactersMax}}`;
    const quoted = `"((?:[^"]|""){0,${fieldCharactersMax}})"`;
    return [separator, new RegExp(`(?:${quoted}|(${plain}))(${separator}|\\r?\\n|$)`, "y")];
  }),
) as Record<Separator, RegExp>;

/** The records of a CSV text, bare lines too: whoever reads them counts what they cost. RFC 4180 §2; the first line decides
 *  what stands between fields. */
export function* csvRecords(text: string): Generator<CsvRecord> {
  // RFC 4180 §2: a byte order mark is no part of the first name.
  const csv = text.replace(/^\ufeff/, "");
  const end = csv.indexOf("\n");
  const pattern = patterns[separatorOf(end === -1 ? csv : csv.slice(0, end))];
  let line = 1;
  for (let at = 0; at < csv.length; ) {
    const { fields, next, lines } = recordAt(csv, at, pattern);
    yield { line, fields };
    at = next;
    line += lines;
  }
}

function recordAt(
  csv: string,
  from: number,
  pattern: RegExp,
): { fields: string[] | null; next: number; lines: number } {
  const fields: string[] = [];
  let lines = 1;
  pattern.lastIndex = from;
  for (;;) {
    const match = pattern.exec(csv);
    // A quote that is not closed costs its own line, however far it was looked for.
    if (match === null) return { fields: null, next: lineAfter(csv, from), lines: 1 };
    const [, quoted, plain = "", end = ""] = match;
    fields.push((quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim());
    lines += quoted?.match(/\n/g)?.length ?? 0;
    if (end === "" || end.endsWith("\n")) return { fields, next: pattern.lastIndex, lines };
    if (fields.length >= fieldsMax) return { fields: null, next: lineAfter(csv, pattern.lastIndex), lines };
  }
}

function lineAfter(csv: string, from: number): number {
  const feed = csv.indexOf("\n", from);
  return feed === -1 ? csv.length : feed + 1;
}

/** One line of an export. RFC 4180 §2.6: what holds a comma, a quote or a line end stands between quotes. */
export function csvLine(fields: readonly string[]): string {
  const cells = fields
    .map(defused)
    .map((field) => (/[",;\t\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field));
  return `${cells.join(",")}\r\n`;
}
