import type { Meaning, Wait } from "../../api/contract.ts";

/** What an event means, and why a message waits: by the codes of the API. */
export const meanings: Record<Meaning["code"] | Wait["why"]["code"], string> = {
  due: "It is its turn and goes out as soon as its destination takes it.",
  under_way: "It is in hand at this moment.",
  destination_paused: "Its destination has just refused other mail and is left alone for a while.",
  warm_up:
    "The sending address is new to this provider and sends only so much a day, a little more each day.",
  delivered: "The recipient’s server has taken the message and is responsible for it now.",
  kept_in_test_inbox: "The message was kept in the test inbox. It has not left this service.",
  mailbox_unknown: "There is no such mailbox. Check the address; sending again will not help.",
  mailbox_inactive: "The mailbox exists and takes no mail: it was closed, or gets too much at the moment.",
  mailbox_full: "The mailbox is full. Only its owner can change that.",
  domain_unknown: "The recipient’s domain does not exist. Check the part behind the @.",
  domain_without_mail: "The recipient’s domain takes no mail.",
  relaying_refused: "The server takes no mail for this recipient: its domain is set up wrongly.",
  sender_refused: "The server refuses mail of this sender or domain. Ask the recipient to allow it.",
  authentication_missing:
    "The server could not tell that the mail is really yours. Check the SPF, DKIM and DMARC records of the domain.",
  sender_not_verified: "The sending domain is not verified any more. Publish its records and look again.",
  source_listed:
    "The address this service sends from is on a block list. Its operator can ask to be taken off.",
  source_refused: "The server does not trust the address this service sends from: new, or with a poor name.",
  sending_too_fast: "The server wants less at a time. It gets it more slowly.",
  policy_refused: "The server refuses by a rule of its own that it does not explain.",
  greylisted: "The server does not know us yet and asks to come back in some minutes. Usual the first time.",
  content_refused:
    "The server refuses what is in the message: it looks like spam, or holds something it does not take.",
  too_large: "The message is larger than the server takes. Send less, or a link.",
  template_fault: "The template has a fault, so nothing was sent. Correct it and send again.",
  server_trouble: "The other server has trouble of its own. It is asked again later.",
  protocol_trouble: "The other server did not keep to the rules of SMTP, or did not like how we did.",
  smtputf8_missing: "The address has characters that the recipient’s server cannot handle.",
  connection_failed:
    "The recipient’s server could not be reached, or the connection broke. It is tried again.",
  encryption_missing:
    "The recipient’s domain demands encryption that its servers do not offer at the moment. It is tried again.",
  dns_failed: "The DNS gave no answer for the recipient’s domain. It is asked again.",
  next_server_refused: "The smart host refuses this service: its operator has to look at the login.",
  own_fault: "Something went wrong in this service. It is tried again; if it stays, tell the operator.",
  suppressed: "The address is suppressed: mail to it bounced, or its owner wants none.",
  complained: "The address is suppressed: its owner reported an earlier message as unwanted.",
  duplicate_in_campaign: "The address has had a message of this campaign already.",
  cancelled: "The message was cancelled before it was sent.",
  expired: "The message could not be delivered in time and is not tried any more.",
  outcome_unknown:
    "The connection broke after the whole message was sent. The recipient may have it; nobody can know.",
};
