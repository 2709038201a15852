import dnsPacket, { type DecodedPacket, type Packet } from "dns-packet";
import { isIP } from "../../base/ip.ts";
import type { Answer, RecordType, RecordTypes } from "./answer.ts";
import { dnsName } from "./name.ts";

// DNS Flag Day 2020: fits every path without fragments, which can be forged.
const udpPayloadSize = 1232;
// Real chains have two or three links; resolvers give up near this number as well.
const cnameChainMax = 16;
const serverFailure: { kind: "failed"; reason: "server_failure" } = {
  kind: "failed",
  reason: "server_failure",
};

/** A question on its way. */
export interface Question {
  readonly id: number;
  readonly type: RecordType;
  readonly name: string;
  readonly edns: boolean;
}

/** The packet of a question. AD asks for the AD bit without the signatures themselves (RFC 6840 §5.7). */
export function questionPacket({ id, type, name, edns }: Question): Packet {
  return {
    type: "query",
    id,
    flags: dnsPacket.RECURSION_DESIRED | dnsPacket.AUTHENTIC_DATA,
    questions: [{ type, name }],
    additionals: edns
      ? [
          {
            type: "OPT",
            name: ".",
            udpPayloadSize,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [],
  };
}

/** What a packet is to the question that was asked. */
export type Reading<R> =
  /** Not the answer: forged, late or for another question. To be ignored (RFC 5452 §9.1). */
  | { readonly kind: "stranger" }
  | { readonly kind: "truncated" }
  /** The server does not know EDNS (RFC 6891 §7). */
  | { readonly kind: "edns_refused" }
  | { readonly kind: "answer"; readonly answer: Answer<R> };

/** Reads a packet that arrived. Bytes that cannot be decoded are an answer of their own: `malformed`. */
export function readReply<T extends RecordType>(
  bytes: Buffer,
  question: Question & { type: T },
): Reading<RecordTypes[T]> {
  // The id is compared before anything is decoded: of a stranger's packet nothing else is looked at.
  if (bytes.length < 12 || bytes.readUInt16BE(0) !== question.id) return { kind: "stranger" };
  let packet: DecodedPacket;
  try {
    packet = dnsPacket.decode(bytes);
  } catch {
    return { kind: "answer", answer: { kind: "failed", reason: "malformed" } };
  }
  const [asked] = packet.questions ?? [];
  const rcode = rcodeOf(packet);
  if (packet.type !== "response") return { kind: "stranger" };
  if (asked === undefined && rcode === "FORMERR" && question.edns) return { kind: "edns_refused" };
  if (asked?.type !== question.type || asked.name.toLowerCase() !== question.name)
    return { kind: "stranger" };
  if (packet.flag_tc) return { kind: "truncated" };
  if ((rcode === "FORMERR" || rcode === "NOTIMP") && question.edns) return { kind: "edns_refused" };
  return { kind: "answer", answer: readAnswer(packet, question) };
}

/** The four low bits of the flags (RFC 1035 §4.1.1). */
function rcodeOf(packet: DecodedPacket): "NOERROR" | "FORMERR" | "NXDOMAIN" | "NOTIMP" | "other" {
  switch ((packet.flags ?? 0) & 0x0f) {
    case 0:
      return "NOERROR";
    case 1:
      return "FORMERR";
    case 3:
      return "NXDOMAIN";
    case 4:
      return "NOTIMP";
    default:
      return "other";
  }
}

function readAnswer<T extends RecordType>(
  packet: DecodedPacket,
  { type, name }: { type: T; name: string },
): Answer<RecordTypes[T]> {
  const rcode = rcodeOf(packet);
  const authenticated = packet.flag_ad;
  if (rcode === "NXDOMAIN") return { kind: "missing", ttlSeconds: negativeTtl(packet), authenticated };
  if (rcode !== "NOERROR") return serverFailure;
  const { owner, chainTtl } = followChain(packet, type, name);
  const matching = (packet.answers ?? []).filter(
    (record) => record.type === type && sameName(record.name, owner),
  );
  const records: RecordTypes[T][] = [];
  let ttlSeconds = chainTtl;
  for (const record of matching) {
    const value = readRecord[type](record as { data: unknown });
    if (value !== undefined) records.push(value);
    ttlSeconds = Math.min(ttlSeconds, ttlOf(record));
  }
  if (records.length > 0) return { kind: "found", records, canonicalName: owner, ttlSeconds, authenticated };
  if (matching.length > 0) return { kind: "failed", reason: "malformed" };
  // A server that neither recurses nor owns the zone only points elsewhere: that is no proof of absence, and
  // taken as one it would bounce mail.
  if (!packet.flag_ra && !packet.flag_aa) return serverFailure;
  return { kind: "none", ttlSeconds: negativeTtl(packet), authenticated };
}

function followChain(
  packet: DecodedPacket,
  type: RecordType,
  name: string,
): { owner: string; chainTtl: number } {
  let owner = name;
  let chainTtl = Number.POSITIVE_INFINITY;
  if (type === "CNAME") return { owner, chainTtl };
  for (let i = 0; i < cnameChainMax; i++) {
    const link = (packet.answers ?? []).find(
      (record) => record.type === "CNAME" && sameName(record.name, owner),
    );
    if (link?.type !== "CNAME") break;
    owner = link.data.toLowerCase();
    chainTtl = Math.min(chainTtl, ttlOf(link));
  }
  return { owner, chainTtl };
}

/** RFC 2308 §5: a negative answer lives as long as the lesser of the SOA's TTL and its minimum field. */
function negativeTtl(packet: DecodedPacket): number | undefined {
  for (const record of packet.authorities ?? []) {
    if (record.type === "SOA") return Math.min(ttlOf(record), record.data.minimum ?? 0);
  }
  return undefined;
}

function ttlOf(record: object): number {
  const ttl = "ttl" in record && typeof record.ttl === "number" ? record.ttl : 0;
  // RFC 2181 §8: a TTL with the highest bit set counts as zero.
  return ttl > 0x7fff_ffff ? 0 : ttl;
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right;
}

/** Reads the data of one record; undefined for what cannot be meant. */
const readRecord: { readonly [T in RecordType]: (record: { data: unknown }) => RecordTypes[T] | undefined } =
  {
    A: ({ data }) => (isIP(String(data)) === 4 ? String(data) : undefined),
    AAAA: ({ data }) => (isIP(String(data)) === 6 ? String(data) : undefined),
    CNAME: ({ data }) => dnsName(String(data)),
    PTR: ({ data }) => dnsName(String(data)),
    MX: ({ data }) => {
      const { preference = 0, exchange } = data as { preference?: number; exchange: string };
      if (exchange === ".") return { preference, exchange: "" };
      // A name that cannot exist stays: dropping it could leave a domain without MX, and its mail would go elsewhere.
      return { preference, exchange: dnsName(exchange) ?? exchange };
    },
    TLSA: ({ data }) => {
      const { usage, selector, matchingType, certificate } = data as {
        usage: number;
        selector: number;
        matchingType: number;
        certificate: Buffer;
      };
      return { usage, selector, matchingType, data: Buffer.from(certificate) };
    },
    TXT: ({ data }) => (Array.isArray(data) ? data : [data]).map((part) => String(part)),
  };
