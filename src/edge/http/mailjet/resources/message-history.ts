import { int64, text } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";
import type { MessageEvent, MessageServices } from "./message-services.ts";

const described = { isReadOnly: true } as const;

/** `messagehistory`: what happened to a message. No user agent is kept, so none is shown. */
export function messageHistoryResource(services: Pick<MessageServices, "historyOf">): Resource {
  return defineResource({
    name: "messagehistory",
    typeName: "MessageHistory",
    description: "What happened to a message.",
    isReadOnly: true,
    properties: {
      Comment: text(described),
      EventAt: int64(described),
      EventType: text({
        ...described,
        dataType: "TMessageEventType",
        default: "sent",
        allowed: ["sent", "opened", "clicked", "bounced", "blocked", "unsub", "spam"],
      }),
      State: text(described),
      Useragent: text(described),
      UseragentID: int64({ ...described, dataType: "LongInt" }),
    },
    filters: { Message: int64() },
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const { Message: message } = query.filters;
      const events = message === undefined ? [] : await services.historyOf(principal, BigInt(message));
      return pageOf(events.map(rowOf), query, {});
    },
    getRows: async (key, { principal }) =>
      key.kind === "id" ? (await services.historyOf(principal, key.id)).map(rowOf) : [],
  });
}

function rowOf(event: MessageEvent) {
  return {
    Comment: event.comment,
    EventAt: Math.floor(event.at.getTime() / 1000),
    EventType: event.kind,
    State: event.state,
    Useragent: "",
    UseragentID: 0,
  };
}
