import { mailjetEventTypes } from "../../../../core/webhooks/index.ts";
import { alreadyExists, invalidProperty } from "../rest/failure.ts";
import { flag, flagFilter, int16, int64, optionalText, reference, text } from "../rest/property.ts";
import { type Context, defineResource, type Key, type Resource } from "../rest/resource.ts";
import { equalsIgnoringCase, pageOf } from "../rest/rows.ts";
import { rowOfChange, sent } from "./lookup.ts";
import type { CallbackRecord, CallbackServices } from "./webhook-services.ts";

const properties = {
  AccountID: optionalText(),
  APIKey: reference("TAPIKey", { isReadOnly: true, isRequired: true }),
  EventType: text({ isRequired: true, dataType: "TTriggerEvent", allowed: mailjetEventTypes }),
  ID: int64({ isReadOnly: true }),
  IsBackup: flag(),
  ProjectID: optionalText(),
  QueueName: optionalText(),
  Region: optionalText(),
  Resource: optionalText(),
  SharedAccessSignature: optionalText(),
  Status: text({ dataType: "TTriggerStatus", default: "alive", allowed: ["dead", "alive"] }),
  Topic: optionalText(),
  Url: text({ isRequired: true }),
  Version: int16({ default: "1" }),
};

const filters = {
  APIKey: int64(),
  Backup: flagFilter(),
  EventType: text({ dataType: "TTriggerEvent" }),
  Status: text({ dataType: "TTriggerStatus" }),
  Version: int16(),
};

// The numbers that a filter may use for the types.
const numbers = new Map([
  ["1", "click"],
  ["2", "bounce"],
  ["3", "spam"],
  ["4", "blocked"],
  ["5", "unsub"],
  ["6", "open"],
  ["7", "sent"],
]);

/** `eventcallbackurl`: where events are posted to, one URL and one backup for each type. The URL may hold credentials,
 *  so reading it needs the permission to manage. */
export function eventCallbackUrlResource(services: CallbackServices): Resource {
  const find = (key: Key, { principal }: Pick<Context, "principal">) =>
    findCallback(services, principal, key);
  return defineResource({
    name: "eventcallbackurl",
    typeName: "EventCallbackUrl",
    description: "Where events are posted to.",
    uniqueKey: "EventType|Backup",
    readPermission: "manage",
    properties,
    filters,
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const rows = (await services.listCallbacks(principal)).map((callback) => rowOf(callback, principal));
      return pageOf(rows, query, {
        APIKey: (row, wanted) => row.APIKeyID === BigInt(wanted),
        Backup: (row, wanted) => row.IsBackup === wanted,
        EventType: (row, wanted) => equalsIgnoringCase(row.EventType, numbers.get(wanted) ?? wanted),
        Status: (row, wanted) => equalsIgnoringCase(row.Status, wanted),
        Version: (row, wanted) => row.Version === wanted,
      });
    },
    get: async (key, context) => {
      const found = await find(key, context);
      return found === undefined ? null : rowOf(found, context.principal);
    },
    create: async (values, { principal }) => {
      const wish = {
        eventType: typeOf(values.EventType ?? ""),
        isBackup: values.IsBackup ?? false,
        url: values.Url ?? "",
        isGrouped: isGrouped(values.Version ?? 1),
      };
      const outcome = await services.createCallback(principal, wish);
      if (outcome.kind === "exists") throw exists(wish);
      return rowOf(outcome.callback, principal);
    },
    update: async (key, values, context) => {
      const found = key === null ? undefined : await find(key, context);
      if (found === undefined) return null;
      const change = sent({
        eventType: values.EventType === undefined ? undefined : typeOf(values.EventType),
        isBackup: values.IsBackup,
        url: values.Url,
        isGrouped: values.Version === undefined ? undefined : isGrouped(values.Version),
        isAlive: values.Status === undefined || values.Status === "" ? undefined : values.Status === "alive",
      });
      const outcome = await services.updateCallback(context.principal, found.id, change);
      if (outcome.kind === "exists") throw exists({ ...found, ...change });
      return rowOfChange(outcome, (callback) => rowOf(callback, context.principal));
    },
    remove: async (key, context) => {
      const found = await find(key, context);
      return found !== undefined && services.removeCallback(context.principal, found.id);
    },
    actions: { test: testAction(services) },
  });
}

function testAction(services: CallbackServices) {
  return {
    isGlobal: false,
    parameters: {},
    properties: { StatusCode: int16(), Answer: text(), IsTaken: flag() },
    operations: {
      Post: async ({ key, context: { principal } }: { key: Key | null; context: Context }) => {
        const found = key === null ? undefined : await findCallback(services, principal, key);
        const outcome = found && (await services.testCallback(principal, found.id));
        if (outcome === undefined || outcome === null) return null;
        return [{ Answer: outcome.answer, IsTaken: outcome.isTaken, StatusCode: outcome.status ?? 0 }];
      },
    },
  } as const;
}

async function findCallback(services: CallbackServices, principal: Context["principal"], key: Key) {
  const all = await services.listCallbacks(principal);
  if (key.kind === "id") return all.find(({ id }) => id === key.id);
  const [type = "", backup = ""] = key.parts;
  const isBackup = /^(true|1)$/i.test(backup);
  return all.find((row) => equalsIgnoringCase(row.eventType, type) && row.isBackup === isBackup);
}

// Whatever the self-description allows; the engine has refused all else.
function typeOf(text: string): CallbackRecord["eventType"] {
  return mailjetEventTypes.find((type) => type === text) ?? "sent";
}

function isGrouped(version: number): boolean {
  if (version === 1 || version === 2) return version === 2;
  throw invalidProperty("Version", "Allowed values are: 1, 2", "mj-0005");
}

function exists({ eventType, isBackup }: Pick<CallbackRecord, "eventType" | "isBackup">) {
  return alreadyExists("EventCallbackUrl", "EventType|Backup", `${eventType}|${isBackup}`);
}

// For queues of other companies' clouds, which events could be written to: recordings show none of them.
const foreignQueues = {
  AccountID: undefined,
  ProjectID: undefined,
  QueueName: undefined,
  Region: undefined,
  Resource: undefined,
  SharedAccessSignature: undefined,
  Topic: undefined,
};

function rowOf(callback: CallbackRecord, { actor }: Context["principal"]) {
  return {
    ...foreignQueues,
    APIKeyID: actor.kind === "key" ? actor.id : null,
    EventType: callback.eventType,
    ID: callback.id,
    IsBackup: callback.isBackup,
    Status: callback.isAlive ? "alive" : "dead",
    Url: callback.url,
    Version: callback.isGrouped ? 2 : 1,
  };
}
