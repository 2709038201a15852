import type { Sql, Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { dateOf, type IdSource } from "../../base/ids.ts";
import { type Attestation, attestationHash, latestOf } from "./attestation.ts";
import { insertAttestation, lockAttestations, selectAttestations } from "./attestation-store.ts";
import type { Entry } from "./register.ts";

/** What is to be stated. */
export type AttestationWish = Pick<
  Attestation,
  "promise" | "until" | "author" | "statement" | "documentHash"
>;

const dayMs = 86_400_000;
const authorCharactersMax = 80;
// A statement is read on a page of promises: a paragraph. What is longer is a document, of which the hash is shown.
const statementCharactersMax = 2000;

/** States a promise. Public at once; it can be followed by another one, but neither changed nor removed.
 *  @throws Refusal unknown_promise, not_attestable, invalid_statement, invalid_date */
export async function attest(
  tx: Transaction,
  { entries, ids, now }: { entries: readonly Entry[]; ids: IdSource; now: Date },
  wish: AttestationWish,
): Promise<Attestation> {
  const entry = entryOf(entries, wish.promise);
  checkWords(wish);
  const daysMax = entry.attestedDaysMax ?? 0;
  if (wish.until <= now || wish.until.getTime() > now.getTime() + daysMax * dayMs)
    throw new Refusal(
      "invalid_date",
      `A statement about ${entry.id} ends within ${daysMax} days and is then made anew. Write --until with a date from tomorrow to ${new Date(now.getTime() + daysMax * dayMs).toISOString().slice(0, 10)}.`,
    );
  return append(tx, { ids, now }, wish);
}

/** Takes the statement about a promise back.
 *  @throws Refusal unknown_promise, not_attestable, not_attested */
export async function withdrawAttestation(
  tx: Transaction,
  { entries, ids, now }: { entries: readonly Entry[]; ids: IdSource; now: Date },
  { promise, author }: { promise: string; author: string },
): Promise<Attestation> {
  const entry = entryOf(entries, promise);
  const last = latestOf(await selectAttestations(tx)).get(promise);
  if (last === undefined || last.until <= now)
    throw new Refusal("not_attested", `There is no statement in force about ${entry.id}.`);
  const wish = { promise, author, statement: "Taken back.", documentHash: null };
  checkWords({ ...wish, until: now });
  return append(tx, { ids, now }, { ...wish, until: now });
}

function entryOf(entries: readonly Entry[], promise: string): Entry {
  const entry = entries.find(({ id }) => id === promise);
  if (entry === undefined)
    throw new Refusal(
      "unknown_promise",
      `There is no promise ${promise}. They are P1 to P${entries.length}.`,
    );
  if (entry.attestedDaysMax === null) {
    const open = entries.filter(({ attestedDaysMax }) => attestedDaysMax !== null).map(({ id }) => id);
    throw new Refusal(
      "not_attestable",
      `${promise} is shown by evidence alone: no statement stands in for it. Statements are made about ${open.join(", ")}.`,
    );
  }
  return entry;
}

function checkWords({ author, statement }: AttestationWish): void {
  const wrong = (message: string) => new Refusal("invalid_statement", message);
  if (author.trim() === "" || author.length > authorCharactersMax)
    throw wrong(`--by names the role of whoever states this, in at most ${authorCharactersMax} characters.`);
  if (statement.trim() === "" || statement.length > statementCharactersMax)
    throw wrong(
      `A statement has 1 to ${statementCharactersMax} characters. Give what is longer with --file beside a --text: its hash is shown.`,
    );
  // Everybody reads it, and it stays in the database in clear.
  if (/\S@\S/.test(author) || /\S@\S/.test(statement))
    throw wrong("A statement is public and stays: it holds no mail address. Name a role instead.");
}

async function append(
  tx: Transaction,
  { ids, now }: { ids: IdSource; now: Date },
  wish: AttestationWish,
): Promise<Attestation> {
  await lockAttestations(tx);
  const last = (await selectAttestations(tx)).at(-1);
  const nextId = ids.next(now);
  const id = last !== undefined && last.id >= nextId ? last.id + 1n : nextId;
  const at = dateOf(id);
  const until = wish.until < at ? at : wish.until;
  const bare = { ...wish, id, at, until, previous: last?.hash ?? Buffer.alloc(32) };
  const attestation = { ...bare, hash: attestationHash(bare) };
  await insertAttestation(tx, attestation);
  return attestation;
}

/** The first statement that does not fit to the one before; null when all do. */
export async function brokenAttestation(reader: Sql): Promise<bigint | null> {
  let previous = Buffer.alloc(32);
  for (const each of await selectAttestations(reader)) {
    if (!each.previous.equals(previous) || !attestationHash(each).equals(each.hash)) return each.id;
    previous = Buffer.from(each.hash);
  }
  return null;
}
