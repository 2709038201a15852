import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Socket, type Server as TcpServer } from "node:net";
import dnsPacket, { type Answer, type MxData, type Packet, type TlsaData } from "dns-packet";

const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const cnameChainMax = 20;
const bindAttempts = 20;

/** A failure the server answers with; `SILENCE` means that no answer comes at all. */
export type DnsFailure = "FORMERR" | "SERVFAIL" | "REFUSED" | "SILENCE";

/** What one name holds. A name without an entry does not exist; one without the type asked for has no data. */
export interface DnsEntry {
  readonly mx?: readonly MxData[];
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly txt?: readonly (string | readonly string[])[];
  readonly ptr?: readonly string[];
  readonly tlsa?: readonly TlsaData[];
  readonly cname?: string;
  /** 300 unless told. */
  readonly ttlSeconds?: number;
  /** For every type, or for the types named. */
  readonly fails?: DnsFailure | Readonly<Record<string, DnsFailure>>;
  readonly delayMs?: number;
  /** Over UDP only the TC bit comes back; the answer must be fetched over TCP. */
  readonly truncated?: boolean;
  /** Overrides the server's own setting of the AD bit. */
  readonly authenticated?: boolean;
}

/** May be changed while the server runs. */
export type DnsZone = Record<string, DnsEntry>;

/** One question that arrived. */
export interface DnsQuery {
  readonly name: string;
  readonly type: string;
  readonly transport: "udp" | "tcp";
}

/** A running server. */
export interface DnsServer {
  readonly host: string;
  readonly port: number;
  /** `host:port`, as the resolver's `servers` takes it. */
  readonly address: string;
  readonly queries: readonly DnsQuery[];
  close(): Promise<void>;
}

/** How the whole server behaves. */
export interface DnsServerOptions {
  /** Sets the AD bit, as a validating resolver does for signed zones. */
  readonly authenticated?: boolean;
  /** Answers FORMERR to EDNS, as some old middleboxes do. */
  readonly refusesEdns?: boolean;
  /** The SOA minimum, which limits how long a negative answer is kept (RFC 2308 §4). */
  readonly negativeTtlSeconds?: number;
}

/** Starts a recursive-looking DNS server on 127.0.0.1, over UDP and TCP on one port. */
export async function startDnsServer(zone: DnsZone, options: DnsServerOptions = {}): Promise<DnsServer> {
  const queries: DnsQuery[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const connections = new Set<Socket>();

  const handle = (bytes: Buffer, transport: "udp" | "tcp", reply: (packet: Packet) => void): void => {
    const query = dnsPacket.decode(bytes);
    const [question] = query.questions ?? [];
    if (question === undefined) return;
    queries.push({ name: question.name.toLowerCase(), type: question.type, transport });
    const { packet, delayMs } = answer(zone, { query, options, transport });
    if (packet === undefined) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      reply(packet);
    }, delayMs);
    timers.add(timer);
  };

  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => socket.destroy());
    let pending = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const length = pending.readUInt16BE(0);
        handle(pending.subarray(2, 2 + length), "tcp", (packet) =>
          socket.write(dnsPacket.streamEncode(packet)),
        );
        pending = pending.subarray(2 + length);
      }
    });
  });
  const { udp, port } = await bindBoth(tcp);
  udp.on("message", (bytes, from) => {
    handle(bytes, "udp", (packet) => udp.send(dnsPacket.encode(packet), from.port, from.address));
  });

  return {
    host: "127.0.0.1",
    port,
    address: `127.0.0.1:${port}`,
    queries,
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of connections) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  };
}

/** The port is chosen for TCP; another program may hold it for UDP, then a new one is tried. */
async function bindBoth(tcp: TcpServer): Promise<{ udp: UdpSocket; port: number }> {
  for (let attempt = 0; attempt < bindAttempts; attempt++) {
    await new Promise<void>((resolve, reject) => {
      tcp.once("error", reject);
      tcp.listen(0, "127.0.0.1", () => {
        tcp.off("error", reject);
        resolve();
      });
    });
    const { port } = tcp.address() as { port: number };
    const udp = createSocket("udp4");
    const bound = await new Promise<boolean>((resolve) => {
      udp.once("error", () => resolve(false));
      udp.bind(port, "127.0.0.1", () => resolve(true));
    });
    if (bound) return { udp, port };
    udp.close();
    await new Promise<void>((resolve) => tcp.close(() => resolve()));
  }
  throw new Error("No port is free for both UDP and TCP.");
}

