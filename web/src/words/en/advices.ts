import type { Advice } from "../../api/domains.ts";

/** What is to be done about a record of a domain: by the codes of the API. */
export const advices: Record<Advice["code"], (name: string, value: string) => string> = {
  not_checked: () => "Not looked at yet.",
  no_answer: () => "The DNS gave no answer. Look again later.",
  ownership_shown: () => "The domain is yours.",
  ownership_missing: (name) => `Publish this TXT record at ${name}, then look again.`,
  dkim_right: () => "Signatures can be verified.",
  dkim_missing: (name) => `Publish this TXT record at ${name}: receivers need it to verify our signatures.`,
  dkim_testing: (name) =>
    `The record at ${name} holds the right key, but its t=y makes receivers treat the mail as unsigned. Remove t=y.`,
  dkim_revoked: (name) =>
    `The record at ${name} has an empty p=, which says that the key was withdrawn. Replace it with this one.`,
  dkim_several: (name, count) =>
    `There are ${count} TXT records at ${name}, and receivers may read any of them. Leave only this one.`,
  dkim_malformed: (name) => `The record at ${name} cannot be read as a DKIM key. Replace it with this one.`,
  dkim_different: (name) =>
    `The record at ${name} holds another key, or forbids the use of this one for mail. Replace it with this one.`,
  spf_right: (_, count) => `Mail from here passes SPF (${count} of 10 look-ups used).`,
  spf_missing: () => "There is no SPF record. Publish this one.",
  spf_not_included: (_, term) => `Add ${term} to the record, before its “all”.`,
  spf_several: (name) => `${name} has more than one SPF record, so receivers use none. Merge them into one.`,
  spf_malformed: (name, term) => `The record of ${name} is not valid at “${term}”.`,
  spf_broken_include: (name) => `The record leads to ${name}, which has no SPF record. Remove that part.`,
  spf_too_many_lookups: () =>
    "The record needs more than 10 DNS look-ups, so receivers give up. Remove some includes.",
  dmarc_policy: (name, policy) => `The policy of ${name} holds: ${policy}.`,
  dmarc_without_policy: (name) =>
    `The record of ${name} names no valid policy (p=), so receivers do nothing with it.`,
  dmarc_wanted: () =>
    "Large receivers want a DMARC record. This one asks for nothing and can be made stricter later.",
  dmarc_several: (name) =>
    `There is more than one DMARC record at ${name}, so receivers use none of them. Leave one.`,
  dmarc_malformed: (name) => `The DMARC record at ${name} cannot be read, so receivers ignore it. Mend it.`,
  return_path_right: () => "Bounces come back under your own domain.",
  return_path_optional: () => "With this record bounces come back under your own domain, which aligns SPF.",
  mx_right: () => "Replies can be delivered.",
  mx_missing: () => "The domain receives no mail. Replies are lost unless Reply-To names another one.",
  ptr_right: () => "The sending addresses have names.",
  ptr_missing: () => "The operator has to set reverse DNS for the sending addresses.",
  ptr_not_told: () => "The operator has not named the addresses that mail is sent from.",
};
