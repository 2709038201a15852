import type { BuiltMessage } from "../../mail/mime/index.ts";
import type { Keyring } from "../keys/index.ts";
import type { ComposeInput } from "./compose.ts";
import { prepareRaw } from "./compose-raw.ts";
import type { ReportRow } from "./report-store.ts";
import type { RawContent } from "./submission.ts";

/** A report as it will leave, and to whom. */
export interface ReportMail {
  to: string;
  from: string;
  message: Pick<BuiltMessage, "octets" | "head">;
}

interface StoredHead {
  to: string;
  from: string;
  headBytes: number;
}

/** Seals a report with the key of the hour of the message it is about, so that nothing of that message can be read for
 *  longer in its report. */
export function sealReport(
  keyring: Keyring,
  key: Pick<ReportRow, "accountId" | "messageId" | "action">,
  { to, from, message }: ReportMail,
): Buffer {
  const head: StoredHead = { to, from, headBytes: message.head.length };
  const plain = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), message.octets]);
  return keyring.sealContent(placeOf(key), plain);
}

/** What of a report is handed over, as of any other message; null once the key is destroyed. */
export function openReport(
  keyring: Keyring,
  row: ReportRow,
): Pick<ComposeInput, "prepared" | "part" | "identity"> | null {
  const plain = keyring.openContent(placeOf(row), row.sealed);
  if (plain === null) return null;
  const end = plain.indexOf(0x0a);
  const { to, from, headBytes } = JSON.parse(plain.toString("utf8", 0, end)) as StoredHead;
  const part = { to: [], cc: [], variables: {} };
  return {
    prepared: prepareRaw(contentOf(plain.subarray(end + 1), headBytes, from), part),
    part,
    identity: {
      address: to,
      name: "",
      role: "to",
      subject: "",
      customId: "",
      eventPayload: "",
      // RFC 3461 §6.1: nobody is told what becomes of a report.
      isFromNobody: true,
      dsn: { notify: "never" },
    },
  };
}

function contentOf(octets: Buffer, headBytes: number, from: string): RawContent {
  return {
    octets,
    headBytes,
    hasText: true,
    hasHtml: false,
    attachmentCount: 0,
    received: null,
    from: { address: from, name: "" },
    sender: null,
    subject: null,
    trackOpens: "disabled",
    trackClicks: "disabled",
    priority: 2,
    customCampaign: "",
    deduplicatesCampaign: false,
    monitoringCategory: "",
    contactsListId: null,
  };
}

function placeOf({ accountId, messageId, action }: Pick<ReportRow, "accountId" | "messageId" | "action">) {
  return { table: `report/${action}`, accountId, id: messageId };
}
