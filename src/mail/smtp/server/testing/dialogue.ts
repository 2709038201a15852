import type { Dialogue, ReceivedMessage } from "../dialogue.ts";
import { reply, type ServerReply } from "../reply.ts";

/** A message as a test looks at it. */
export interface Taken {
  from: string | null;
  to: string[];
  text: string;
  protocol: string;
}

/** Takes every message from everybody who knows the password, and remembers what it took. */
export class OpenDialogue implements Dialogue {
  readonly taken: Taken[] = [];
  readonly messages: ReceivedMessage[] = [];
  isEnded = false;
  readonly #answers: boolean;

  /** @param isSlow whether every answer comes a moment later */
  constructor(isSlow = false) {
    this.#answers = !isSlow;
  }

  async authenticate({ user, password }: { user: string; password: string }): Promise<ServerReply | null> {
    return user === "ada" && password === "secret" ? null : reply(535, "5.7.8", "Unknown");
  }

  mail() {
    return this.#later(null);
  }

  recipient({ to }: { to: { text: string } | "postmaster" }) {
    const isWanted = to === "postmaster" || !to.text.startsWith("nobody@");
    return this.#later(isWanted ? null : reply(550, "5.1.1", "Nobody of this name"));
  }

  async message(message: ReceivedMessage): Promise<ServerReply> {
    const { from, recipients, octets, protocol } = message;
    const to = recipients.map((each) => (each.to === "postmaster" ? each.to : each.to.text));
    this.messages.push(message);
    this.taken.push({ from: from?.text ?? null, to, text: octets.toString("latin1"), protocol });
    return reply(250, "2.0.0", `Taken ${this.taken.length}`);
  }

  saidInClear(): void {}

  ended(): void {
    this.isEnded = true;
  }

  #later(refusal: ServerReply | null): ServerReply | null | Promise<ServerReply | null> {
    return this.#answers ? refusal : new Promise((resolve) => setImmediate(() => resolve(refusal)));
  }
}
