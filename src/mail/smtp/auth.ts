import { SessionFailure, StepRefused } from "./failure.ts";
import type { RawReply } from "./reply.ts";
import { toReply } from "./reply.ts";
import type { Wire } from "./wire.ts";

/** Who we are to a smart host. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

interface Authentication {
  readonly wire: Wire;
  readonly mechanisms: readonly string[];
  readonly isEncrypted: boolean;
  readonly timeoutMs: number;
}

// RFC 4954 §4: a command line of at most 512 octets; a longer initial response follows on a line of its own.
const commandOctetsMax = 512;

/** Logs in with PLAIN (RFC 4616), or with LOGIN where nothing else is offered. Never without encryption:
 *  the password would be readable on the way.
 *  @throws StepRefused when the peer does not know us; SessionFailure when it offers neither. */
export async function authenticate(credentials: Credentials, authentication: Authentication): Promise<void> {
  const { mechanisms, isEncrypted } = authentication;
  if (!isEncrypted) throw new SessionFailure("auth_without_tls");
  if (mechanisms.includes("PLAIN")) return plain(credentials, authentication);
  if (mechanisms.includes("LOGIN")) return login(credentials, authentication);
  throw new SessionFailure("auth_not_offered");
}

async function plain({ user, password }: Credentials, { wire, timeoutMs }: Authentication): Promise<void> {
  const response = base64(`\0${user}\0${password}`);
  const command = `AUTH PLAIN ${response}\r\n`;
  if (Buffer.byteLength(command) <= commandOctetsMax) return finish(await ask(wire, command, timeoutMs));
  challenge(await ask(wire, "AUTH PLAIN\r\n", timeoutMs));
  finish(await ask(wire, `${response}\r\n`, timeoutMs));
}

async function login({ user, password }: Credentials, { wire, timeoutMs }: Authentication): Promise<void> {
  challenge(await ask(wire, "AUTH LOGIN\r\n", timeoutMs));
  challenge(await ask(wire, `${base64(user)}\r\n`, timeoutMs));
  finish(await ask(wire, `${base64(password)}\r\n`, timeoutMs));
}

function ask(wire: Wire, line: string, timeoutMs: number): Promise<RawReply> {
  wire.send(line, 1);
  return wire.reply(timeoutMs);
}

function challenge(reply: RawReply): void {
  if (reply.code !== 334) finish(reply, false);
}

function finish(reply: RawReply, isLast = true): void {
  if (isLast && reply.code < 300) return;
  if (reply.code < 400) throw new SessionFailure("protocol", "auth_reply");
  throw new StepRefused(toReply(reply));
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
