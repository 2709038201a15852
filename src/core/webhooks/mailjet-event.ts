import type { DescribedEvent, EventMessage } from "../messages/index.ts";
import { isHardBounce } from "../messages/index.ts";
import { type MailjetEventType, mailjetTypeOf } from "./webhook.ts";

// Mailjet's table of errors for events, by the number of a message state. It files two of them elsewhere than its table
// of states does (mailjet-api §6.4 and §5.7).
const errors: Record<number, [relatedTo: string, error: string]> = {
  1: ["recipient", "user unknown"],
  2: ["recipient", "mailbox inactive"],
  3: ["recipient", "quota exceeded"],
  4: ["domain", "invalid domain"],
  5: ["domain", "no mail host"],
  6: ["domain", "relay/access denied"],
  7: ["spam", "sender blocked"],
  8: ["spam", "content blocked"],
  9: ["spam", "policy issue"],
  10: ["system", "system issue"],
  11: ["system", "protocol issue"],
  12: ["system", "connection issue"],
  13: ["domain", "greylisted"],
  14: ["mailjet", "preblocked"],
  15: ["mailjet", "duplicate in campaign"],
  16: ["spam", "content blocked"],
  17: ["content", "bad or empty template"],
  18: ["content", "error in template language"],
  19: ["domain", "typofix"],
  20: ["recipient", "blacklisted"],
  21: ["recipient", "spam reporter"],
};

/** Writes an event as Mailjet's Event API does, fields in its order, as JSON; null for what that API has no word for.
 *  The id of the message is a bare integer of more digits than a JavaScript number has, so it is put in as text.
 *  @see mailjet-api §6 */
export function mailjetEventOf(described: DescribedEvent): string | null {
  const { event, at, message } = described;
  const type = mailjetTypeOf(event.kind);
  if (type === null || message === null) return null;
  const head = { event: type, time: Math.floor(at.getTime() / 1000) };
  const rest = {
    Message_GUID: message.uuid,
    email: message.identity.address,
    mj_campaign_id: Number(message.campaignId ?? 0n),
    mj_contact_id: Number(message.contactId),
    customcampaign: message.campaign,
    ...extraOf(type, described, message),
  };
  return `${JSON.stringify(head).slice(0, -1)},"MessageID":${message.id},${JSON.stringify(rest).slice(1)}`;
}

function extraOf(type: MailjetEventType, described: DescribedEvent, message: EventMessage) {
  const { event, words } = described;
  const { customId: CustomID, eventPayload: Payload } = message.identity;
  switch (type) {
    case "sent":
      return { mj_message_id: String(message.id), smtp_reply: smtpReplyOf(described), CustomID, Payload };
    case "bounce": {
      const isHard = event.kind === "bounced" && isHardBounce({ state: "bounced", reason: event.reason });
      const error = errorOf(event.reason);
      // An address that is dead for good is suppressed with the same outcome.
      const comment = words.text ?? words.detail ?? "";
      return { CustomID, Payload, blocked: isHard, hard_bounce: isHard, ...error, comment };
    }
    case "blocked":
      return { CustomID, Payload, ...errorOf(event.reason ?? preblocked) };
    case "open":
      return { CustomID, Payload, ...nobody, geo: event.reading?.country ?? "" };
    case "click":
      return { CustomID, Payload, url: words.url ?? "", ...nobody, geo: event.reading?.country ?? "" };
    case "spam":
      return { CustomID, Payload, source: words.host ?? "" };
    case "unsub":
      return { CustomID, Payload, mj_list_id: 0, ...nobody };
  }
}

// Nothing of this is kept about anybody, except the country of those who have agreed to be told apart, where the operator
// has a list.
const nobody = { ip: "", geo: "", agent: "" };

// Withdrawn by its sender: not sent by our own doing.
const preblocked = 14;

function errorOf(reason: number | null): { error_related_to: string; error: string } {
  const [relatedTo, error] = errors[reason ?? 0] ?? ["", ""];
  return { error_related_to: relatedTo, error };
}

function smtpReplyOf({ event, words }: DescribedEvent): string {
  const reply = [event.replyCode, event.enhanced, words.text ?? words.detail].filter((part) => part !== null);
  return `sent (${reply.join(" ")})`;
}
