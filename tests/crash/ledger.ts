/** How a call hands in: 50 messages at once, one by Mailjet's API, or one by our own. */
export type CallKind = "batch" | "single" | "own";

export const messagesOf: Record<CallKind, number> = { batch: 50, single: 1, own: 1 };

/** What the client got to hear. */
export type Answer =
  /** Taken: each message by its address. */
  | { kind: "acknowledged"; ids: Map<string, bigint> }
  /** "Not taken": whoever hears it hands in again. */
  | { kind: "refused"; status: number; text: string }
  /** "Perhaps taken": only the same Idempotency-Key may follow. */
  | { kind: "undecided"; status: number }
  /** The connection broke, or the client gave up waiting. */
  | { kind: "unanswered"; why: string }
  /** No server listened. */
  | { kind: "unreached" }
  /** Anything else is a fault. */
  | { kind: "odd"; status: number; text: string };

/** A request to hand in messages, repeated by the rules of a careful client. */
export interface Call {
  number: number;
  kind: CallKind;
  /** null: a client without Idempotency-Key, who repeats only what was refused. */
  key: string | null;
  tries: Answer[];
}

/** The addresses of a try. With a key all tries are the same request. Without one each try has its own, so that what was
 *  stored of a try that was refused shows. */
export function addressesOf(call: Call, tryNumber: number): string[] {
  const name = call.key === null ? `${call.number}t${tryNumber}` : `${call.number}`;
  return Array.from({ length: messagesOf[call.kind] }, (_, index) => {
    return `m${index}c${name}@${domainOf(call, tryNumber, index)}`;
  });
}

/** Keyed calls share some domains, as mail does. Others have one for each try: the database shows domains in clear. */
export function domainOf(call: Call, tryNumber: number, index: number): string {
  if (call.key === null) return `t${tryNumber}c${call.number}.example`;
  return `d${(call.number * 7 + index) % sharedDomains}.example`;
}

const sharedDomains = 24;

/** The domains that are routed to a given sink; all others go to the last one. */
export function domainsOfSink(sink: number, sinks: number): string[] {
  return Array.from({ length: sharedDomains }, (_, index) => index)
    .filter((index) => index % sinks === sink)
    .map((index) => `d${index}.example`);
}

/** What the sink saw of one recipient. */
export interface Receipt {
  /** Whole messages the sink kept: it said 250, or meant to and was cut off, or cut the connection itself. */
  kept: number;
  /** Whole messages it threw away when it cut the connection behind the last octet. */
  dropped: number;
}

/** A message, as the database has it. */
export interface MessageRow {
  id: bigint;
  domain: string;
  state: string;
  attempts: number;
  wasUnknown: boolean;
}

export interface EventRow {
  id: bigint;
  messageId: bigint;
  kind: string;
}

/** An event, as somebody was told of it. */
export type Told = EventRow;

/** What was told of what happened, in the order of the telling. */
export interface Tellings {
  /** To an endpoint that gets each event for itself. */
  each: Told[];
  /** To one that gets those of `sent` in groups. */
  grouped: Set<bigint>;
  /** To a program that reads the feed when all is over. */
  feed: Told[];
  /** To whoever looks at the statistics in the end: how many of each kind, and how many were `accepted`. */
  statistics: Map<string, number>;
}

/** Messages that a stalled node held and that another node has answered for: the stalled one has no say in them. */
export interface Takeover {
  nodeId: number;
  messageIds: Set<bigint>;
  /** What was on record of them before the node was let go on. */
  knownEventIds: Set<bigint>;
  /** From here on the node may have claimed them anew, like any other; null when they had their end before. */
  anewFromEventId: bigint | null;
}

/** What three parties say independently of each other: the clients, the sinks, the database. */
export interface Evidence {
  calls: Call[];
  receipts: Map<string, Receipt>;
  messages: MessageRow[];
  events: EventRow[];
  queued: number;
  /** The sum of usage_day. */
  usage: number;
  /** How many messages may be reported as perhaps sent: those on the wire when a process was killed, those whose
   *  connection the sink cut behind the last octet, those a silent node held. */
  unknownExplained: number;
  takeovers: Takeover[];
  /** null when nobody could be asked. */
  tellings: Tellings | null;
  /** What went wrong by the way: a start that failed, messages that are stuck. */
  troubles: string[];
}
