/** A finished answer: what an edge of this server makes of a request, before a socket is involved. */
export interface Answer {
  status: number;
  /** The reason phrase, when it says more than the status's own. */
  reason?: string;
  headers: Record<string, string>;
  body: string | Buffer;
}

// A status line longer than this is cut by some proxies.
const reasonLengthMax = 200;

/** Makes a sentence fit for a status line: printable ASCII on one line. RFC 9112 §4: reason-phrase. */
export function toReasonPhrase(sentence: string): string {
  const plain = sentence.replace(/[^\x20-\x7e]+/g, " ").trim();
  return plain.slice(0, reasonLengthMax);
}
