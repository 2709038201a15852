import {
  type Answer,
  addressesOf,
  type EventRow,
  type Evidence,
  type MessageRow,
  messagesOf,
  type Told,
} from "./ledger.ts";

/** A broken promise, with the first few that show it. */
export interface Violation {
  rule: Rule;
  count: number;
  examples: string[];
}

export type Rule =
  | "lost"
  | "twice"
  | "not final"
  | "refused and stored"
  | "half a call"
  | "two answers"
  | "nobody's"
  | "sums"
  | "events"
  | "usage"
  | "too many unknown"
  | "overwritten"
  | "told"
  | "feed"
  | "statistics"
  | "odd answer"
  | "trouble";

/** What was counted, for the table. */
export interface Figures {
  acknowledged: number;
  storedUnanswered: number;
  states: Record<string, number>;
  wasUnknown: number;
  arrivedOnce: number;
  arrivedTwiceReported: number;
  lost: number;
  twice: number;
}

export interface Judgement {
  figures: Figures;
  violations: Violation[];
}

const finals = new Set(["sent", "bounced", "blocked", "cancelled", "expired", "unknown"]);
const examplesMax = 5;

/** Compares what clients, sinks and database say. Every rule stands for itself. */
export function judge(evidence: Evidence): Judgement {
  const book = new Book(evidence);
  const found: [Rule, string[]][] = [
    ["lost", lost(book)],
    ["twice", twice(book)],
    ["not final", notFinal(evidence)],
    ["refused and stored", refusedAndStored(book)],
    ["half a call", halves(book)],
    ["two answers", twoAnswers(evidence)],
    ["nobody's", nobodys(book)],
    ["sums", sums(book)],
    ["events", events(evidence)],
    ["usage", usage(evidence)],
    ["too many unknown", tooManyUnknown(evidence)],
    ["overwritten", overwritten(evidence)],
    ["told", told(evidence)],
    ["feed", feed(evidence)],
    ["statistics", statistics(evidence)],
    ["odd answer", oddAnswers(evidence)],
    ["trouble", evidence.troubles],
  ];
  const violations = found
    .filter(([, all]) => all.length > 0)
    .map(([rule, all]) => ({ rule, count: all.length, examples: all.slice(0, examplesMax) }));
  return { figures: figuresOf(book, found), violations };
}

/** The evidence, in an order in which it can be asked. */
class Book {
  readonly evidence: Evidence;
  readonly rows: Map<bigint, MessageRow>;
  /** What was acknowledged: the id of each address. */
  readonly acknowledged = new Map<string, bigint>();
  /** Addresses of calls that nobody answered in the end, by the domain that only their try has. */
  readonly unanswered = new Map<string, string[]>();
  readonly rowsOfDomain = new Map<string, MessageRow[]>();

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    this.rows = new Map(evidence.messages.map((row) => [row.id, row]));
    for (const row of evidence.messages) {
      const others = this.rowsOfDomain.get(row.domain);
      if (others === undefined) this.rowsOfDomain.set(row.domain, [row]);
      else others.push(row);
    }
    for (const call of evidence.calls) {
      for (const [tryNumber, answer] of call.tries.entries()) {
        if (answer.kind === "acknowledged") {
          for (const [address, id] of answer.ids) this.acknowledged.set(address, id);
        } else if (isOpen(answer) && call.key === null) {
          const addresses = addressesOf(call, tryNumber);
          this.unanswered.set(domainOf(addresses[0] ?? ""), addresses);
        }
      }
    }
  }

  arrivals(address: string): number {
    return this.evidence.receipts.get(address)?.kept ?? 0;
  }

  row(address: string): MessageRow | undefined {
    return this.rows.get(this.acknowledged.get(address) ?? -1n);
  }
}

function isOpen(answer: Answer): boolean {
  return answer.kind === "unanswered" || answer.kind === "undecided";
}

function domainOf(address: string): string {
  return address.slice(address.indexOf("@") + 1);
}

