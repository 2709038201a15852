import { messageReasonText } from "../../message-reasons.ts";
import { invalidParameter } from "../rest/failure.ts";
import { flag, flagFilter, int64, reference, text, time } from "../rest/property.ts";
import { defineResource, type Listing, type Resource } from "../rest/resource.ts";
import { exportAction } from "./event-statistics.ts";
import { sent } from "./lookup.ts";
import { pageFrom, readOrigin, readStatuses } from "./message-filters.ts";
import type { MessageFilter, MessageRecord, MessageServices } from "./message-services.ts";
import { campaignFilters } from "./statistics-filters.ts";

const shown = { isReadOnly: true } as const;

const properties = {
  ArrivalTs: time(shown),
  Blocked: flag(shown),
  Bounce: flag(shown),
  BounceDate: time(shown),
  BounceReason: text(shown),
  Campaign: reference("TCampaign", { ...shown, isRequired: true }),
  Click: flag(shown),
  CntRecipients: int64(shown),
  ComplaintDate: time(shown),
  Contact: reference("TContact", { ...shown, isRequired: true }),
  Details: text(shown),
  FBLSource: text(shown),
  MessageID: int64(shown),
  Open: flag(shown),
  Queued: flag(shown),
  Sent: flag(shown),
  Spam: flag(shown),
  State: reference("TMessageState", { ...shown, isRequired: true }),
  StatePermanent: flag(shown),
  Status: text(shown),
  ToEmail: text(shown),
  Unsub: flag(shown),
  Workflow: reference("TWorkflow", shown),
};

const filters = {
  ...campaignFilters,
  AllMessages: flagFilter(),
  BounceEventFromTs: time(),
  BounceEventToTs: time(),
  Contact: int64(),
  CustomID: text(),
  MessageStatus: text(),
  ProcessEmailAutomationRelations: flagFilter(),
  RawData: flagFilter(),
  ShowExtraData: flagFilter(),
  SpamEventFromTs: time(),
  SpamEventToTs: time(),
  WorkflowID: int64(),
};

/** `messagesentstatistics`: messages with what became of them. What readers do is not told of single messages. */
export function messageSentStatisticsResource(services: Pick<MessageServices, "listMessages">): Resource {
  return defineResource({
    name: "messagesentstatistics",
    typeName: "MessageSentStatistics",
    description: "Messages with what became of them.",
    isReadOnly: true,
    properties,
    filters,
    sort: { ID: "both", ArrivalTs: "both" },
    list: async (query, { principal }): Promise<Listing<ReturnType<typeof rowOf>>> => {
      const wanted = query.filters;
      if (wanted.WorkflowID !== undefined) return { rows: [], total: 0 };
      const listId = wanted.ContactsListID ?? wanted.ContactsList;
      const filter: MessageFilter = sent({
        since: wanted.FromTS ?? undefined,
        until: wanted.ToTS ?? undefined,
        statuses: statusesOf(wanted.MessageStatus),
        customId: wanted.CustomID,
        contactId: bigintOf(wanted.Contact),
        campaignId: bigintOf(wanted.CampaignID),
        customCampaign: wanted.CustomCampaign,
        contactsListId: bigintOf(listId),
        senderId: bigintOf(wanted.FromID),
        senderAddress: wanted.From,
        senderDomain: wanted.FromDomain,
        origin: wanted.FromType === undefined ? undefined : readOrigin(wanted.FromType),
      });
      const reveal = { recipient: true, subject: false, customId: false };
      const part = await services.listMessages(principal, filter, pageFrom(query), reveal);
      return { rows: part.rows.map(rowOf), total: part.total };
    },
    actions: { export: exportAction },
  });
}

function statusesOf(value: string | undefined) {
  if (value === undefined || value === "") return undefined;
  const statuses = readStatuses(value);
  if (statuses === null) throw invalidParameter("MessageStatus", value);
  return statuses;
}

function bigintOf(value: bigint | number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}

function rowOf(message: MessageRecord) {
  const { status } = message;
  const isBounce = status === "hardbounced" || status === "softbounced";
  return {
    ArrivalTs: message.arrivedAt,
    Blocked: status === "blocked",
    Bounce: isBounce,
    BounceDate: isBounce ? message.changedAt : null,
    BounceReason: isBounce ? messageReasonText(message.reason) : "",
    CampaignID: message.campaignId ?? 0n,
    Click: false,
    CntRecipients: 1,
    ComplaintDate: null,
    ContactID: message.contactId,
    Details: "",
    FBLSource: "",
    MessageID: message.id,
    Open: false,
    Queued: status === "queued" || status === "deferred",
    Sent: status === "sent",
    Spam: false,
    StateID: BigInt(message.reason ?? 0),
    StatePermanent: message.isPermanent,
    Status: status,
    ToEmail: message.recipient ?? "",
    Unsub: false,
    WorkflowID: null,
  };
}