interface Asked {
  readonly query: Packet;
  readonly options: DnsServerOptions;
  readonly transport: "udp" | "tcp";
}

function answer(zone: DnsZone, asked: Asked): { packet?: Packet; delayMs: number } {
  const question = asked.query.questions![0]!;
  const name = question.name.toLowerCase();
  const entry = zone[name];
  const delayMs = entry?.delayMs ?? 0;
  const fails = typeof entry?.fails === "string" ? entry.fails : entry?.fails?.[question.type];
  if (fails === "SILENCE") return { delayMs };
  const hasEdns = (asked.query.additionals ?? []).some((record) => record.type === "OPT");
  if (asked.options.refusesEdns === true && hasEdns) return { packet: response(asked, "FORMERR"), delayMs };
  if (fails !== undefined) return { packet: response(asked, fails), delayMs };
  if (entry?.truncated === true && asked.transport === "udp") {
    const packet = response(asked, "NOERROR");
    return { packet: { ...packet, flags: (packet.flags ?? 0) | dnsPacket.TRUNCATED_RESPONSE }, delayMs };
  }
  const { answers, exists } = lookUp(zone, name, question.type);
  const packet = response(asked, exists ? "NOERROR" : "NXDOMAIN");
  const authenticated = entry?.authenticated ?? asked.options.authenticated ?? false;
  const found = answers.some((record) => record.type === question.type);
  return {
    packet: {
      ...packet,
      flags: (packet.flags ?? 0) | (authenticated ? dnsPacket.AUTHENTIC_DATA : 0),
      answers,
      authorities: found ? [] : [startOfAuthority(asked.options.negativeTtlSeconds ?? 300)],
    },
    delayMs,
  };
}

function response(asked: Asked, rcode: keyof typeof rcodes): Packet {
  return {
    type: "response",
    id: asked.query.id ?? 0,
    flags: rcodes[rcode] | dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE,
    questions: asked.query.questions ?? [],
  };
}

function startOfAuthority(minimum: number): Answer {
  return {
    type: "SOA",
    name: "test",
    ttl: 3600,
    data: { mname: "ns.test", rname: "root.test", serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
  };
}

function lookUp(zone: DnsZone, start: string, type: string): { answers: Answer[]; exists: boolean } {
  const answers: Answer[] = [];
  let name = start;
  for (let i = 0; i < cnameChainMax; i++) {
    const entry = zone[name];
    if (entry === undefined) {
      // RFC 8020 §2: a name with names below it exists, though it holds nothing.
      return { answers, exists: Object.keys(zone).some((other) => other.endsWith(`.${name}`)) };
    }
    if (entry.cname === undefined || type === "CNAME") {
      answers.push(...recordsOf(name, entry, type));
      break;
    }
    answers.push({ type: "CNAME", name, ttl: entry.ttlSeconds ?? 300, data: entry.cname });
    name = entry.cname.toLowerCase();
  }
  return { answers, exists: true };
}

function recordsOf(name: string, entry: DnsEntry, type: string): Answer[] {
  const ttl = entry.ttlSeconds ?? 300;
  switch (type) {
    case "MX":
      return (entry.mx ?? []).map((data) => ({ type, name, ttl, data }));
    case "A":
      return (entry.a ?? []).map((data) => ({ type, name, ttl, data }));
    case "AAAA":
      return (entry.aaaa ?? []).map((data) => ({ type, name, ttl, data }));
    case "TXT":
      return (entry.txt ?? []).map((text) => ({ type, name, ttl, data: strings(text) }));
    case "PTR":
      return (entry.ptr ?? []).map((data) => ({ type, name, ttl, data }));
    case "TLSA":
      return (entry.tlsa ?? []).map((data) => ({ type, name, ttl, data }));
    case "CNAME":
      return entry.cname === undefined ? [] : [{ type, name, ttl, data: entry.cname }];
    default:
      return [];
  }
}

/** RFC 1035 §3.3.14: a character-string holds at most 255 octets. */
function strings(text: string | readonly string[]): string[] {
  if (typeof text !== "string") return [...text];
  return text.match(/.{1,255}/gs) ?? [""];
}
