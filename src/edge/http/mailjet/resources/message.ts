import { invalidParameter } from "../rest/failure.ts";
import {
  decimal,
  flag,
  flagFilter,
  int32,
  int64,
  optionalText,
  reference,
  text,
  time,
} from "../rest/property.ts";
import { type Context, defineResource, type Listing, type Resource } from "../rest/resource.ts";
import { sent } from "./lookup.ts";
import { pageFrom, readOrigin, readStatuses } from "./message-filters.ts";
import {
  type MessageFilter,
  type MessageRecord,
  type MessageReveal,
  type MessageServices,
  messageStatuses,
} from "./message-services.ts";

const filters = {
  BounceReason: text(),
  Campaign: int64(),
  CampaignID: int64(),
  Contact: int64(),
  ContactAlt: text(),
  ContactID: int64(),
  CustomID: text(),
  Destination: int64(),
  From: text(),
  FromDomain: text(),
  FromID: int64(),
  FromTS: time(),
  FromType: text({ dataType: "SmallInt" }),
  MessageState: int64(),
  MessageStatus: text(),
  PlanSubscription: int64(),
  Sender: int64(),
  SenderID: int64(),
  ShowContactAlt: flagFilter(),
  ShowCustomID: flagFilter(),
  ShowSubject: flagFilter(),
  ToTS: time(),
};

type Filters = Context<typeof filters>["filters"];

/** `message`: one row for each recipient of each message. */
export function messageResource(services: Pick<MessageServices, "listMessages" | "readMessage">): Resource {
  return defineResource({
    name: "message",
    typeName: "Message",
    description: "Messages, one for each recipient.",
    properties: {
      ArrivedAt: time(),
      AttachmentCount: int32(),
      AttemptCount: int32(),
      Campaign: reference("TCampaign", { isRequired: true }),
      Contact: reference("TContact", { isRequired: true }),
      ContactAlt: text(),
      CustomID: optionalText(),
      Delay: decimal(),
      Destination: reference("TDestination", { isRequired: true }),
      FilterTime: int32(),
      From: reference("TSender", { isRequired: true }),
      ID: int64({ isReadOnly: true }),
      IsClickTracked: flag(),
      IsHTMLPartIncluded: flag(),
      IsOpenTracked: flag(),
      IsTextPartIncluded: flag(),
      IsUnsubTracked: flag(),
      MessageSize: int64(),
      Sender: reference("TSender"),
      SpamassassinScore: decimal(),
      SpamassRules: text(),
      State: reference("TMessageState"),
      StatePermanent: flag(),
      Status: text({ allowed: messageStatuses }),
      Subject: text(),
      UUID: text(),
    },
    filters,
    sort: { ID: "both", ArrivedAt: "both" },
    list: async (query, { principal }): Promise<Listing<ReturnType<typeof rowOf>>> => {
      const filter = filterOf(query.filters);
      if (filter === null) return { rows: [], total: 0 };
      const reveal = revealOf(query.filters);
      const part = await services.listMessages(principal, filter, pageFrom(query), reveal);
      return { rows: part.rows.map((message) => rowOf(message, reveal)), total: part.total };
    },
    get: async (key, { principal, filters: shown }) => {
      if (key.kind !== "id") return null;
      const reveal = revealOf(shown);
      const message = await services.readMessage(principal, key.id, reveal);
      return message === null ? null : rowOf(message, reveal);
    },
    actions: { export: exportAction() },
  });
}

// Named by the self-description; what it exports, and in which form, is not public.
function exportAction() {
  return { isGlobal: true, parameters: {}, properties: {}, operations: {} };
}

// Sealed fields are opened when they are shown, and not before.
function revealOf(shown: Filters): MessageReveal {
  return {
    recipient: shown.ShowContactAlt === true,
    subject: shown.ShowSubject === true,
    customId: shown.ShowCustomID === true,
  };
}

/** Null when the filters exclude each other: no message has two campaigns. */
function filterOf(wanted: Filters): MessageFilter | null {
  const campaignId = agreeing(wanted.Campaign, wanted.CampaignID);
  const contactId = agreeing(wanted.Contact, wanted.ContactID);
  const senderId = agreeing(wanted.Sender, wanted.SenderID, wanted.FromID);
  if (campaignId === null || contactId === null || senderId === null) return null;
  const { MessageState: reason } = wanted;
  return sent({
    since: wanted.FromTS ?? undefined,
    until: wanted.ToTS ?? undefined,
    statuses: wanted.MessageStatus === undefined ? undefined : statusesOf(wanted.MessageStatus),
    reason: reason === undefined ? undefined : Number(reason),
    customId: wanted.CustomID,
    recipient: wanted.ContactAlt,
    contactId,
    campaignId,
    senderId,
    senderAddress: wanted.From,
    senderDomain: wanted.FromDomain,
    destinationId: bigintOf(wanted.Destination),
    origin: wanted.FromType === undefined ? undefined : readOrigin(wanted.FromType),
  });
}

function statusesOf(value: string) {
  const statuses = readStatuses(value);
  if (statuses === null) throw invalidParameter("MessageStatus", value);
  return statuses;
}

function agreeing(...values: (bigint | number | undefined)[]): bigint | undefined | null {
  const given = values.filter((value) => value !== undefined).map(BigInt);
  const [first] = given;
  return given.every((value) => value === first) ? first : null;
}

function bigintOf(value: bigint | number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}

function rowOf(message: MessageRecord, reveal: MessageReveal) {
  return {
    ArrivedAt: message.arrivedAt,
    AttachmentCount: message.attachmentCount,
    AttemptCount: message.attempts,
    CampaignID: message.campaignId,
    ContactAlt: reveal.recipient ? (message.recipient ?? "") : "",
    ContactID: message.contactId,
    // Recordings without ShowCustomID do not have this field at all.
    CustomID: reveal.customId ? (message.customId ?? "") : undefined,
    Delay: message.delaySeconds,
    DestinationID: message.destinationId,
    FilterTime: 0,
    FromID: null,
    ID: message.id,
    IsClickTracked: message.tracksClicks,
    IsHTMLPartIncluded: message.hasHtml,
    IsOpenTracked: message.tracksOpens,
    IsTextPartIncluded: message.hasText,
    IsUnsubTracked: false,
    MessageSize: message.sizeBytes,
    SenderID: message.senderId,
    SpamassassinScore: 0,
    SpamassRules: "",
    StateID: message.reason === null ? null : BigInt(message.reason),
    StatePermanent: message.isPermanent,
    Status: message.status,
    Subject: reveal.subject ? (message.subject ?? "") : "",
    UUID: message.uuid,
  };
}
