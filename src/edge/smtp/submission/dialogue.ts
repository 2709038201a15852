import { createHash, randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../../base/clock.ts";
import { isUnavailable } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type {
  AuthenticationResult,
  Authenticator,
  Principal,
  SmtpRefusalKind,
} from "../../../core/accounts/index.ts";
import type {
  Acceptance,
  AcceptOutcome,
  AcceptRequest,
  AnySubmission,
  EnvelopeWish,
  Party,
} from "../../../core/messages/index.ts";
import {
  type Address,
  isAddressProblem,
  normaliseForLookup,
  parseAddress,
} from "../../../mail/address/index.ts";
import type { Credentials } from "../../../mail/smtp/index.ts";
import {
  type Dialogue,
  type Peer,
  type ReceivedMessage,
  type ReceivedRecipient,
  reply,
  type ServerReply,
} from "../../../mail/smtp/server/index.ts";
import { asksForTemplate } from "./control-headers.ts";
import type { LoginFailures } from "./failures.ts";
import { flawReply } from "./flaws.ts";
import type { KeyConnections } from "./key-connections.ts";
import { idsCharactersMax, turnWaitMsMax } from "./limits.ts";
import { type ReadMessage, readMessage } from "./read-message.ts";
import type { RefusalNotes } from "./refusal-notes.ts";
import {
  authUnavailable,
  crowdedKey,
  namelessPostmaster,
  powerlessKey,
  refusalReply,
  suspendedKey,
  tooFast,
  unavailable,
  withdrawnKey,
  wrongKey,
} from "./refusals.ts";
import { contentOfTemplateMessage } from "./template-message.ts";

/** What submission needs of the service. */
export interface SubmissionContext {
  /** The name this server gives itself. */
  name: string;
  clock: Clock;
  log: Log;
  acceptance: Pick<Acceptance, "accept">;
  authenticator: Pick<Authenticator, "authenticate" | "ownerOf">;
  /** Seconds until this key may send another message; 0 for now. */
  waitOf: (keyId: bigint) => number;
  failures: LoginFailures;
  refusals: RefusalNotes;
  keyConnections: KeyConnections;
}

interface Login {
  principal: Principal;
  credentials: Credentials;
}

/** What is decided in the conversation with one client that hands in mail. */
export class SubmissionDialogue implements Dialogue {
  readonly #context: SubmissionContext;
  readonly #peer: Peer;
  #login: Login | null = null;
  #isOver = false;

  constructor(context: SubmissionContext, peer: Peer) {
    this.#context = context;
    this.#peer = peer;
  }

  async authenticate(credentials: Credentials): Promise<ServerReply | null> {
    const { failures, refusals, keyConnections } = this.#context;
    const result = await this.#check(credentials);
    if (result === null) return authUnavailable;
    if (result.kind === "unknown") {
      // After the wait, so that the time of the answer tells nobody which keys there are.
      await failures.penalty(this.#peer.address);
      void this.#tellOwner(credentials.user, "wrong_secret", wrongKey);
      return wrongKey;
    }
    const { principal } = result;
    if (result.kind !== "authenticated") {
      refusals.note(principal, "not_allowed", suspendedKey);
      return suspendedKey;
    }
    if (!mayGive(principal)) {
      refusals.note(principal, "not_allowed", powerlessKey);
      return powerlessKey;
    }
    // Gone while its key was looked up: nobody would count it out again.
    if (this.#isOver) return authUnavailable;
    this.#release();
    if (!keyConnections.add(principal.keyId)) {
      refusals.note(principal, "crowded", crowdedKey);
      return crowdedKey;
    }
    this.#login = { principal, credentials };
    return null;
  }

  saidInClear(user: string, answer: ServerReply): void {
    // As late as after a wrong secret, so that asking for keys costs the same here.
    void this.#context.failures
      .penalty(this.#peer.address)
      .then(() => this.#tellOwner(user, "not_encrypted", answer));
  }

  // The owner of a key learns that somebody says it and is refused; who says it does not learn that there is one.
  async #tellOwner(user: string, kind: SmtpRefusalKind, answer: ServerReply): Promise<void> {
    const { authenticator, refusals, log } = this.#context;
    if (!keyForm.test(user)) return;
    try {
      const owner = await authenticator.ownerOf(user);
      if (owner !== null) refusals.note(owner, kind, answer);
    } catch (error) {
      log.warn("smtp.refusal_not_noted", { error });
    }
  }

  mail(): Promise<ServerReply | null> | null {
    const { waitOf } = this.#context;
    const { keyId } = this.#loggedIn().principal;
    const waitSeconds = waitOf(keyId);
    return waitSeconds === 0 ? null : this.#turn(keyId, waitSeconds);
  }

  recipient({ to }: ReceivedRecipient): ServerReply | null {
    return to === "postmaster" ? namelessPostmaster : null;
  }

  async message(message: ReceivedMessage): Promise<ServerReply> {
    const { clock, log } = this.#context;
    const startedAt = clock.real();
    // Held from here on: the client may leave while its message is taken.
    const login = this.#loggedIn();
    const answer = await this.#take(message, login);
    if (answer.code >= 400) this.#context.refusals.note(login.principal, "refused", answer);
    const { accountId, keyId } = login.principal;
    const ms = Math.round(clock.real() - startedAt);
    log.info("smtp.message", {
      accountId,
      keyId,
      recipients: message.recipients.length,
      code: answer.code,
      ms,
    });
    return answer;
  }

  ended(): void {
    this.#isOver = true;
    this.#release();
  }

  #release(): void {
    if (this.#login === null) return;
    this.#context.keyConnections.remove(this.#login.principal.keyId);
    this.#login = null;
  }

  #loggedIn(): Login {
    if (this.#login === null) throw new Error("Nobody has logged in.");
    return this.#login;
  }

  async #check({ user, password }: Credentials): Promise<AuthenticationResult | null> {
    if (!keyForm.test(user)) return { kind: "unknown" };
    try {
      return await this.#context.authenticator.authenticate(user, password);
    } catch (error) {
      if (isUnavailable(error)) return null;
      throw error;
    }
  }

  // Programs hand in one message after the other as fast as they are taken: they wait here, and lose nothing by it.
  async #turn(keyId: bigint, firstSeconds: number): Promise<ServerReply | null> {
    const { clock, waitOf } = this.#context;
    const end = clock.real() + turnWaitMsMax;
    for (let waitSeconds = firstSeconds; waitSeconds > 0; waitSeconds = waitOf(keyId)) {
      const waitMs = Math.ceil(waitSeconds * 1000);
      if (clock.real() + waitMs > end) return tooFast(waitSeconds);
      await pause(waitMs);
    }
    return null;
  }

  async #take(message: ReceivedMessage, { principal, credentials }: Login): Promise<ServerReply> {
    // Asked for each message: a connection may be kept for hours after its key was taken back.
    const still = await this.#check(credentials);
    if (still === null) return unavailable;
    if (still.kind !== "authenticated" || !mayGive(still.principal)) return withdrawnKey;
    const { name, clock } = this.#context;
    const read = readMessage(message.octets, {
      received: { by: name, protocol: message.protocol },
      now: clock.now(),
      newId: () => randomBytes(15).toString("hex"),
      isUtf8: message.parameters.isUtf8,
    });
    return "field" in read ? flawReply(read) : this.#accept(principal.accountId, message, read);
  }

  async #accept(accountId: bigint, message: ReceivedMessage, read: ReadMessage): Promise<ServerReply> {
    const submission = await submissionOf(message, read);
    let answer: ServerReply | null = null;
    const request: AcceptRequest = {
      accountId,
      submissions: [submission],
      isSandbox: false,
      isStrict: false,
      idempotency: idempotencyOf(submission, read),
      answerOf: (outcomes) => {
        answer = answerOf(outcomes);
        // Kept for a repeat, which only a message with a key of its own can have.
        return request.idempotency === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(answer));
      },
    };
    try {
      const result = await this.#context.acceptance.accept(request);
      if (result.kind === "answered" && answer !== null) return answer;
      return JSON.parse(result.answer.toString()) as ServerReply;
    } catch (error) {
      if (error instanceof Refusal) return refusalReply(error);
      if (isUnavailable(error)) return unavailable;
      throw error;
    }
  }
}

