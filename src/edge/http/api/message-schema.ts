import { type Static, Type } from "typebox";

import {
  campaignCharactersMax,
  categoryCharactersMax,
  contentTypeCharactersMax,
  customIdCharactersMax,
  eventPayloadCharactersMax,
  filenameCharactersMax,
  filesMax,
  headersMax,
  recipientsMax,
  subjectCharactersMax,
  urlTagsCharactersMax,
} from "../mailjet/send/limits.ts";
import { closed, Id, named, oneOf } from "./schemas.ts";

const text = (maxLength: number, description?: string) =>
  Type.Optional(Type.String({ maxLength, ...(description === undefined ? {} : { description }) }));

const Attachment = closed({
  filename: Type.String({ minLength: 1, maxLength: filenameCharactersMax }),
  contentType: Type.String({ minLength: 1, maxLength: contentTypeCharactersMax }),
  content: Type.String({ minLength: 1, description: "Base64." }),
  contentId: Type.Optional(
    Type.String({
      // RFC 2045 §7 has it between angle brackets on one line.
      pattern: "^[!-;=?-~]{1,255}$",
      description: "Given for a file that the HTML shows as `cid:` + contentId.",
    }),
  ),
});

const Wish = oneOf(
  ["account", "off", "anonymous", "on"],
  "`anonymous` tells nobody apart, whoever has agreed; `on` goes as far as account and reader allow.",
);

/** A message to hand in. */
export const NewMessage = closed({
  from: Type.Optional(named("Mailbox")),
  sender: Type.Optional(named("Mailbox")),
  replyTo: Type.Optional(named("Mailbox")),
  to: Type.Array(named("Mailbox"), { minItems: 1, maxItems: recipientsMax }),
  cc: Type.Optional(Type.Array(named("Mailbox"), { maxItems: recipientsMax })),
  bcc: Type.Optional(Type.Array(named("Mailbox"), { maxItems: recipientsMax })),
  subject: text(subjectCharactersMax),
  text: Type.Optional(Type.String()),
  html: Type.Optional(Type.String()),
  templateId: Type.Optional(Id),
  templateLanguage: Type.Optional(
    Type.Boolean({ default: false, description: "Interpret variables, conditions and loops." }),
  ),
  templateErrors: Type.Optional(
    closed({
      reportTo: Type.Optional(named("Mailbox")),
      deliver: Type.Optional(Type.Boolean({ default: false, description: "Send despite an error." })),
    }),
  ),
  variables: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  attachments: Type.Optional(Type.Array(Attachment, { maxItems: filesMax })),
  headers: Type.Optional(
    Type.Record(Type.String(), Type.String(), { maxProperties: headersMax, description: "Name and value." }),
  ),
  customId: text(customIdCharactersMax, "Yours; can be searched for."),
  eventPayload: text(eventPayloadCharactersMax, "Yours; comes back with every event."),
  campaign: text(campaignCharactersMax),
  deduplicateCampaign: Type.Optional(
    Type.Boolean({ default: false, description: "Once an address within the campaign." }),
  ),
  purpose: Type.Optional(
    oneOf(
      ["service", "marketing"],
      "Marketing mail gets a link to unsubscribe where it has none, and the header fields for one click. Service mail, the default, is what its reader waits for.",
    ),
  ),
  monitoringCategory: text(categoryCharactersMax),
  linkParameters: text(urlTagsCharactersMax, "Added to every link, already percent-encoded."),
  tracking: Type.Optional(closed({ opens: Type.Optional(Wish), clicks: Type.Optional(Wish) })),
  priority: Type.Optional(
    oneOf(["low", "low-first", "high", "high-first"], "Two queues, and their front; high when absent."),
  ),
  sandbox: Type.Optional(
    Type.Boolean({ default: false, description: "Check everything, keep and send nothing." }),
  ),
});

/** A message as a request has sent it. */
export type NewMessageBody = Static<typeof NewMessage>;

/** The answer to a message that was taken. */
export const AcceptedMessage = closed({
  recipients: Type.Array(
    closed({
      id: Id,
      uuid: Type.String({ format: "uuid" }),
      address: Type.String(),
      role: oneOf(["to", "cc", "bcc"]),
    }),
  ),
  customId: Type.String(),
  isSandbox: Type.Boolean(),
});
