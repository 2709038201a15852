/** Where a request goes: the path as it was sent (still percent-encoded) and the query without its "?". */
export interface Target {
  path: string;
  query: string;
}

/** The path a request with a broken target is sent to inside; a client has no use for it. */
export const malformedPath = "/-/malformed";

/** Brings a request target into origin-form. Clients behind a proxy send the absolute form
 *  (RFC 9112 §3.2.2: a server must accept it), of which scheme and authority are dropped: there is one host here.
 *  Octets above ASCII, which some clients send raw, become their percent-encoding. */
export function readTarget(requestTarget: string): Target {
  const origin = withoutAuthority(requestTarget);
  const fragment = origin.indexOf("#");
  const plain = encodeRawOctets(fragment < 0 ? origin : origin.slice(0, fragment));
  const mark = plain.indexOf("?");
  return mark < 0 ? { path: plain, query: "" } : { path: plain.slice(0, mark), query: plain.slice(mark + 1) };
}

/** Decodes one segment of a path. "+" stays a plus: it is common in addresses. Null for broken encoding. */
export function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** The decoded segments of a path, without empty ones at its ends; null when one of them is broken. */
export function readSegments(path: string): string[] | null {
  const segments: string[] = [];
  for (const raw of path.split("/")) {
    const segment = decodeSegment(raw);
    if (segment === null) return null;
    segments.push(segment);
  }
  while (segments[0] === "") segments.shift();
  while (segments.at(-1) === "") segments.pop();
  return segments;
}

/** The names and values of a query, names in lower case, in their order; broken encoding is taken literally.
 *  "+" is a space here, as HTML forms and all clients write it. */
export function readQuery(query: string): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const [name, value] of new URLSearchParams(query)) pairs.push([name.toLowerCase(), value]);
  return pairs;
}

function withoutAuthority(requestTarget: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(requestTarget);
  if (absolute === null) return requestTarget.startsWith("/") ? requestTarget : `/${requestTarget}`;
  const rest = requestTarget.slice(absolute[0].length);
  return rest.startsWith("/") ? rest : `/${rest}`;
}

// node:http hands over each octet of the target as one character.
function encodeRawOctets(target: string): string {
  return target.replace(/[^\x21-\x7e]/g, (character) => {
    return `%${(character.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}
