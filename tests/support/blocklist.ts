// Rules of the lists by which content blockers know pictures and links that report their readers: the part of the syntax
// that lists for mail use. A rule that names sites of others or needs more than an address matches nothing here.

/** A rule as it can be asked. */
export interface BlockRule {
  text: string;
  /** Of which kind of address: a picture that is loaded, or any. */
  isForPictures: boolean;
  pattern: RegExp;
}

/** Reads a list; comments, exceptions and rules for the look of pages are left out. */
export function readBlocklist(text: string): BlockRule[] {
  return text.split(/\r?\n/).flatMap((line) => readRule(line.trim()) ?? []);
}

function readRule(text: string): BlockRule | null {
  if (text === "" || /^(?:!|@@|\[)/.test(text) || /#[@?$]?#/.test(text)) return null;
  const at = text.lastIndexOf("$");
  const options = at === -1 ? [] : text.slice(at + 1).split(",");
  const body = at === -1 ? text : text.slice(0, at);
  // A rule for pages of named sites says nothing of mail.
  if (options.some((option) => option.startsWith("domain="))) return null;
  return { text, isForPictures: options.includes("image"), pattern: patternOf(body) };
}

function patternOf(body: string): RegExp {
  if (body.length > 1 && body.startsWith("/") && body.endsWith("/"))
    return new RegExp(body.slice(1, -1), "i");
  const isAtHost = body.startsWith("||");
  const isAtStart = !isAtHost && body.startsWith("|");
  const isAtEnd = body.endsWith("|");
  const middle = body.slice(isAtHost ? 2 : isAtStart ? 1 : 0, isAtEnd ? -1 : undefined);
  const pattern = middle
    .replace(/[.+?${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("^", "(?:[^\\w.%-]|$)");
  const start = isAtHost ? "^[a-z]+://(?:[^/?#]*\\.)?" : isAtStart ? "^" : "";
  return new RegExp(`${start}${pattern}${isAtEnd ? "$" : ""}`, "i");
}

/** The addresses in a mail's HTML that a rule forbids. */
export function blockedIn(html: string, rules: readonly BlockRule[]): { url: string; rule: string }[] {
  const decode = (url: string) => url.replaceAll("&amp;", "&");
  const pictures = [...html.matchAll(/<img\b[^>]*\bsrc="([^"]+)"/gi)].map(([, url = ""]) => decode(url));
  const links = [...html.matchAll(/\bhref="(https?:[^"]+)"/gi)].map(([, url = ""]) => decode(url));
  const ask = (url: string, isPicture: boolean) =>
    rules
      .filter((rule) => (isPicture || !rule.isForPictures) && rule.pattern.test(url))
      .map((rule) => ({ url, rule: rule.text }));
  return [...pictures.flatMap((url) => ask(url, true)), ...links.flatMap((url) => ask(url, false))];
}
