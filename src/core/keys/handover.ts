import {
  createHmac,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomUUID,
  timingSafeEqual,
} from "node:crypto";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Database, type Sql, sql, type Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { KeyChains } from "./keyring.ts";
import { Ratchet } from "./ratchet.ts";
import { open, seal } from "./sealing.ts";
import { selectInstallation } from "./store.ts";

// A running node looks for questions every second; ten times that is patience enough for a busy one.
const patienceDefaultMs = 15_000;
const pollMs = 250;
// A question nobody has come back for is forgotten; its answer could not be opened by anybody else.
const questionMsMax = 600_000;

interface Question {
  id: string;
  publicKey: Buffer;
  proof: Buffer;
  answer: Buffer | null;
}

/** Where the chains of keys lie in a data folder. */
export const chainFiles = { content: "content.keys", accounts: "account.keys" } as const;

/** What a process asks for when it opens its chains. */
export interface ChainWish {
  /** The folder of the secrets. */
  folder: string;
  /** Where chains begin that have to be made. */
  first: { content: number; accounts: number };
  now: () => Date;
  patienceMs?: number;
}

/** Gets the chains of an installation for a data folder: from its files, or, where it has none, from a node that runs.
 *  The keys pass through the database sealed to a pair that exists only in the memory of the two processes (X25519),
 *  so that the database's log and backups stay blind. Both prove that they know the root key.
 *  @throws Refusal keys_missing  when no node answers */
export async function obtainChains(database: Database, rootKey: Buffer, wish: ChainWish): Promise<KeyChains> {
  const known = await database.read({ role: "operator" }, selectInstallation);
  const files = {
    content: path.join(wish.folder, chainFiles.content),
    accounts: path.join(wish.folder, chainFiles.accounts),
  };
  const lacksContent = known !== undefined && !Ratchet.exists(files.content);
  // An installation from before there was such a chain begins one.
  const lacksAccounts = known?.accountChainId != null && !Ratchet.exists(files.accounts);
  if (lacksContent || lacksAccounts) {
    const states = readStates(await askForStates(database, rootKey, wish));
    if (lacksContent) Ratchet.adopt(files.content, states.content);
    if (lacksAccounts) Ratchet.adopt(files.accounts, states.accounts);
  }
  return openChains(wish.folder, wish.first);
}

/** Reads the chains of a folder, or starts them. */
export function openChains(folder: string, first: ChainWish["first"]): KeyChains {
  return {
    content: Ratchet.load(path.join(folder, chainFiles.content), first.content),
    accounts: Ratchet.load(path.join(folder, chainFiles.accounts), first.accounts),
  };
}

/** The chains as bytes, for a node that asks. */
export function exportStates({ content, accounts }: KeyChains): Buffer {
  return Buffer.concat([content.exportState(), accounts.exportState()]);
}

function readStates(bytes: Buffer): { content: Buffer; accounts: Buffer } {
  const half = bytes.length / 2;
  return { content: bytes.subarray(0, half), accounts: bytes.subarray(half) };
}

async function askForStates(database: Database, rootKey: Buffer, wish: ChainWish): Promise<Buffer> {
  const pair = generateKeyPairSync("x25519");
  const publicKey = pair.publicKey.export({ format: "der", type: "spki" });
  const id = randomUUID();
  await database.write({ role: "delivery" }, (tx) =>
    ask(tx, { id, publicKey, proof: proofOf(rootKey, publicKey), askedAt: wish.now() }),
  );
  const answer = await waitForAnswer(database, id, wish.patienceMs ?? patienceDefaultMs);
  await database.write({ role: "delivery" }, (tx) => forget(tx, id));
  return openAnswer(answer, pair.privateKey, rootKey, id);
}

/** Answers nodes that ask for the chains of keys. Called every second or so; without a question it is one look at an
 *  empty table. */
export async function answerHandovers(
  database: Database,
  rootKey: Buffer,
  state: () => Buffer,
  now: Date,
): Promise<number> {
  const questions = await database.read({ role: "delivery" }, openQuestions);
  const genuine = questions.filter(({ publicKey, proof }) => isGenuine(rootKey, publicKey, proof));
  if (questions.length === 0) return 0;
  await database.write({ role: "delivery" }, async (tx) => {
    for (const question of genuine) await answer(tx, question.id, sealAnswer(state(), question, rootKey));
    await tx.run(sql`delete from key_handover where asked_at < ${new Date(now.getTime() - questionMsMax)}`);
  });
  return genuine.length;
}

async function waitForAnswer(database: Database, id: string, patienceMs: number): Promise<Buffer> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
    const row = await database.read({ role: "delivery" }, (reader) =>
      reader.row<{ answer: Buffer | null }>(
        sql`select h.answer from key_handover h where h.id = ${id}::uuid`,
      ),
    );
    if (row?.answer) return row.answer;
    await pause(pollMs);
  }
  throw new Refusal(
    "keys_missing",
    "This data folder lacks secrets/content.keys or secrets/account.keys, and no running node of this installation has handed them over. Start this node while another one runs, or copy the files from the data folder of one.",
  );
}

// An answer is: our public key, its length before it, and the sealed state.
function sealAnswer(state: Buffer, question: Question, rootKey: Buffer): Buffer {
  const pair = generateKeyPairSync("x25519");
  const publicKey = pair.publicKey.export({ format: "der", type: "spki" });
  const theirs = createPublicKey({ key: question.publicKey, format: "der", type: "spki" });
  const key = keyOf(diffieHellman({ privateKey: pair.privateKey, publicKey: theirs }), rootKey, question.id);
  return Buffer.concat([Buffer.of(publicKey.length), publicKey, seal(key, placeOf(), state)]);
}

function openAnswer(answer: Buffer, privateKey: KeyObject, rootKey: Buffer, id: string): Buffer {
  const end = 1 + (answer[0] ?? 0);
  const theirs = createPublicKey({ key: answer.subarray(1, end), format: "der", type: "spki" });
  return open(
    keyOf(diffieHellman({ privateKey, publicKey: theirs }), rootKey, id),
    placeOf(),
    answer.subarray(end),
  );
}

// The root key is mixed in: whoever writes into the table without it can neither ask nor answer.
function keyOf(shared: Buffer, rootKey: Buffer, id: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", shared, rootKey, `facteur handover ${id}`, 32)));
}

function placeOf(): { table: string; accountId: bigint; id: bigint } {
  return { table: "key_handover", accountId: 0n, id: 0n };
}

function proofOf(rootKey: Buffer, publicKey: Buffer): Buffer {
  return createHmac("sha256", rootKey).update("facteur handover").update(publicKey).digest();
}

function isGenuine(rootKey: Buffer, publicKey: Buffer, proof: Buffer): boolean {
  const expected = proofOf(rootKey, publicKey);
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}

async function ask(
  tx: Transaction,
  row: { id: string; publicKey: Buffer; proof: Buffer; askedAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into key_handover (id, public_key, proof, asked_at)
    values (${row.id}::uuid, ${row.publicKey}, ${row.proof}, ${row.askedAt})`);
}

async function forget(tx: Transaction, id: string): Promise<void> {
  await tx.run(sql`delete from key_handover where id = ${id}::uuid`);
}

async function openQuestions(reader: Sql): Promise<Question[]> {
  return reader.rows(sql`
    select h.id, h.public_key as "publicKey", h.proof, h.answer from key_handover h
    where h.answer is null limit 100`);
}

async function answer(tx: Transaction, id: string, sealed: Buffer): Promise<void> {
  await tx.run(sql`update key_handover set answer = ${sealed} where id = ${id}::uuid and answer is null`);
}
