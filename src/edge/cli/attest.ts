import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { record } from "../../core/audit/index.ts";
import { type Attestation, attest, readRegister, withdrawAttestation } from "../../core/policy/index.ts";
import type { Command, CommandContext } from "./command.ts";

const positionals = [{ name: "PROMISE", help: "its number: P108" }];
const by = {
  value: "ROLE",
  help: "the role of whoever states it: it is public, so no name",
  isRequired: true,
};
// A contract with its scans.
const documentBytesMax = 100 * 1024 * 1024;

/** `promises attest`. */
export const promisesAttest: Command = {
  name: "promises attest",
  summary:
    "States a promise that no code can prove: contracts, staff, where the servers stand. Public at once, until a day; shown as stated, never as kept.",
  positionals,
  options: {
    by,
    text: { value: "TEXT", help: "what is stated, for everybody to read" },
    file: {
      value: "FILE",
      help: "a document: only its SHA-256 is kept. Without --text, a text that is stated",
    },
    until: { value: "DATE", help: "when it ends: 2027-06-01", isRequired: true },
  },
  run: async (context, { positionals: [promise = ""], options }) => {
    const { text, document } = readWords(options.text, options.file);
    const until = readDay(options.until ?? "");
    const wish = { promise, until, author: options.by ?? "", statement: text };
    const documentHash = document === null ? null : createHash("sha256").update(document).digest();
    const stated = await write(context, "promise.attested", (tx, rest) =>
      attest(tx, rest, { ...wish, documentHash }),
    );
    const lines = [
      `${promise} is stated until ${stated.until.toISOString()}.`,
      `Hash ${stated.hash.toString("hex")}`,
    ];
    return { json: jsonOf(stated), text: lines.join("\n") };
  },
};

/** `promises withdraw`. */
export const promisesWithdraw: Command = {
  name: "promises withdraw",
  summary: "Takes back what was stated of a promise, from now on. What was stated before stays on record.",
  positionals,
  options: { by },
  run: async (context, { positionals: [promise = ""], options }) => {
    const author = options.by ?? "";
    const taken = await write(context, "promise.withdrawn", (tx, rest) =>
      withdrawAttestation(tx, rest, { promise, author }),
    );
    return { json: jsonOf(taken), text: `What was stated of ${promise} is taken back.` };
  },
};

type Rest = Parameters<typeof attest>[1];

async function write(
  context: CommandContext,
  action: string,
  work: (tx: Transaction, rest: Rest) => Promise<Attestation>,
): Promise<Attestation> {
  const { database, clock, ids, systemAccountId } = context;
  const accountId = await systemAccountId();
  return database.write({ role: "operator" }, async (tx) => {
    const done = await work(tx, { entries: readRegister(), ids, now: clock.now() });
    const actor = { kind: "operator" } as const;
    const subjectId = BigInt(done.promise.slice(1));
    // In a trial there is no operator whose account it could stand in.
    if (accountId !== null)
      await record(tx, { accountId, id: ids.next(clock.now()), actor, action, subjectId });
    return done;
  });
}

function readWords(
  text: string | undefined,
  file: string | undefined,
): { text: string; document: Buffer | null } {
  const document = file === undefined ? null : readDocument(file);
  if (text !== undefined) return { text, document };
  if (document === null)
    throw new Refusal("invalid_statement", "Nothing is stated: give --text, or --file with a text.");
  const words = document.toString("utf8");
  if (Buffer.from(words, "utf8").equals(document)) return { text: words.trim(), document };
  throw new Refusal(
    "invalid_statement",
    "The file is no text. Say with --text what it shows; the SHA-256 of the file is kept with it.",
  );
}

function readDocument(file: string): Buffer {
  try {
    if (statSync(file).size <= documentBytesMax) return readFileSync(file);
  } catch (error) {
    throw new Refusal("invalid_statement", `The file cannot be read: ${(error as Error).message}.`);
  }
  throw new Refusal("invalid_statement", "The file is larger than 100 MB.");
}

function readDay(text: string): Date {
  const day = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime())) return day;
  throw new Refusal("invalid_date", `"${text}" is no date. Write 2027-06-01.`);
}

function jsonOf({ promise, at, until, author, statement, documentHash, hash }: Attestation): unknown {
  return {
    ...{ promise, at: at.toISOString(), until: until.toISOString(), author, statement },
    documentHash: documentHash?.toString("hex") ?? null,
    hash: hash.toString("hex"),
  };
}
