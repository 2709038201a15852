import { invalidParameter } from "../rest/failure.ts";
import { decimal, flagFilter, int16, int64, object, reference, text, time } from "../rest/property.ts";
import { type Context, defineResource, type Listing, type Resource } from "../rest/resource.ts";
import { sent } from "./lookup.ts";
import { pageFrom, readOrigin, readStatuses } from "./message-filters.ts";
import type { MessageFilter, MessageInformation, MessageServices } from "./message-services.ts";

const described = { isReadOnly: true } as const;

const filters = {
  CampaignID: int64(),
  CampaignStatus: int16(),
  ContactsList: int64(),
  ContactsListID: int64(),
  CustomCampaign: text(),
  From: text(),
  FromDomain: text(),
  FromID: int64(),
  FromTS: time(),
  FromType: text({ dataType: "LongInt" }),
  IsDeleted: flagFilter(),
  IsNewsletterTool: flagFilter(),
  IsStarred: flagFilter(),
  MessageStatus: text({ dataType: "TMessageStatus" }),
  Period: text(),
  ToTS: time(),
};

/** `messageinformation`: counters of a message. */
export function messageInformationResource(
  services: Pick<MessageServices, "listInformation" | "readInformation">,
): Resource {
  return defineResource({
    name: "messageinformation",
    typeName: "MessageInformation",
    description: "Counters of a message.",
    isReadOnly: true,
    properties: {
      Campaign: reference("TCampaign", described),
      ClickTrackedCount: int64(described),
      Contact: reference("TContact", described),
      CreatedAt: time(described),
      ID: int64(described),
      MessageSize: int64(described),
      OpenTrackedCount: int64(described),
      QueuedCount: int64(described),
      SendEndAt: time(described),
      SentCount: int64(described),
      SpamAssassinRules: object({ ...described, dataType: "TSpamAssassinRuleList" }),
      SpamAssassinScore: decimal(described),
    },
    filters,
    sort: { ID: "both", ArrivedAt: "both" },
    list: async (query, { principal }): Promise<Listing<ReturnType<typeof rowOf>>> => {
      const part = await services.listInformation(principal, filterOf(query.filters), pageFrom(query));
      return { rows: part.rows.map(rowOf), total: part.total };
    },
    get: async (key, { principal }) => {
      const found = key.kind === "id" ? await services.readInformation(principal, key.id) : null;
      return found === null ? null : rowOf(found);
    },
  });
}

function filterOf(wanted: Context<typeof filters>["filters"]): MessageFilter {
  const listId = wanted.ContactsListID ?? wanted.ContactsList;
  return sent({
    since: wanted.FromTS ?? undefined,
    until: wanted.ToTS ?? undefined,
    statuses: statusesOf(wanted.MessageStatus),
    campaignId: wanted.CampaignID === undefined ? undefined : BigInt(wanted.CampaignID),
    customCampaign: wanted.CustomCampaign,
    contactsListId: listId === undefined ? undefined : BigInt(listId),
    senderId: wanted.FromID === undefined ? undefined : BigInt(wanted.FromID),
    senderAddress: wanted.From,
    senderDomain: wanted.FromDomain,
    origin: wanted.FromType === undefined ? undefined : readOrigin(wanted.FromType),
  });
}

function statusesOf(value: string | undefined) {
  if (value === undefined) return undefined;
  const statuses = readStatuses(value);
  if (statuses === null) throw invalidParameter("MessageStatus", value);
  return statuses;
}

function rowOf(information: MessageInformation) {
  return {
    // Recorded as 0 where a message belongs to no campaign.
    CampaignID: information.campaignId ?? 0n,
    ClickTrackedCount: information.clickCount,
    ContactID: information.contactId,
    CreatedAt: information.createdAt,
    ID: information.id,
    MessageSize: information.sizeBytes,
    OpenTrackedCount: information.openCount,
    QueuedCount: information.queuedCount,
    SendEndAt: information.endedAt,
    SentCount: information.sentCount,
    SpamAssassinRules: { ALT: "", ID: -1 },
    SpamAssassinScore: 0,
  };
}
