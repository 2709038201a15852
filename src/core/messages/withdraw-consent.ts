import type { Transaction } from "../../base/database.ts";
import { type ConsentPurpose, recordWithdrawal } from "../consent/index.ts";
import type { ReaderOf } from "../tracking/index.ts";
import { isReaderServed, type ReaderContext, readerAddress } from "./reader-address.ts";

/** Writes that the reader behind a link has taken a consent back. Works as long as the account exists, also when the
 *  message is long gone. Does nothing when the account is erased: nothing of its readers is kept then. */
export async function withdrawConsent(
  tx: Transaction,
  context: ReaderContext,
  reader: ReaderOf,
  purpose: ConsentPurpose,
): Promise<void> {
  if (!(await isReaderServed(tx, context, reader.accountId))) return;
  const address = (await readerAddress(tx, context.keyring, reader)) ?? "";
  const proof = { address, how: "the page behind a link in a mail", wording: "", version: "" };
  await recordWithdrawal(tx, context, { ...reader, purpose, proof });
}
