/** Keeps the field on one line of 998 octets whatever a caller sends. Real ids have some 40. */
const contentIdLengthMax = 250;

// RFC 5322 §3.2.3 atext with dot and @, less the percent sign, which escapes here.
const allowed = /[A-Za-z0-9!#$&'*+\-/=?^_`{|}~.@]/;

/** Makes an id that a Content-ID field can hold: what may not stand there is percent-encoded as UTF-8, the rest of a
 *  very long id is cut. An id that is a usual one stays itself. HTML refers to the part with `cid:` and the result,
 *  so `cid:` links with other characters must be rewritten with this function.
 *  @see RFC 2392 §2 */
export function toContentId(text: string): string {
  let id = "";
  for (const character of text.slice(0, contentIdLengthMax).toWellFormed()) {
    const next = allowed.test(character) ? character : percentEncoded(character);
    if (id.length + next.length > contentIdLengthMax) break;
    id += next;
  }
  return id === "" ? "part" : id;
}

function percentEncoded(character: string): string {
  let form = "";
  for (const octet of Buffer.from(character, "utf8"))
    form += `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
  return form;
}