// A key has 32 characters. What could be none is not asked the database for.
const keyForm = /^[\x21-\x7e]{1,128}$/;

function mayGive({ scopes }: Principal): boolean {
  return scopes.includes("full") || scopes.includes("send");
}

async function submissionOf(message: ReceivedMessage, read: ReadMessage): Promise<AnySubmission> {
  const { control } = read;
  const isComposed = asksForTemplate(read.control);
  return {
    content: isComposed ? await contentOfTemplateMessage(read) : read.content,
    // What is written shows whom it likes; what is composed anew shall show the same.
    ...(isComposed ? { shown: read.shown } : {}),
    ...rolesOf(addressesOf(message), read.shown),
    variables: control.variables ?? {},
    customId: control.customId,
    eventPayload: control.eventPayload,
    envelope: envelopeOf(message),
  };
}

function addressesOf({ recipients }: ReceivedMessage): Address[] {
  return recipients.flatMap(({ to }) => (to === "postmaster" ? [] : [to]));
}

/** Who gets the message stands in the envelope; the header tells their names, and who sees whom. */
function rolesOf(
  addresses: readonly Address[],
  shown: ReadMessage["shown"],
): Pick<AnySubmission, "to" | "cc" | "bcc"> {
  const names = new Map([...entriesOf(shown.cc, "cc"), ...entriesOf(shown.to, "to")]);
  const roles: Pick<AnySubmission, "to" | "cc" | "bcc"> = { to: [], cc: [], bcc: [] };
  const seen = new Set<string>();
  for (const address of addresses) {
    const lookup = normaliseForLookup(address);
    if (seen.has(lookup)) continue;
    seen.add(lookup);
    const { role, name } = names.get(lookup) ?? { role: "bcc", name: "" };
    roles[role].push({ address: address.text, name });
  }
  return roles;
}

