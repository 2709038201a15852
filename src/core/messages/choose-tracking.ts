import type { Transaction } from "../../base/database.ts";
import { type ConsentDecision, type ConsentPurpose, recordConsents } from "../consent/index.ts";
import type { ReaderOf } from "../tracking/index.ts";
import { isReaderServed, type ReaderContext, readerAddress } from "./reader-address.ts";

/** What a reader has decided, and the words of the page on which they did. */
export interface ReaderChoice {
  purpose: ConsentPurpose;
  decision: ConsentDecision;
  wording: string;
  version: string;
}

/** Writes what the reader behind a link has decided. Works as long as the account exists, also when the message is long
 *  gone. Answers false when the account is erased: nothing of its readers is kept then. */
export async function chooseTracking(
  tx: Transaction,
  context: ReaderContext,
  reader: ReaderOf,
  { purpose, decision, wording, version }: ReaderChoice,
): Promise<boolean> {
  const { accountId, messageId: sourceId, lookup } = reader;
  if (!(await isReaderServed(tx, context, accountId))) return false;
  const address = (await readerAddress(tx, context.keyring, reader)) ?? "";
  const proof = { address, how: "the page behind a link in a mail", wording, version };
  const by = { accountId, actor: { kind: "link" } } as const;
  await recordConsents(tx, context, by, [
    { lookup, purposes: [purpose], decision, decidedAt: context.now, source: "reader", sourceId, proof },
  ]);
  return true;
}
