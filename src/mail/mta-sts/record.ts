const version = /^v=STSv1[ \t]*;/;
const idForm = /^[A-Za-z0-9]{1,32}$/;
const field = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31})=([\x21-\x3a\x3c\x3e-\x7e]+)$/;

/** What the TXT records at `_mta-sts.` say. */
export type StsRecord =
  | { readonly kind: "record"; readonly id: string }
  | { readonly kind: "none" }
  /** Several records, or one that does not follow the grammar: to be taken as none (RFC 8461 §3.1). */
  | { readonly kind: "invalid" };

/** Reads TXT records, each a list of character-strings. Those that do not begin with the version are others' business.
 *  @see RFC 8461 §3.1 */
export function parseStsRecord(found: readonly (readonly string[])[]): StsRecord {
  const [text, ...others] = found.map((strings) => strings.join("")).filter((joined) => version.test(joined));
  if (text === undefined) return { kind: "none" };
  if (others.length > 0) return { kind: "invalid" };
  const parts = text.split(";").map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ""));
  // The version stands first; after the last delimiter nothing needs to follow.
  const fields = parts.slice(1, parts.at(-1) === "" ? -1 : undefined).map((part) => field.exec(part));
  if (fields.includes(null)) return { kind: "invalid" };
  // RFC 8461 §3.1: of a field given twice, the first counts.
  const id = fields.find((match) => match?.[1] === "id")?.[2] ?? "";
  return idForm.test(id) ? { kind: "record", id } : { kind: "invalid" };
}
