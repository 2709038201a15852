import type { Answer, Behaviour, SmtpServerOptions, SmtpStep } from "./smtp-server-types.ts";

/** A transaction under way. */
export interface Transaction {
  readonly from: string;
  readonly mailParameters: string;
  readonly to: string[];
  readonly rcptParameters: string[];
}

/** What the script is asked, and what follows from its answer. */
export interface Question {
  readonly step: SmtpStep;
  readonly argument?: string;
  /** The reply when the script has none; empty when nothing is to be said yet. */
  readonly usual: string;
  readonly after?: (behaviour: Behaviour) => void;
  readonly transaction?: Transaction;
  readonly data?: Buffer | undefined;
}

/** What a script's answer means when the usual reply is `usual`. */
export function behaviourOf(answer: Answer | undefined, usual: string): Behaviour {
  if (answer === undefined) return { reply: usual };
  if (typeof answer === "string" || Buffer.isBuffer(answer)) return { reply: answer };
  const isQuiet = answer.reply !== undefined || answer.end !== undefined || answer.isSilent === true;
  return isQuiet ? answer : { ...answer, reply: usual };
}

export function ehloReply(lines: readonly string[]): string {
  return lines.map((line, index) => `250${index === lines.length - 1 ? " " : "-"}${line}`).join("\n");
}

export function isPositive(reply: string | Buffer | undefined): boolean {
  return reply !== undefined && String(reply).startsWith("2");
}

/** The octets of a reply: text gets its line ends, bytes stay as they are. */
export function wireForm(reply: string | Buffer): Buffer {
  return typeof reply === "string" ? Buffer.from(`${reply.replaceAll("\n", "\r\n")}\r\n`) : reply;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** One AUTH PLAIN or AUTH LOGIN, as far as it has come. */
export class Login {
  readonly #mechanism: string;
  readonly #lines: string[] = [];

  constructor(argument: string) {
    const [mechanism = "", initial] = argument.split(" ");
    this.#mechanism = mechanism.toUpperCase();
    if (initial !== undefined) this.hear(initial);
  }

  hear(line: string): void {
    this.#lines.push(Buffer.from(line, "base64").toString());
  }

  reply(expected: SmtpServerOptions["auth"]): string {
    const isLogin = this.#mechanism === "LOGIN";
    if (this.#lines.length < (isLogin ? 2 : 1)) return this.#question(isLogin);
    const [user, password] = isLogin ? this.#lines : (this.#lines[0] ?? "").split("\0").slice(1);
    const isKnown = expected !== undefined && user === expected.user && password === expected.password;
    return isKnown ? "235 2.7.0 Welcome" : "535 5.7.8 Wrong credentials";
  }

  #question(isLogin: boolean): string {
    if (!isLogin) return "334 ";
    return this.#lines.length === 0 ? "334 VXNlcm5hbWU6" : "334 UGFzc3dvcmQ6";
  }
}
