/** Where a field of a header stands, in octets from the beginning. */
export interface ReadField {
  /** As it is written, without white space before the colon. */
  readonly name: string;
  readonly start: number;
  /** Behind the colon. */
  readonly valueStart: number;
  /** Behind the line end of its last line. */
  readonly end: number;
}

export interface ReadHeader {
  readonly fields: readonly ReadField[];
  readonly start: number;
  /** Where the empty line begins, or where the octets end when there is none. */
  readonly end: number;
  /** Where the body begins: behind the empty line. */
  readonly bodyStart: number;
}

const lineEnd = Buffer.from("\r\n");
const blankLine = Buffer.from("\r\n\r\n");
// RFC 5322 §2.2; white space before the colon is obsolete (§4.5) and still written by some.
const fieldStart = /([!-9;-~]+)[ \t]*:/y;

/** Reads the header of a message or of one of its parts, whose lines end with CRLF. A line that is no field, and does
 *  not continue one, makes the whole no header: programs disagree where it ends then, and one of them would show as a
 *  field what another takes for text. @returns the number of that line, from 1 */
export function readFields(
  octets: Buffer,
  from = 0,
  until = octets.length,
): ReadHeader | { badLine: number } {
  const isEmpty = octets.subarray(from, from + lineEnd.length).equals(lineEnd);
  const blank = isEmpty ? from - lineEnd.length : octets.subarray(0, until).indexOf(blankLine, from);
  const isBlank = blank !== -1 && blank + blankLine.length <= until;
  const end = isBlank || isEmpty ? blank + lineEnd.length : until;
  const text = octets.toString("latin1", from, end);
  const fields: ReadField[] = [];
  let line = 1;
  for (let at = 0; at < text.length; line++) {
    const feed = text.indexOf("\n", at);
    const next = feed === -1 ? text.length : feed + 1;
    const last = fields.at(-1);
    if (text[at] === " " || text[at] === "\t") {
      if (last === undefined) return { badLine: line };
      fields[fields.length - 1] = { ...last, end: from + next };
    } else {
      fieldStart.lastIndex = at;
      const found = fieldStart.exec(text);
      if (found === null) return { badLine: line };
      const [start, valueStart] = [from + at, from + fieldStart.lastIndex];
      fields.push({ name: found[1] ?? "", start, valueStart, end: from + next });
    }
    at = next;
  }
  return {
    fields,
    start: from,
    end,
    bodyStart: Math.min(until, isBlank || isEmpty ? end + lineEnd.length : until),
  };
}

/** What a field says, on one line: unfolded, UTF-8, without white space at its ends. Encoded words stay encoded. */
export function fieldValue(octets: Buffer, { valueStart, end }: ReadField): string {
  return octets
    .toString("utf8", valueStart, end)
    .replace(/\r\n(?=[ \t])/g, "")
    .trim();
}
