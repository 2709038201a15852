// What both sides carry: 10 KB a message, as smtp-source makes them with -l 10240.
export const messageBytes = 10_240;
export const senderDomain = "sender.example.org";
export const recipientDomain = "example.net";

/** What a call of the API holds. */
export type CallKind = "shared" | "distinct" | "single";

export const messagesACall: Record<CallKind, number> = { shared: 50, distinct: 50, single: 1 };

// Eight digits are replaced before each call, so that no two messages or recipients are the same.
const counterDigits = 8;
const counterMark = "00000000";

/** A call whose bytes are ready; only its counters change. */
export class PreparedCall {
  readonly #bytes: Buffer;
  readonly #counters: number[];

  constructor(head: string, body: string) {
    this.#bytes = Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    this.#counters = placesOf(this.#bytes, counterMark);
  }

  /** The request, with numbers from `first` on that no other call has. */
  numbered(first: number): Buffer {
    for (const [index, at] of this.#counters.entries()) {
      const number = (first + index) % 10 ** counterDigits;
      this.#bytes.write(String(number).padStart(counterDigits, "0"), at, "latin1");
    }
    return this.#bytes;
  }

  /** How many numbers a call uses. */
  get numbers(): number {
    return this.#counters.length;
  }
}

function placesOf(bytes: Buffer, mark: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + mark.length)) places.push(at);
  return places;
}

/** Where a call's messages go: `domains` different ones below `domain`, or it alone. */
export interface Recipients {
  domain: string;
  domains: number;
}

/** The JSON of a call. @param seed calls with different seeds have different texts */
export function bodyOf(kind: CallKind, seed: number, recipients: Recipients): string {
  const From = { Email: `news@${senderDomain}`, Name: "Bench" };
  const to = (index: number) => [{ Email: `r${counterMark}@${domainOf(seed * 50 + index, recipients)}` }];
  const numbers = [...Array(messagesACall[kind]).keys()];
  if (kind === "shared") {
    const HTMLPart = html(seed, "Dear {{var:name}}, ");
    return JSON.stringify({
      Globals: { From, Subject: "News of the week", HTMLPart, TemplateLanguage: true },
      Messages: numbers.map((index) => ({ To: to(index), Variables: { name: `reader ${index}` } })),
    });
  }
  return JSON.stringify({
    Messages: numbers.map((index) => {
      const HTMLPart = html(seed * 1000 + index, `Message ${counterMark}. `);
      return { From, To: to(index), Subject: "Your order", HTMLPart };
    }),
  });
}

function domainOf(index: number, { domain, domains }: Recipients): string {
  return domains === 1 ? domain : `d${index % domains}.${domain}`;
}

// Lines like those of a text, 10 KB of them, in ASCII as smtp-source has it.
function html(seed: number, greeting: string): string {
  const random = generator(seed + 1);
  let text = `<html><body><p>${greeting}`;
  let column = text.length;
  while (text.length < messageBytes - 24) {
    const word = words[random() % words.length] ?? "";
    const joint = column + word.length > 70 ? "\n" : " ";
    column = joint === "\n" ? 0 : column;
    text += joint + word;
    column += word.length + 1;
  }
  return `${text}</p></body></html>`;
}

const words =
  "a the of letter reader paper morning small house garden water stone answer <b>bold</b> window".split(" ");

// A linear congruential generator (Numerical Recipes): the same texts in every run.
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
