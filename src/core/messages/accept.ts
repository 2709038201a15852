import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import { DatabaseError, isUnavailable } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import { FreshAnswers } from "../../base/fresh-answers.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Keyring } from "../keys/index.ts";
import { type AcceptGroup, answersKeptSince, commitGroup } from "./accept-group.ts";
import { selectIdempotency } from "./accept-store.ts";
import { commitsInFlightMax, GroupWriter } from "./group-writer.ts";
import type { HandOver } from "./hand-over.ts";
import {
  type AcceptedSubmission,
  deliveryDays,
  PartsBundle,
  type PreparedSubmission,
  prepareSubmission,
} from "./prepare.ts";
import { withPurpose } from "./purpose.ts";
import type { SenderRight } from "./sender-right.ts";
import { usageOf } from "./store.ts";
import {
  type AnySubmission,
  type ContentTerms,
  type EnvelopeWish,
  isRaw,
  type MessageContent,
  type SubmissionContent,
} from "./submission.ts";

// What may wait for its commit in memory. Beyond it a request is told to come back: better than to fall over.
const waitingBytesMax = 256 * 1024 * 1024;
// How old the count of an account's messages may be: a quota may be overrun by what comes in within it.
const usageAgeMsMax = 2000;
const usageEntriesMax = 20_000;

/** What acceptance asks of the modules that know senders and templates. */
export interface AcceptRules {
  /** May this account send from this address? @throws Refusal sender_not_allowed, sender_inactive */
  senderRight(accountId: bigint, content: ContentTerms): Promise<SenderRight>;
  /** May reports go to this address at the account's wish? Else anybody could have them sent to anybody. */
  mayHaveReports(accountId: bigint, address: string): Promise<boolean>;
  /** Puts a stored template's text into the content. @throws Refusal template_unknown, template_invalid */
  resolveTemplate(
    accountId: bigint,
    content: SubmissionContent,
    isStrict: boolean,
  ): Promise<SubmissionContent>;
}

/** A request with one or more submissions. */
export interface AcceptRequest {
  accountId: bigint;
  submissions: AnySubmission[];
  /** Validate everything, store nothing. */
  isSandbox: boolean;
  /** Also compile templates and tell of every fault in them. */
  isStrict: boolean;
  idempotency: { key: string; bodyHash: Buffer } | null;
  /** Mail of the service itself on behalf of the account, such as a sender's confirmation: it comes from the operator's
   *  address, which is no sender of the account. */
  isSystem?: boolean;
  /** The answer to the whole request, kept for repeats of an idempotent request. */
  answerOf: (outcomes: AcceptOutcome[]) => Buffer;
}

export type AcceptOutcome =
  | { kind: "accepted"; submission: AcceptedSubmission }
  | { kind: "refused"; refusal: Refusal };

/** `replayed`: the request was answered before, and this is that answer. */
export type AcceptResult =
  | { kind: "answered"; outcomes: AcceptOutcome[]; answer: Buffer }
  | { kind: "replayed"; answer: Buffer };

export interface AcceptOptions {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  figures: FiguresInForce;
  rules: AcceptRules;
  dayQuotaDefault: number;
  /** Told which lanes have new rows, so that delivery need not wait for its next look. */
  onQueued: (lanes: Set<number>) => void;
  /** Delivery in this process, which takes what it can at once. */
  handOver?: HandOver;
  /** Makes partitions for the present time when they are missing. */
  ensurePartitions: () => Promise<void>;
  /** How a wait passes; only tests bring one. */
  pause?: (ms: number) => Promise<void>;
}

/** Takes messages in. When `accept` has answered, they are on disk. */
export class Acceptance {
  readonly #options: AcceptOptions;
  readonly #writer: GroupWriter<AcceptGroup, boolean>;
  readonly #usage = new FreshAnswers<string, { left: number }>(usageAgeMsMax, usageEntriesMax);