// Accepted means: it is on record, and where the record says "sent" it has arrived.
function lost({ evidence, acknowledged, rows, unanswered, rowsOfDomain }: Book): string[] {
  const arrivals = (address: string) => evidence.receipts.get(address)?.kept ?? 0;
  const known = [...acknowledged].flatMap(([address, id]) => {
    const row = rows.get(id);
    if (row === undefined) return [`${address} was accepted as ${id} and is on no record`];
    return row.state === "sent" && arrivals(address) === 0
      ? [`${address} (${id}) is "sent" and has not arrived`]
      : [];
  });
  const silent = [...unanswered].flatMap(([domain, addresses]) => {
    const stored = rowsOfDomain.get(domain) ?? [];
    const sent = stored.filter((row) => row.state === "sent").length;
    const arrived = addresses.filter((address) => arrivals(address) > 0).length;
    return sent > arrived ? [`of ${domain} ${sent} are "sent" and ${arrived} have arrived`] : [];
  });
  return [...known, ...silent];
}

// Two copies, or one of a message that is recorded as not sent, are a fault unless the record says "perhaps".
function twice(book: Book): string[] {
  const { acknowledged, unanswered, rowsOfDomain } = book;
  const known = [...acknowledged.keys()].flatMap((address) => {
    const row = book.row(address);
    const arrivals = book.arrivals(address);
    if (row === undefined || row.wasUnknown) return [];
    const right = row.state === "sent" ? 1 : 0;
    return arrivals > right ? [`${address} (${row.id}) is "${row.state}" and arrived ${arrivals} times`] : [];
  });
  const silent = [...unanswered].flatMap(([domain, addresses]) => {
    const stored = rowsOfDomain.get(domain) ?? [];
    const reported = stored.filter((row) => row.wasUnknown).length;
    const doubled = addresses.filter((address) => book.arrivals(address) > 1).length;
    return doubled > reported ? [`of ${domain} ${doubled} arrived twice and ${reported} are reported`] : [];
  });
  return [...known, ...silent];
}

function notFinal({ messages, queued }: Evidence): string[] {
  const open = messages.filter((row) => !finals.has(row.state));
  const rows = open.map((row) => `${row.id} is "${row.state}" at the end`);
  return queued === 0 ? rows : [...rows, `${queued} rows are still in the queue`];
}

// "Not taken" invites the sender to hand in again: what was stored nevertheless would be there twice.
function refusedAndStored(book: Book): string[] {
  return book.evidence.calls.flatMap((call) =>
    call.tries.flatMap((answer, tryNumber) => {
      if (call.key !== null || (answer.kind !== "refused" && answer.kind !== "unreached")) return [];
      const addresses = addressesOf(call, tryNumber);
      const arrived = addresses.filter((address) => book.arrivals(address) > 0).length;
      const stored = book.rowsOfDomain.get(domainOf(addresses[0] ?? ""))?.length ?? 0;
      return arrived + stored > 0 ? [`call ${call.number}: ${stored} stored, ${arrived} arrived`] : [];
    }),
  );
}

function halves({ unanswered, rowsOfDomain }: Book): string[] {
  return [...unanswered].flatMap(([domain, addresses]) => {
    const stored = rowsOfDomain.get(domain)?.length ?? 0;
    return stored === 0 || stored === addresses.length
      ? []
      : [`of ${domain} ${stored} of ${addresses.length} are stored`];
  });
}

// One Idempotency-Key, one answer; and in the end there is one.
function twoAnswers({ calls }: Evidence): string[] {
  return calls.flatMap((call) => {
    const answers = call.tries.filter((answer) => answer.kind === "acknowledged");
    const texts = new Set(answers.map(({ ids }) => [...ids].map(([a, id]) => `${a}=${id}`).join()));
    if (call.key === null) return texts.size > 1 ? [`call ${call.number} was taken twice`] : [];
    if (texts.size === 0) return [`call ${call.number} never got an answer`];
    const [first] = answers;
    const isWhole = first?.ids.size === messagesOf[call.kind];
    return texts.size === 1 && isWhole ? [] : [`call ${call.number} has ${texts.size} answers`];
  });
}

