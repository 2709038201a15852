import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refusal } from "../../base/errors.ts";
import { record } from "../../core/audit/index.ts";
import { findAccount } from "./accounts.ts";
import type { Command } from "./command.ts";

/** `account export`. */
export const accountExport: Command = {
  name: "account export",
  summary:
    "Writes everything that is held of an account into a new file, a line of JSON each, sealed values opened (GDPR art. 15, 20). Also of a closed account, until it is erased.",
  positionals: [{ name: "ACCOUNT", help: "the account's id, or its owner's address" }],
  options: { to: { value: "FILE", help: "a file that is not there yet", isRequired: true } },
  run: async (context, { positionals, options }) => {
    const { database, ids, clock } = context;
    const accountId = await findAccount(context, positionals[0] ?? "");
    const file = options.to ?? "";
    const target = await openNew(file);
    try {
      const written = await write(context.exportAccount(accountId), target);
      // After it is there: the owner sees that everything was taken out, and when.
      await database.write({ role: "operator" }, (tx) => {
        const actor = { kind: "operator" } as const;
        const action = "account.exported";
        return record(tx, { accountId, id: ids.next(clock.now()), actor, action, subjectId: null });
      });
      const { lines, sizeBytes, sha256 } = written;
      const json = { accountId: accountId.toString(), file, lines, sizeBytes, sha256 };
      const text = `${lines} lines (${sizeBytes} bytes) in ${file}\nSHA-256 ${sha256}`;
      return { json, text };
    } catch (error) {
      // Half of an account, in clear, that nobody knows of; and the next attempt would be refused because of it.
      await rm(file, { force: true });
      throw error;
    }
  },
};

// Readable by who runs the service, and by nobody else: this is all of it in clear.
async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, "wx", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST" && code !== "ENOENT" && code !== "EACCES" && code !== "EISDIR") throw error;
    const reason = code === "EEXIST" ? "is there already" : "cannot be written";
    throw new Refusal(
      "file_not_written",
      `${file} ${reason}. Give --to a new file in a folder that is there.`,
    );
  }
}

// The stream closes the file, whatever happens.
async function write(
  lines: AsyncIterable<string>,
  target: FileHandle,
): Promise<{ lines: number; sizeBytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let [count, sizeBytes] = [0, 0];
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      count += chunk.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0);
      done(null, chunk);
    },
  });
  await pipeline(Readable.from(lines, { objectMode: false }), counted, target.createWriteStream());
  return { lines: count, sizeBytes, sha256: hash.digest("hex") };
}
