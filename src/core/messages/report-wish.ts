import type { DsnRequest } from "../../mail/smtp/index.ts";
import type { Keyring } from "../keys/index.ts";
import type { ReportWishRow } from "./report-wish-store.ts";
import type { EnvelopeWish } from "./submission.ts";

/** What a report needs of the request for it, sealed with the key of the message's hour. */
export interface ReportTerms extends Omit<DsnRequest, "notify"> {
  /** The envelope's sender. */
  to: string;
}

// RFC 3461 §9.2 leaves it to the server; most use this. Greylisting and restarts are over by then, and half of a working
// day is left to reach somebody by telephone.
const delayReportHours = 4;
const hourMs = 3_600_000;

/** What is kept of a wish for reports of one recipient; null where there is none. Only who says NOTIFY asks: RFC 3461 §4.1
 *  lets us decide for the others, and a list of a million must not return to an address that did not ask for it. */
export function wishOf(
  { keyring, accountId, now }: { keyring: Keyring; accountId: bigint; now: Date },
  messageId: bigint,
  { from, request }: { from: EnvelopeWish["from"]; request: DsnRequest | undefined },
): ReportWishRow | null {
  if (from === undefined || request?.notify === undefined || request.notify === "never") return null;
  const { notify, ...rest } = request;
  const terms: ReportTerms = { to: from, ...rest };
  const onDelay = notify.includes("delay");
  return {
    accountId,
    messageId,
    onSuccess: notify.includes("success"),
    onFailure: notify.includes("failure"),
    onDelay,
    dueAt: onDelay ? new Date(now.getTime() + delayReportHours * hourMs) : null,
    sealed: keyring.sealContent(placeOf(accountId, messageId), Buffer.from(JSON.stringify(terms))),
  };
}

/** Opens what `wishOf` has sealed; null when the key of its hour is destroyed. */
export function openTerms(
  keyring: Keyring,
  { accountId, messageId, sealed }: Pick<ReportWishRow, "accountId" | "messageId" | "sealed">,
): ReportTerms | null {
  const plain = keyring.openContent(placeOf(accountId, messageId), sealed);
  return plain === null ? null : (JSON.parse(plain.toString()) as ReportTerms);
}

// Content, although it is no message's: it goes dark with the message it is about.
function placeOf(accountId: bigint, messageId: bigint) {
  return { table: "report_wish", accountId, id: messageId };
}

/** What the next server has said later of a message it took: RFC 3464 §2.3. */
export interface ReturnedReport {
  action: "delivered" | "relayed" | "expanded" | "delayed";
  status: string | null;
  replyCode: number | null;
  text: string;
  host: string | null;
}

export function sealReturned(
  keyring: Keyring,
  { accountId, messageId }: Pick<ReportWishRow, "accountId" | "messageId">,
  returned: ReturnedReport,
): Buffer {
  return keyring.sealContent(returnedPlace(accountId, messageId), Buffer.from(JSON.stringify(returned)));
}

export function openReturned(
  keyring: Keyring,
  { accountId, messageId }: Pick<ReportWishRow, "accountId" | "messageId">,
  sealed: Buffer,
): ReturnedReport | null {
  const plain = keyring.openContent(returnedPlace(accountId, messageId), sealed);
  return plain === null ? null : (JSON.parse(plain.toString()) as ReturnedReport);
}

function returnedPlace(accountId: bigint, messageId: bigint) {
  return { table: "report_wish/returned", accountId, id: messageId };
}