function nobodys({ evidence, acknowledged, unanswered, rowsOfDomain }: Book): string[] {
  const expected = new Set(acknowledged.values());
  const rows = evidence.messages.filter((row) => !expected.has(row.id) && !unanswered.has(row.domain));
  const asked = new Set([...acknowledged.keys(), ...[...unanswered.values()].flat()]);
  const strangers = [...evidence.receipts].filter(([address, { kept }]) => kept > 0 && !asked.has(address));
  const phantoms = [...unanswered].flatMap(([domain, addresses]) =>
    (rowsOfDomain.get(domain)?.length ?? 0) === 0
      ? addresses.filter((address) => (evidence.receipts.get(address)?.kept ?? 0) > 0)
      : [],
  );
  return [
    ...rows.map((row) => `${row.id} to ${row.domain} was never acknowledged`),
    ...strangers.map(([address]) => `${address} got what nobody has handed in`),
    ...phantoms.map((address) => `${address} got what is on no record`),
  ];
}

// Accepted = sent + bounced + …, and accepted is what was acknowledged and what was stored without an answer.
function sums({ evidence, acknowledged, unanswered, rowsOfDomain }: Book): string[] {
  const inFinals = evidence.messages.filter((row) => finals.has(row.state)).length;
  const total = evidence.messages.length;
  const silent = [...unanswered.keys()].reduce((sum, name) => sum + (rowsOfDomain.get(name)?.length ?? 0), 0);
  const ids = new Set(acknowledged.values());
  return [
    ...(inFinals === total ? [] : [`${total} messages, ${inFinals} in final states`]),
    ...(ids.size + silent === total
      ? []
      : [`${ids.size} acknowledged and ${silent} unanswered, ${total} on record`]),
    ...(ids.size === acknowledged.size ? [] : [`${acknowledged.size} recipients, ${ids.size} ids`]),
  ];
}

// What happened to a message tells its state, its number of attempts and its mark.
function events({ messages, events: all }: Evidence): string[] {
  const of = new Map<bigint, EventRow[]>();
  for (const event of all) {
    const others = of.get(event.messageId);
    if (others === undefined) of.set(event.messageId, [event]);
    else others.push(event);
  }
  const wrong = messages.flatMap((row) => {
    const kinds = (of.get(row.id) ?? []).map(({ kind }) => kind);
    of.delete(row.id);
    return isHistoryOf(row, kinds)
      ? []
      : [`${row.id} is "${row.state}" after ${kinds.join(", ") || "nothing"}`];
  });
  return [...wrong, ...[...of.keys()].map((id) => `events of ${id}, which is on no record`)];
}

function isHistoryOf(row: MessageRow, kinds: string[]): boolean {
  const last = kinds.at(-1) ?? "";
  const isEnd =
    last === row.state && kinds.slice(0, -1).every((kind) => kind === "deferred" || kind === "unknown");
  return isEnd && kinds.includes("unknown") === row.wasUnknown && attemptsIn(kinds) === row.attempts;
}

// A message that is withdrawn or blocked was not attempted; one that expired was attempted before.
function attemptsIn(kinds: string[]): number {
  return kinds.filter((kind) => kind !== "blocked" && kind !== "cancelled").length;
}

function usage({ usage: counted, messages }: Evidence): string[] {
  return counted === messages.length
    ? []
    : [`usage_day says ${counted}, there are ${messages.length} messages`];
}

function tooManyUnknown({ messages, unknownExplained }: Evidence): string[] {
  const reported = messages.filter((row) => row.wasUnknown).length;
  return reported <= unknownExplained
    ? []
    : [`${reported} are reported as perhaps sent, at most ${unknownExplained} were on the wire`];
}

// Bits 12 to 20 of an id are the node that made it (src/base/ids.ts).
function overwritten({ takeovers, events: all }: Evidence): string[] {
  return takeovers.flatMap(({ nodeId, messageIds, knownEventIds, anewFromEventId }) =>
    all
      .filter(({ id, messageId }) => messageIds.has(messageId) && !knownEventIds.has(id))
      .filter(({ id }) => anewFromEventId === null || id < anewFromEventId)
      .filter(({ id }) => Number((id >> 12n) & 511n) === nodeId)
      .map(({ id, messageId, kind }) => `node ${nodeId} wrote "${kind}" (${id}) over ${messageId}`),
  );
}

