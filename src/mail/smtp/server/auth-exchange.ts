import type { Credentials } from "../auth.ts";
import { replies, reply, type ServerReply } from "./reply.ts";

/** What the client is told next, or who it says it is. */
export type AuthStep =
  | { readonly kind: "ask"; readonly reply: ServerReply }
  | { readonly kind: "credentials"; readonly credentials: Credentials }
  | { readonly kind: "refused"; readonly reply: ServerReply };

const mechanisms = ["PLAIN", "LOGIN"] as const;
type Mechanism = (typeof mechanisms)[number];

/** As EHLO offers them. */
export const authOffer = `AUTH ${mechanisms.join(" ")}`;

// "Username:" and "Password:", which clients of LOGIN look for.
const askUser = reply(334, "", "VXNlcm5hbWU6");
const askPassword = reply(334, "", "UGFzc3dvcmQ6");
const askPlain = reply(334, "", "");

/** One AUTH command with its questions and answers. RFC 4954, RFC 4616; LOGIN as its users do it. */
export class AuthExchange {
  readonly #mechanism: Mechanism;
  #user: string | null = null;

  private constructor(mechanism: Mechanism) {
    this.#mechanism = mechanism;
  }

  /** Null for a mechanism that is not known. */
  static of(mechanism: string): AuthExchange | null {
    const known = mechanisms.find((each) => each === mechanism);
    return known === undefined ? null : new AuthExchange(known);
  }

  /** @param initial what stood behind the mechanism; null when nothing did */
  start(initial: string | null): AuthStep {
    if (initial === null) return { kind: "ask", reply: this.#mechanism === "PLAIN" ? askPlain : askUser };
    // RFC 4954 §4: "=" is an answer without octets.
    return this.answer(initial === "=" ? "" : initial);
  }

  /** Who the client says it is with the first line of AUTH; null when that does not tell. */
  static userIn(mechanism: string, initial: string | null): string | null {
    const exchange = AuthExchange.of(mechanism);
    if (exchange === null || initial === null) return null;
    const step = exchange.start(initial);
    return step.kind === "credentials" ? step.credentials.user : exchange.#user;
  }

  /** Reads one line of the client. */
  answer(line: string): AuthStep {
    if (line === "*") return { kind: "refused", reply: replies.authCancelled };
    const text = decode(line);
    if (text === null) return { kind: "refused", reply: replies.authSyntax };
    return this.#mechanism === "PLAIN" ? plain(text) : this.#login(text);
  }

  #login(text: string): AuthStep {
    if (this.#user === null) {
      this.#user = text;
      return { kind: "ask", reply: askPassword };
    }
    return { kind: "credentials", credentials: { user: this.#user, password: text } };
  }
}

function plain(text: string): AuthStep {
  const parts = text.split("\0");
  const [onBehalfOf = "", user = "", password = ""] = parts;
  // RFC 4616 §2: who logs in cannot act as somebody else here.
  if (parts.length !== 3 || (onBehalfOf !== "" && onBehalfOf !== user)) {
    return { kind: "refused", reply: replies.authSyntax };
  }
  return { kind: "credentials", credentials: { user, password } };
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decode(line: string): string | null {
  return base64.test(line) ? Buffer.from(line, "base64").toString("utf8") : null;
}
