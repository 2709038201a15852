import type {
  ApiKeyRecord,
  DomainRecord,
  KeyAccessRecord,
  MetaSenderRecord,
  ProfileRecord,
  SenderRecord,
  UserRecord,
} from "../mailjet/resources/account-services.ts";
import type { MessageFilter, MessageRecord } from "../mailjet/resources/message-services.ts";
import type { Change, Page, Part } from "../mailjet/resources/page.ts";
import type { ResourceServices } from "../mailjet/resources/services.ts";
import type { TemplateContent, TemplateKey, TemplateRecord } from "../mailjet/resources/template-services.ts";
import type { CallbackRecord, CallbackServices } from "../mailjet/resources/webhook-services.ts";
import { parseMemory } from "./memory-empty.ts";
import { statisticsResourceMemory } from "./memory-statistics.ts";

const created = new Date("2020-09-16T10:33:54Z");

/** What the services hold; tests look here to see what a request has done. */
export interface Memory {
  keys: ApiKeyRecord[];
  accesses: KeyAccessRecord[];
  domains: DomainRecord[];
  senders: SenderRecord[];
  metaSenders: MetaSenderRecord[];
  user: UserRecord;
  profile: ProfileRecord;
  messages: MessageRecord[];
  templates: (TemplateRecord & { content: TemplateContent })[];
  callbacks: CallbackRecord[];
  /** The last filter and page that messages were asked with. */
  asked: { filter: MessageFilter; page: Page } | null;
}

/** The services of the resources, held in memory: only the resources' own tests use them. */
export function memoryServices(memory: Memory): ResourceServices {
  return {
    ...statisticsResourceMemory(),
    listApiKeys: async () => memory.keys,
    createSubAccountKey: async (_principal, name, isActive) => {
      const id = BigInt(memory.keys.length + 1);
      const key = {
        ...memory.keys[0],
        id,
        publicKey: "b".repeat(32),
        name,
        isActive,
        isMaster: false,
      } as ApiKeyRecord;
      memory.keys.push(key);
      return { key, secret: "s".repeat(32) };
    },
    updateApiKey: async (_principal, id, change) => changeIn(memory.keys, id, change),
    listKeyAccesses: async () => memory.accesses,
    grantKeyAccess: async (_principal, grant) => {
      const id = BigInt(memory.accesses.length + 1);
      const none = { realUserId: null, subAccountId: null, lastActivityAt: null };
      const access = { ...grant, ...none, id, createdAt: created };
      memory.accesses.push(access);
      return access;
    },
    updateKeyAccess: async (_principal, id, change) => changeIn(memory.accesses, id, change),
    revokeKeyAccess: async (_principal, id) => removeFrom(memory.accesses, id),
    listDomains: async () => memory.domains,
    checkDomain: async () => ({
      dkimStatus: "OK",
      dkimErrors: [],
      dkimRecordCurrentValue: "k=rsa; p=MIG",
      spfStatus: "Not found",
      spfErrors: ["There is no SPF record."],
      spfRecordsCurrentValues: ["v=spf1 ~all"],
    }),
    listReturnPaths: async () => [{ applicationId: "main", domain: "bounces.example.com" }],
    ...senderServices(memory),
    ...callbackServices(memory),
    ...parseMemory(),
    readUser: async () => memory.user,
    updateUser: async (_principal, change) => changeOne(memory, "user", change),
    readProfile: async () => memory.profile,
    updateProfile: async (_principal, change) => changeOne(memory, "profile", change),
    listMessages: async (_principal, filter, page) => {
      memory.asked = { filter, page };
      return partOf(memory.messages, page);
    },
    readMessage: async (_principal, id) => memory.messages.find((each) => each.id === id) ?? null,
    historyOf: async (_principal, id) =>
      memory.messages.some((each) => each.id === id)
        ? [{ at: new Date("2020-10-27T07:27:15Z"), kind: "sent", comment: "", state: "" }]
        : [],
    listInformation: async (_principal, filter, page) => {
      memory.asked = { filter, page };
      return partOf(memory.messages.map(informationOf), page);
    },
    readInformation: async (_principal, id) => {
      const found = memory.messages.find((each) => each.id === id);
      return found === undefined ? null : informationOf(found);
    },
    ...templateServices(memory),
  };
}

function senderServices(memory: Memory) {
  const services: Pick<
    ResourceServices,
    | "listSenders"
    | "createSender"
    | "updateSender"
    | "removeSender"
    | "validateSender"
    | "listMetaSenders"
    | "createMetaSender"
    | "updateMetaSender"
  > = {
    listSenders: async () => memory.senders,
    createSender: async (_principal, sender) => {
      if (!sender.address.includes("@")) return { kind: "invalid-address" };
      const old = memory.senders.find((each) => each.address === sender.address);
      if (old !== undefined) return { kind: "exists", status: old.status };
      const id = BigInt(memory.senders.length + 1);
      const made: SenderRecord = {
        ...sender,
        id,
        createdAt: created,
        domainId: null,
        filename: "",
        status: "Inactive",
      };
      memory.senders.push(made);
      return { kind: "created", sender: made };
    },
    updateSender: async (_principal, id, change) => changeIn(memory.senders, id, change),
    removeSender: async (_principal, id) =>
      changeIn(memory.senders, id, { status: "Deleted" }).kind !== "unknown",
    validateSender: async (_principal, id) =>
      memory.senders.find((each) => each.id === id)?.status === "Active"
        ? { kind: "already-active" }
        : { kind: "asked", method: "ActivationEmail" },
    listMetaSenders: async () => memory.metaSenders,
    createMetaSender: async (_principal, { address, description }) => {
      if (!address.includes("@")) return { kind: "invalid-address" };
      if (memory.metaSenders.some((each) => each.address === address)) return { kind: "exists" };
      const id = BigInt(memory.metaSenders.length + 1);
      const made = {
        id,
        address,
        description,
        createdAt: created,
        filename: "",
        isEnabled: false,
        domainId: null,
      };
      memory.metaSenders.push(made);
      return { kind: "created", sender: made };
    },
    updateMetaSender: async (_principal, id, change) => changeIn(memory.metaSenders, id, change),
  };
  return services;
}

