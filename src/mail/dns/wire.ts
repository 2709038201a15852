import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import dnsPacket from "dns-packet";
import { Refusal } from "../../base/errors.ts";
import type { Answer, Ask, FailureReason, RecordType, RecordTypes } from "./answer.ts";
import { type Question, questionPacket, type Reading, readReply } from "./message.ts";

const defaultPort = 53;
// A lost datagram is asked for again once; a third time would make a dead server hold mail up too long.
const rounds = 2;
// One socket each: an unlimited burst would use up the file descriptors that mail needs.
const questionsMax = 256;
// A minute of work at a quarter of a second each; more than that would be answered too late to be of use.
const waitingMax = 60_000;

/** How servers are asked. */
export interface WireOptions {
  /** `host:port`, `[v6]:port` or an address alone; asked in this order. */
  readonly servers: readonly string[];
  /** For one question to one server. */
  readonly timeoutMs: number;
  /** Whether the servers validate DNSSEC and the way to them can be trusted; only then their AD bit counts. */
  readonly validating: boolean;
}

interface Server {
  readonly host: string;
  readonly port: number;
}

type Exchange<R> = Reading<R> | { readonly kind: "lost"; readonly reason: FailureReason };

/** Asks DNS servers over UDP, and over TCP where the answer was cut off. Each question has its own socket, so that
 *  a forger must guess port and id (RFC 5452 §9.2).
 *  @throws Refusal resolver_invalid when a server is not written as host:port */
export function wireAsker(options: WireOptions): Ask {
  const servers = options.servers.map(parseServer);
  const attempts = Array.from({ length: rounds }, () => servers).flat();
  const enter = gate(questionsMax);
  return async <T extends RecordType>(type: T, name: string): Promise<Answer<RecordTypes[T]>> => {
    const leave = await enter();
    if (leave === undefined) return { kind: "failed", reason: "timeout" };
    try {
      let answer: Answer<RecordTypes[T]> = { kind: "failed", reason: "unreachable" };
      for (const server of attempts) {
        answer = await askServer(server, { type, name, timeoutMs: options.timeoutMs });
        if (answer.kind !== "failed") break;
      }
      return options.validating || answer.kind === "failed" ? answer : { ...answer, authenticated: false };
    } finally {
      leave();
    }
  };
}

async function askServer<T extends RecordType>(
  server: Server,
  asked: { type: T; name: string; timeoutMs: number },
): Promise<Answer<RecordTypes[T]>> {
  const draw = (edns: boolean) => ({ id: randomInt(0x1_0000), type: asked.type, name: asked.name, edns });
  const send = (question: Question & { type: T }, carry: Carry) => carry(server, question, asked.timeoutMs);
  let reading = await send(draw(true), overUdp);
  if (reading.kind === "edns_refused") reading = await send(draw(false), overUdp);
  if (reading.kind === "truncated") reading = await send(draw(true), overTcp);
  switch (reading.kind) {
    case "answer":
      return reading.answer;
    case "lost":
      return { kind: "failed", reason: reading.reason };
    default:
      return { kind: "failed", reason: "malformed" };
  }
}

type Carry = <T extends RecordType>(
  server: Server,
  question: Question & { type: T },
  timeoutMs: number,
) => Promise<Exchange<RecordTypes[T]>>;

const overUdp: Carry = (server, question, timeoutMs) =>
  new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.host) ? "udp6" : "udp4");
    const timer = setTimeout(() => finish({ kind: "lost", reason: "timeout" }), timeoutMs);
    let open = true;
    const finish: typeof resolve = (exchange) => {
      // Closing a datagram socket twice throws, and an error may still follow an answer.
      if (!open) return;
      open = false;
      clearTimeout(timer);
      socket.close();
      resolve(exchange);
    };
    socket.on("error", () => finish({ kind: "lost", reason: "unreachable" }));
    socket.on("message", (bytes) => {
      const reading = readReply(bytes, question);
      if (reading.kind !== "stranger") finish(reading);
    });
    // A connected socket takes datagrams from the server alone.
    socket.connect(server.port, server.host, () => socket.send(dnsPacket.encode(questionPacket(question))));
  });

const overTcp: Carry = (server, question, timeoutMs) =>
  new Promise((resolve) => {
    const socket = connect(server.port, server.host);
    const timer = setTimeout(() => finish({ kind: "lost", reason: "timeout" }), timeoutMs);
    const finish: typeof resolve = (exchange) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(exchange);
    };
    let received = Buffer.alloc(0);
    socket.on("error", () => finish({ kind: "lost", reason: "unreachable" }));
    socket.on("close", () => finish({ kind: "lost", reason: "unreachable" }));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      // RFC 1035 §4.2.2: two octets of length, so that nothing above 64 KB is ever waited for.
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      finish(readReply(received.subarray(2, 2 + received.readUInt16BE(0)), question));
    });
    socket.write(dnsPacket.streamEncode(questionPacket(question)));
  });

function parseServer(text: string): Server {
  if (isIPv6(text)) return { host: text, port: defaultPort };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? defaultPort);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Refusal(
      "resolver_invalid",
      `A DNS server is written as host:port, not ${JSON.stringify(text)}.`,
    );
  }
  return { host, port };
}

/** Lets so many in at once; the others wait in the order they came, unless too many wait already. */
function gate(places: number): () => Promise<(() => void) | undefined> {
  let free = places;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return async () => {
    if (free > 0) free--;
    else if (waiting.length >= waitingMax) return undefined;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return leave;
  };
}