function entriesOf(
  parties: readonly Party[],
  role: "to" | "cc",
): [string, { role: "to" | "cc"; name: string }][] {
  return parties.flatMap(({ address, name }): [string, { role: "to" | "cc"; name: string }][] => {
    const parsed = parseAddress(address);
    return isAddressProblem(parsed) ? [] : [[normaliseForLookup(parsed), { role, name }]];
  });
}

function envelopeOf({ from, parameters, recipients }: ReceivedMessage): EnvelopeWish {
  const reports: EnvelopeWish["reports"] = new Map(
    recipients.flatMap(({ to, parameters: own }) => {
      const wish = { ...parameters.report, ...own };
      return to === "postmaster" || Object.keys(wish).length === 0 ? [] : [[to.text, wish] as const];
    }),
  );
  return { isFromNobody: from === null, ...(from === null ? {} : { from: from.text }), reports };
}

// Libraries that repeat a message make its Date, Message-ID and boundaries anew, so its octets are not compared: the same
// key with the same author, subject and recipients is the same message.
function idempotencyOf(
  { to, cc, bcc, content }: AnySubmission,
  { control }: ReadMessage,
): AcceptRequest["idempotency"] {
  if (control.idempotencyKey === null) return null;
  const recipients = [...to, ...cc, ...bcc].map(({ address }) => address).sort();
  const said = JSON.stringify(["smtp", content.from?.address ?? "", content.subject ?? "", recipients]);
  return { key: control.idempotencyKey, bodyHash: createHash("sha256").update(said).digest() };
}

// RFC 3461 §5.2.1 knows no reply for it; whoever reads the answer shall not wait for reports that never come.
const noReports = ". No delivery reports: MAIL FROM is no active sender of this account";

function answerOf([outcome]: AcceptOutcome[]): ServerReply {
  if (outcome === undefined) throw new Error("A submission has no outcome.");
  if (outcome.kind === "refused") return refusalReply(outcome.refusal);
  const { to, cc, bcc, areReportsRefused } = outcome.submission;
  const ids = [...to, ...cc, ...bcc].map(({ id }) => id.toString()).join(", ");
  const shown =
    ids.length <= idsCharactersMax ? ids : `${ids.slice(0, idsCharactersMax).replace(/, \d*$/, "")} ...`;
  return reply(250, "2.0.0", `Queued as ${shown}${areReportsRefused === true ? noReports : ""}`);
}
