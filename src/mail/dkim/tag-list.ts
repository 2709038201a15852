const tagName = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Reads a tag-list (RFC 6376 §3.2), the form of DKIM and DMARC records. Names keep their case, which counts.
 *  Undefined when a part is no `name=value` or a name comes twice: such a list is invalid as a whole.
 *  An empty part is passed over, as verifiers do. */
export function parseTagList(text: string): Map<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const part of text.split(";")) {
    const tag = part.trim();
    if (tag === "") continue;
    const equals = tag.indexOf("=");
    const name = tag.slice(0, Math.max(equals, 0)).trimEnd();
    if (!tagName.test(name) || tags.has(name)) return undefined;
    tags.set(name, tag.slice(equals + 1).trim());
  }
  return tags;
}
