/** RFC 6838 §4.2 allows 127 characters on each side of the slash; the rest is for parameters. */
const contentTypeLengthMax = 1_000;
const parameterCountMax = 20;

// RFC 6838 §4.2 restricted-name.
const type = /^\s*([a-z0-9][a-z0-9!#$&\-^_.+]{0,126})\/([a-z0-9][a-z0-9!#$&\-^_.+]{0,126})\s*(?:;|$)/i;
const parameter = /([!#$&+\-.0-9a-z^_`{|}~]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*(?:;|$)/giy;
const betweenParameters = /[\s;]*/y;
const printable = /^[\x20-\x7e]{1,200}$/;

/** A media type with its parameters, fit for a header. */
export interface ContentType {
  /** Lower case, `type/subtype`. */
  readonly value: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** What is said of content whose type cannot be told, or may not be told in base64. */
export const unknownContentType: ContentType = { value: "application/octet-stream", parameters: [] };

/** Reads a media type as a caller gave it. What is malformed is left out: a parameter, or the whole, which makes it
 *  application/octet-stream. `name` and `boundary` are left out too, since the composer writes its own. */
export function parseContentType(text: string): ContentType {
  const found = text.length > contentTypeLengthMax ? null : type.exec(text);
  if (found === null) return unknownContentType;
  const [whole, main = "", sub = ""] = found;
  const value = `${main}/${sub}`.toLowerCase();
  return { value, parameters: parseParameters(text, whole.length) };
}

function parseParameters(text: string, start: number): [string, string][] {
  const found = new Map<string, string>();
  let at = start;
  for (let count = 0; count < parameterCountMax; count++) {
    betweenParameters.lastIndex = at;
    at += betweenParameters.exec(text)?.[0].length ?? 0;
    parameter.lastIndex = at;
    const match = parameter.exec(text);
    if (match === null) break;
    at += match[0].length;
    const [, name = "", quoted, plain = ""] = match;
    const value = quoted?.replace(/\\(.)/g, "$1") ?? plain;
    const key = name.toLowerCase();
    if (key !== "name" && key !== "boundary" && printable.test(value) && !found.has(key))
      found.set(key, value);
  }
  return [...found];
}