function templateServices(memory: Memory) {
  const find = (key: TemplateKey) =>
    memory.templates.find((each) =>
      key.kind === "id" ? each.id === key.id : each.ownerType === key.ownerType && each.name === key.name,
    );
  const services: Pick<
    ResourceServices,
    | "listTemplates"
    | "readTemplate"
    | "createTemplate"
    | "updateTemplate"
    | "removeTemplate"
    | "readTemplateContent"
    | "writeTemplateContent"
  > = {
    listTemplates: async (_principal, filter, page) => {
      const { name } = filter;
      return partOf(
        memory.templates.filter((each) => name === undefined || each.name === name),
        page,
      );
    },
    readTemplate: async (_principal, key) => find(key) ?? null,
    createTemplate: async (_principal, change) => {
      const made = { ...templateOf(BigInt(memory.templates.length + 1)), ...change };
      if (find({ kind: "name", ownerType: made.ownerType, name: made.name })) return { kind: "exists" };
      memory.templates.push(made);
      return { kind: "created", template: made };
    },
    updateTemplate: async (_principal, key, change) =>
      changeIn<TemplateRecord>(memory.templates, find(key)?.id ?? -1n, change),
    removeTemplate: async (_principal, key) => removeFrom(memory.templates, find(key)?.id ?? -1n),
    readTemplateContent: async (_principal, key) => find(key)?.content ?? null,
    writeTemplateContent: async (_principal, key, content) => {
      const template = find(key);
      if (template === undefined) return null;
      template.content = { ...template.content, ...content };
      return template.content;
    },
  };
  return services;
}

function templateOf(id: bigint): Memory["templates"][number] {
  return {
    id,
    name: "",
    ownerType: "apikey",
    ownerId: 7n,
    author: "",
    copyright: "",
    description: "",
    editMode: 2,
    isStarred: false,
    generatesText: true,
    locale: "en_US",
    presets: "{}",
    categories: [],
    purposes: [],
    createdAt: created,
    changedAt: created,
    content: { html: null, text: null, mjml: null, headers: {} },
  };
}

function informationOf(message: MessageRecord) {
  return {
    id: message.id,
    createdAt: message.arrivedAt,
    endedAt: message.arrivedAt,
    campaignId: message.campaignId,
    contactId: message.contactId,
    sizeBytes: message.sizeBytes,
    openCount: 0,
    clickCount: 0,
    queuedCount: 0,
    sentCount: 1,
  };
}

function partOf<R>(rows: R[], page: Page): Part<R> {
  const shown = page.wantsRows ? rows.slice(page.offset, page.offset + page.limit) : [];
  return { rows: shown, total: rows.length };
}

function changeIn<R extends { id: bigint }>(records: R[], id: bigint, change: Partial<R>): Change<R> {
  const record = records.find((each) => each.id === id);
  if (record === undefined) return { kind: "unknown" };
  const isSame = Object.entries(change).every(([name, value]) => record[name as keyof R] === value);
  if (isSame) return { kind: "unchanged" };
  return { kind: "changed", value: Object.assign(record, change) };
}

function changeOne<N extends "user" | "profile">(
  memory: Memory,
  name: N,
  change: Partial<Memory[N]>,
): Change<Memory[N]> {
  return changeIn([memory[name]], memory[name].id, change as never) as Change<Memory[N]>;
}

function removeFrom(records: { id: bigint }[], id: bigint): boolean {
  const index = records.findIndex((each) => each.id === id);
  if (index >= 0) records.splice(index, 1);
  return index >= 0;
}

function callbackServices({ callbacks }: Memory): CallbackServices {
  const isTaken = (wish: Pick<CallbackRecord, "eventType" | "isBackup">, id?: bigint) =>
    callbacks.some(
      (row) => row.id !== id && row.eventType === wish.eventType && row.isBackup === wish.isBackup,
    );
  return {
    listCallbacks: async () => callbacks,
    createCallback: async (_principal, wish) => {
      if (isTaken(wish)) return { kind: "exists" };
      const callback = { ...wish, id: BigInt(callbacks.length + 1), isAlive: true };
      callbacks.push(callback);
      return { kind: "created", callback };
    },
    updateCallback: async (_principal, id, change) => {
      const found = callbacks.find((row) => row.id === id);
      if (found !== undefined && isTaken({ ...found, ...change }, id)) return { kind: "exists" };
      return changeIn<CallbackRecord>(callbacks, id, change);
    },
    removeCallback: async (_principal, id) => removeFrom(callbacks, id),
    testCallback: async () => ({ status: 200, answer: "thanks", isTaken: true }),
  };
}
