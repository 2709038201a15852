import type { EventKind } from "../events/index.ts";

/** How events are written for a webhook: as Mailjet's Event API does, one a request (version 1) or many (version 2), or
 *  in the form of Standard Webhooks. */
export const webhookFormats = ["mailjet", "mailjet_group", "standard"] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

/** Mailjet's types of events. */
export const mailjetEventTypes = ["sent", "open", "click", "bounce", "spam", "blocked", "unsub"] as const;
export type MailjetEventType = (typeof mailjetEventTypes)[number];

// A message that was given up after days is a soft bounce to Mailjet, and one that was withdrawn was blocked: the same
// words as in its resources.
const mailjetKinds: Record<MailjetEventType, readonly EventKind[]> = {
  sent: ["sent"],
  open: ["opened"],
  click: ["clicked"],
  bounce: ["bounced", "expired"],
  spam: ["complained"],
  blocked: ["blocked", "cancelled"],
  unsub: ["unsubscribed"],
};

/** What of the log an event type of a webhook means. */
export function kindsOf(format: WebhookFormat, eventType: string): EventKind[] {
  if (format === "standard") return [eventType as EventKind];
  return [...mailjetKinds[eventType as MailjetEventType]];
}

/** Mailjet's word for what happened; null for what its Event API does not tell: another attempt follows, or nobody
 *  knows. */
export function mailjetTypeOf(kind: EventKind): MailjetEventType | null {
  return mailjetEventTypes.find((type) => mailjetKinds[type].includes(kind)) ?? null;
}

/** Does this event go to a webhook of this format under this type? */
export function isMeant(format: WebhookFormat, eventType: string, kind: EventKind): boolean {
  return kindsOf(format, eventType).includes(kind);
}

/** Who asks for which events. */
export interface Subscription {
  id: bigint;
  webhookId: bigint;
  eventType: string;
  isBackup: boolean;
  /** Only what stands behind this position of the log. */
  sincePosition: bigint;
}

/** Where events are posted to. */
export interface Webhook {
  accountId: bigint;
  id: bigint;
  format: WebhookFormat;
  sealedUrl: Buffer;
  /** Null until somebody asks for it: what nobody can check need not be signed. */
  sealedSecret: Buffer | null;
  state: "alive" | "dead";
  /** Changes with every change of set-up, so that work under an older one is noticed. */
  revision: bigint;
  /** Everything up to here has been taken, or is among the retries. */
  logPosition: bigint;
  /** Since when nothing has been taken; null while all is well. */
  failingSince: Date | null;
  /** Failures without a success between them. */
  failures: number;
  /** Not before this, after a failure. */
  dueAt: Date | null;
  diedAt: Date | null;
  /** How many requests the log of attempts has seen: the next slot follows from it. */
  attemptsLogged: bigint;
  createdAt: Date;
}

/** The place of a webhook's sealed values. */
export function urlPlace(accountId: bigint, id: bigint) {
  return { table: "webhook.url", accountId, id };
}

export function secretPlace(accountId: bigint, id: bigint) {
  return { table: "webhook.secret", accountId, id };
}