  constructor(options: AcceptOptions) {
    this.#options = options;
    this.#writer = new GroupWriter(
      (groups, place) => this.#commit(groups, place),
      // A refusal of the whole group: nobody knows whether it is stored, so no part of it may be tried again.
      (error) => isUnavailable(error) || error instanceof Refusal,
    );
  }

  /** Accepts each submission or says why not; one bad submission does not hold up the others.
   *  @throws Refusal busy, undecided, idempotency_mismatch, account_suspended, quota_exceeded */
  async accept(request: AcceptRequest): Promise<AcceptResult> {
    if (this.#writer.waitingBytes > waitingBytesMax) throw busy();
    await this.#loadKeys(request.accountId);
    const earlier = await this.#replay(request);
    if (earlier !== null) return earlier;
    await this.#checkQuota(request);
    const { outcomes, prepared } = await this.#prepareAll(request);
    const answer = request.answerOf(outcomes);
    if (request.isSandbox || prepared.length === 0) return { kind: "answered", outcomes, answer };
    const isFirst = await this.#store(request, prepared, answer);
    if (isFirst) return { kind: "answered", outcomes, answer };
    // Another request with the same key was committed while this one was being prepared.
    const replay = await this.#replay(request);
    if (replay === null) throw busy();
    return replay;
  }

  async #loadKeys(accountId: bigint): Promise<void> {
    const { database, keyring } = this.#options;
    if (keyring.has(accountId)) return;
    await database.read({ role: "accept" }, (reader) => keyring.load(reader, [accountId]));
  }

  async #replay(request: AcceptRequest): Promise<AcceptResult | null> {
    if (request.idempotency === null) return null;
    const { database, keyring, clock, figures } = this.#options;
    const keyHash = keyring.lookup(request.accountId, `idempotency/${request.idempotency.key}`);
    const found = await database.read({ role: "accept" }, (reader) =>
      selectIdempotency(reader, request.accountId, keyHash),
    );
    if (found === undefined || found.createdAt < answersKeptSince(clock.now(), figures)) return null;
    if (!found.bodyHash.equals(request.idempotency.bodyHash)) {
      throw new Refusal(
        "idempotency_mismatch",
        "This Idempotency-Key was used for a different request shortly before. Use a new key.",
        { field: "Idempotency-Key" },
      );
    }
    const place = { table: "idempotency", accountId: request.accountId, id: found.answerId };
    const answer = keyring.openContent(place, found.sealedAnswer);
    return answer === null ? null : { kind: "replayed", answer };
  }

  async #checkQuota(request: AcceptRequest): Promise<void> {
    const usage = await this.#usageLeft(request.accountId);
    const wanted = request.submissions.reduce((sum, s) => sum + s.to.length + s.cc.length + s.bcc.length, 0);
    if (usage.left < wanted) {
      throw new Refusal(
        "quota_exceeded",
        "The daily number of messages of this account is used up. It starts again at midnight UTC.",
        { retryAfterSeconds: secondsToMidnight(this.#options.clock.now()) },
      );
    }
    if (!request.isSandbox) usage.left -= wanted;
  }

  #usageLeft(accountId: bigint): Promise<{ left: number }> {
    const { clock, database, dayQuotaDefault } = this.#options;
    const day = dayOf(clock.now());
    return this.#usage.get(`${accountId}/${day}`, clock.real(), async () => {
      const found = await database.read({ role: "accept" }, (reader) => usageOf(reader, accountId, day));
      if (found === undefined || found.state !== "active") {
        throw new Refusal("account_suspended", "This account may not send at present. Ask the operator why.");
      }
      const quota = found.quota === null ? dayQuotaDefault : Number(found.quota);
      return { left: quota - Number(found.accepted) };
    });
  }

  async #prepareAll(
    request: AcceptRequest,
  ): Promise<{ outcomes: AcceptOutcome[]; prepared: PreparedSubmission[] }> {
    const { keyring, ids, clock, figures } = this.#options;
    const outcomes: AcceptOutcome[] = [];
    const prepared: PreparedSubmission[] = [];
    const admitted = new Map<MessageContent, Admission>();
    const context = {
      keyring,
      ids,
      accountId: request.accountId,
      now: clock.now(),
      deliveryDays: deliveryDays(figures.at(clock.now())),
      shared: new Map(),
      uses: usesOf(request.submissions),
      bundle: new PartsBundle(),
    };
    for (const submission of request.submissions) {
      const admission = await this.#admitOnce(request, submission.content, admitted);
      if ("refusal" in admission) {
        outcomes.push({ kind: "refused", refusal: admission.refusal });
        continue;
      }
      context.uses.set(admission.content, context.uses.get(submission.content) ?? 1);
      const envelope = await this.#envelopeOf(request.accountId, submission);
      const ready = prepareSubmission(
        context,
        { ...submission, content: admission.content, ...(envelope === null ? {} : { envelope }) },
        admission.right,
      );
      if (envelope !== null && envelope !== submission.envelope) ready.accepted.areReportsRefused = true;
      prepared.push(ready);
      outcomes.push({ kind: "accepted", submission: ready.accepted });
    }
    const last = prepared.at(-1);
    if (last !== undefined) last.sizeBytes += context.bundle.close(context, last.contents);
    return { outcomes, prepared };
  }

  // RFC 3461 §5.2.7 asks for reports at the envelope's sender, whoever that is; but the client has said who it is.
  async #envelopeOf(accountId: bigint, { envelope }: AnySubmission): Promise<EnvelopeWish | null> {
    if (envelope?.from === undefined) return envelope ?? null;
    const isAsked = [...envelope.reports.values()].some(
      ({ notify }) => notify !== undefined && notify !== "never",
    );
    if (!isAsked) return envelope;
    const { from, ...rest } = envelope;
    return (await this.#options.rules.mayHaveReports(accountId, from)) ? envelope : rest;
  }

  // Contents are shared by reference: sender and template are looked at once for all messages that share one.
  async #admitOnce(
    request: AcceptRequest,
    content: MessageContent,
    admitted: Map<MessageContent, Admission>,
  ): Promise<Admission> {
    const known = admitted.get(content);
    if (known !== undefined) return known;
    const admission = await this.#admit(request, content).catch((error: unknown) => {
      if (error instanceof Refusal) return { refusal: error };
      throw error;
    });
    admitted.set(content, admission);
    return admission;
  }

  async #admit(request: AcceptRequest, content: MessageContent): Promise<Admission> {
    const { rules } = this.#options;
    const resolved =
      isRaw(content) || (content.template === null && !content.usesTemplateLanguage)
        ? content
        : await rules.resolveTemplate(request.accountId, content, request.isStrict);
    if (request.isSystem) return { content: resolved, right: this.#systemRight() };
    const right = await rules.senderRight(request.accountId, resolved);
    return { content: withPurpose(resolved, right), right };
  }

  #systemRight(): SenderRight {
    return { senderId: null, staysInInbox: true };
  }

  async #store(request: AcceptRequest, prepared: PreparedSubmission[], answer: Buffer): Promise<boolean> {
    const sizeBytes = prepared.reduce((sum, ready) => sum + ready.sizeBytes, 0);
    const group = {
      accountId: request.accountId,
      prepared,
      idempotency: this.#idempotencyRow(request, answer),
      handedOver: new Set<bigint>(),
    };
    try {
      const isFirst = await this.#writer.add(group, sizeBytes);
      const queued = prepared
        .flatMap(({ deliveries }) => deliveries)
        .filter(({ id }) => !group.handedOver.has(id));
      if (isFirst && queued.length > 0) this.#options.onQueued(new Set(queued.map(({ lane }) => lane)));
      return isFirst;
    } catch (error) {
      if (isUnavailable(error)) throw busy();
      throw error;
    }
  }

  #idempotencyRow(request: AcceptRequest, answer: Buffer): AcceptGroup["idempotency"] {
    if (request.idempotency === null) return null;
    const { keyring, ids, clock } = this.#options;
    const { accountId } = request;
    const createdAt = clock.now();
    const answerId = ids.next(createdAt);
    return {
      accountId,
      keyHash: keyring.lookup(accountId, `idempotency/${request.idempotency.key}`),
      bodyHash: request.idempotency.bodyHash,
      answerId,
      sealedAnswer: keyring.sealContent({ table: "idempotency", accountId, id: answerId }, answer),
      createdAt,
    };
  }

  async #commit(groups: AcceptGroup[], place: number): Promise<boolean[]> {
    const context = { ...this.#options, writer: this.#options.ids.node * commitsInFlightMax + place };
    try {
      return await commitGroup(context, groups);
    } catch (error) {
      // A clock that was just advanced is ahead of the partitions that retention has made.
      if (!isMissingPartition(error)) throw error;
      await this.#options.ensurePartitions();
      return commitGroup(context, groups);
    }
  }
}

type Admission = { content: MessageContent; right: SenderRight } | { refusal: Refusal };

function usesOf(submissions: AnySubmission[]): Map<MessageContent, number> {
  const uses = new Map<MessageContent, number>();
  for (const { content } of submissions) uses.set(content, (uses.get(content) ?? 0) + 1);
  return uses;
}

/** The day of an instant in UTC: 2026-11-23. */
export function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

function secondsToMidnight(now: Date): number {
  return 86_400 - Math.floor((now.getTime() % 86_400_000) / 1000);
}

function busy(): Refusal {
  return new Refusal(
    "busy",
    "The service is busy and has not taken this request. Send it again in a few seconds.",
    {
      retryAfterSeconds: 5,
    },
  );
}

// PostgreSQL reports a row that fits into no partition as a check violation that has no name. Its words depend on the
// language of the server.
function isMissingPartition(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "23514" && error.constraint === undefined;
}
