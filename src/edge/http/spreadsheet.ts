// A cell that begins with one of these is a formula to a spreadsheet: =HYPERLINK("…") is also an address, and runs at the
// desk of whoever opens the list.
const startsFormula = /^'*[=+\-@\t\r]/;

/** A field of a CSV text that no spreadsheet takes for a formula: with an apostrophe before what might be one. */
export function defused(field: string): string {
  return startsFormula.test(field) ? `'${field}` : field;
}

/** The field as it was before `defused`. */
export function revived(field: string): string {
  return field.startsWith("'") && startsFormula.test(field) ? field.slice(1) : field;
}
