// RFC 3463 §2: a status. Part of no number, name or address of the network.
const statusForm = /(?<![\w.-])([245]\.\d{1,3}\.\d{1,3})(?![\d-]|\.\d)/;
// RFC 5321 §4.2: a reply code at a place where replies begin.
const codeForms = [
  /(?:^|[\s:;'"(<>[,=/]|said:|with)([245][0-5]\d)(?=[-\s]#?[245]\.\d{1,3}\.\d)/i,
  /(?:^|\n)[ \t>*]{0,40}(?:<<<[ \t]{0,40})?([45][0-5]\d)[- ](?=\S)/,
  /(?:said|says|response|responded|reply|replied|error(?: \w{1,40})?|returned|failed|refused|rejected|smtp|code|data|rcpt to|mail from|status|because)\b[^\n\d]{0,60}?(?<![\d.])([45][0-5]\d)(?=[-\s,;:.)]|$)/i,
  /(?<![\d.#:/-])([45][0-5]\d)(?=[- ](?![\d:]))/,
];

/** The status a text names, such as `5.1.1`; null when it names none. */
export function statusIn(text: string): string | null {
  return statusForm.exec(text)?.[1] ?? null;
}

/** The code of the reply that a text quotes; null when it quotes none. */
export function replyCodeIn(text: string): number | null {
  for (const form of codeForms) {
    const code = form.exec(text)?.[1];
    if (code !== undefined) return Number(code);
  }
  return null;
}

/** Of two statuses, the one that says more: `5.0.0` says nothing but the class. */
export function moreExact(first: string | null, second: string | null): string | null {
  if (first === null || second === null) return first ?? second;
  return isGeneral(first) && !isGeneral(second) && first[0] === second[0] ? second : first;
}

function isGeneral(status: string): boolean {
  return /^\d\.(0\.\d+|\d\.0)$/.test(status);
}
