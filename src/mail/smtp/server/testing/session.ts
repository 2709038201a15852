import { setImmediate as turn } from "node:timers/promises";
import type { Dialogue } from "../dialogue.ts";
import { HeldBytes } from "../held-octets.ts";
import { defaultServerLimits, defaultServerTimeouts, type ServerLimits } from "../limits.ts";
import { type SessionOptions, SmtpSession } from "../session.ts";
import { OpenDialogue } from "./dialogue.ts";

export interface SessionRun {
  session: SmtpSession;
  held: HeldBytes;
  /** Everything that was said. */
  output: string;
  isEnded: boolean;
  handshakes: number;
  defects: unknown[];
}

/** A session without a socket, whose client is on this machine. */
export function openSession(
  dialogue: Dialogue = new OpenDialogue(),
  { limits, ...change }: Partial<Omit<SessionOptions, "limits">> & { limits?: Partial<ServerLimits> } = {},
): SessionRun {
  const allLimits = { ...defaultServerLimits, ...limits };
  const held = new HeldBytes(allLimits.heldBytesMax);
  const run = { held, output: "", isEnded: false, handshakes: 0, defects: [] as unknown[] };
  const wire = {
    write: (text: string) => {
      run.output += text;
    },
    isClogged: false,
    startTls: () => {
      run.handshakes += 1;
    },
    end: () => {
      run.isEnded = true;
    },
    turned: () => {},
  };
  const session = new SmtpSession(
    {
      name: "mail.example.org",
      dialogue,
      requiresAuth: false,
      offersTls: true,
      isSecure: false,
      allowsPlainAuth: true,
      limits: allLimits,
      timeouts: defaultServerTimeouts,
      held,
      now: () => 0,
      onDefect: (error) => run.defects.push(error),
      ...change,
    },
    wire,
  );
  session.greet();
  return Object.assign(run, { session });
}

/** The codes of all replies. */
export function codesOf({ output }: SessionRun): number[] {
  return [...output.matchAll(/^(\d{3}) /gm)].map(([, code]) => Number(code));
}

/** Feeds octets piece by piece, each when what came before has been answered. */
export async function feed({ session }: SessionRun, ...pieces: (string | Buffer)[]): Promise<void> {
  for (const piece of pieces) {
    session.receive(Buffer.isBuffer(piece) ? piece : Buffer.from(piece));
    while (!session.isIdle) await turn();
  }
}