// Every event and no other, and of a message in the order of the log, whatever the endpoint answered at times.
function told({ tellings, events: all }: Evidence): string[] {
  if (tellings === null) return [];
  const { each, grouped, feed: log } = tellings;
  const sent = new Set(all.filter(({ kind }) => kind === "sent").map(({ id }) => id));
  return [
    ...differences("the endpoint", new Set(each.map(({ id }) => id)), new Set(all.map(({ id }) => id))),
    ...differences("the endpoint for groups", grouped, sent),
    ...disorder(each, log),
  ];
}

function feed({ tellings, events: all }: Evidence): string[] {
  if (tellings === null) return [];
  const known = new Map(all.map((event) => [event.id, event]));
  const read = tellings.feed;
  const wrong = read.filter(({ id, messageId, kind }) => {
    const event = known.get(id);
    return event !== undefined && (event.kind !== kind || event.messageId !== messageId);
  });
  const ids = new Set(read.map(({ id }) => id));
  return [
    ...differences("the feed", ids, new Set(known.keys())),
    ...(ids.size === read.length ? [] : [`the feed has ${read.length - ids.size} events twice`]),
    ...wrong.map(({ id, kind }) => `the feed calls ${id} "${kind}"`),
  ];
}

function statistics({ tellings, messages, events: all }: Evidence): string[] {
  if (tellings === null) return [];
  const counted = new Map([["accepted", messages.length]]);
  for (const { kind } of all) counted.set(kind, (counted.get(kind) ?? 0) + 1);
  const names = new Set([...counted.keys(), ...tellings.statistics.keys()]);
  return [...names].flatMap((name) => {
    const [said = 0, is = 0] = [tellings.statistics.get(name), counted.get(name)];
    return said === is ? [] : [`the statistics say ${said} ${name}, there are ${is}`];
  });
}

function differences(who: string, has: Set<bigint>, shouldHave: Set<bigint>): string[] {
  const missing = [...shouldHave].filter((id) => !has.has(id));
  const strange = [...has].filter((id) => !shouldHave.has(id));
  return [
    ...missing.map((id) => `${who} was not told of ${id}`),
    ...strange.map((id) => `${who} was told of ${id}, which did not happen`),
  ];
}

function disorder(each: Told[], log: Told[]): string[] {
  const places = new Map(log.map(({ id }, index) => [id, index]));
  const last = new Map<bigint, number>();
  return each.flatMap(({ id, messageId }) => {
    const place = places.get(id) ?? -1;
    const before = last.get(messageId) ?? -1;
    last.set(messageId, Math.max(place, before));
    return place < before ? [`${id} of ${messageId} was told late`] : [];
  });
}

function oddAnswers({ calls }: Evidence): string[] {
  return calls.flatMap((call) =>
    call.tries.flatMap((answer) =>
      answer.kind === "odd" ? [`call ${call.number}: ${answer.status} ${answer.text.slice(0, 200)}`] : [],
    ),
  );
}

function statesOf(messages: MessageRow[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { state } of messages) states[state] = (states[state] ?? 0) + 1;
  return states;
}

function figuresOf(book: Book, found: [Rule, string[]][]): Figures {
  const { evidence, acknowledged, unanswered, rowsOfDomain } = book;
  const kept = [...evidence.receipts.values()].map((receipt) => receipt.kept);
  const countOf = (rule: Rule) => found.find(([name]) => name === rule)?.[1].length ?? 0;
  return {
    acknowledged: acknowledged.size,
    storedUnanswered: [...unanswered.keys()].reduce(
      (sum, domain) => sum + (rowsOfDomain.get(domain)?.length ?? 0),
      0,
    ),
    states: statesOf(evidence.messages),
    wasUnknown: evidence.messages.filter((row) => row.wasUnknown).length,
    arrivedOnce: kept.filter((count) => count === 1).length,
    arrivedTwiceReported: kept.filter((count) => count > 1).length - countOf("twice"),
    lost: countOf("lost"),
    twice: countOf("twice"),
  };
}
