/** What is said of each record of a domain: stable codes, so that a page can say it in its reader's language. */
export const adviceCodes = [
  "not_checked",
  "no_answer",
  "ownership_shown",
  "ownership_missing",
  "dkim_right",
  "dkim_missing",
  "dkim_testing",
  "dkim_revoked",
  "dkim_several",
  "dkim_malformed",
  "dkim_different",
  "spf_right",
  "spf_missing",
  "spf_not_included",
  "spf_several",
  "spf_malformed",
  "spf_broken_include",
  "spf_too_many_lookups",
  "dmarc_policy",
  "dmarc_without_policy",
  "dmarc_wanted",
  "dmarc_several",
  "dmarc_malformed",
  "return_path_right",
  "return_path_optional",
  "mx_right",
  "mx_missing",
  "ptr_right",
  "ptr_missing",
  "ptr_not_told",
] as const;
export type AdviceCode = (typeof adviceCodes)[number];

/** One sentence about a record. */
export interface Advice {
  code: AdviceCode;
  /** The name of the DNS it is about; "" where it is clear. */
  name: string;
  /** A figure, a term or a policy in it; "" where there is none. */
  value: string;
}

const texts: Record<AdviceCode, (name: string, value: string) => string> = {
  not_checked: () => "Not checked yet.",
  no_answer: () => "The DNS gave no answer. Check again later.",
  ownership_shown: () => "The domain is yours.",
  ownership_missing: (name) => `Publish this TXT record at ${name}, then check again.`,
  dkim_right: () => "Signatures can be verified.",
  dkim_missing: (name) => `Publish this TXT record at ${name}: receivers need it to verify our signatures.`,
  dkim_testing: (name) =>
    `The record at ${name} holds the right key, but its t=y makes receivers treat the mail as unsigned. Remove t=y.`,
  dkim_revoked: (name) =>
    `The record at ${name} has an empty p=, which says that the key was withdrawn. Replace it with this one.`,
  dkim_several: (name, value) =>
    `There are ${value} TXT records at ${name}, and receivers may read any of them. Leave only this one.`,
  dkim_malformed: (name) => `The record at ${name} cannot be read as a DKIM key. Replace it with this one.`,
  dkim_different: (name) =>
    `The record at ${name} holds another key, or forbids the use of this one for mail. Replace it with this one.`,
  spf_right: (_, value) => `Mail from here passes SPF (${value} of 10 look-ups used).`,
  spf_missing: () => "There is no SPF record. Publish this one.",
  spf_not_included: (_, value) => `Add ${value} to the record, before its "all".`,
  spf_several: (name) => `${name} has more than one SPF record, so receivers use none. Merge them into one.`,
  spf_malformed: (name, value) => `The record of ${name} is not valid at "${value}".`,
  spf_broken_include: (name) => `The record leads to ${name}, which has no SPF record. Remove that part.`,
  spf_too_many_lookups: () =>
    "The record needs more than 10 DNS look-ups, so receivers give up. Remove some includes.",
  dmarc_policy: (name, value) => `The policy of ${name} holds: ${value}.`,
  dmarc_without_policy: (name) =>
    `The record of ${name} names no valid policy (p=), so receivers do nothing with it.`,
  dmarc_wanted: () =>
    "Large receivers want a DMARC record. This one asks for nothing and can be made stricter later.",
  dmarc_several: (name) =>
    `There is more than one DMARC record at ${name}, so receivers use none of them. Leave one.`,
  dmarc_malformed: (name) => `The DMARC record at ${name} cannot be read, so receivers ignore it. Mend it.`,
  return_path_right: () => "Bounces come back under your own domain.",
  return_path_optional: () =>
    "Optional: with this record bounces come back under your own domain, which aligns SPF.",
  mx_right: () => "Replies can be delivered.",
  mx_missing: () => "The domain receives no mail. Replies will be lost unless Reply-To names another one.",
  ptr_right: () => "The sending addresses have names.",
  ptr_missing: () => "The operator must set reverse DNS for its addresses.",
  ptr_not_told: () =>
    "The operator has not named the addresses mail is sent from (FACTEUR_SOURCE_ADDRESSES).",
};

/** A piece of advice; `name` and `value` as its code needs them. */
export function advise(code: AdviceCode, name = "", value = ""): Advice {
  return { code, name, value };
}

/** Advice in English sentences. */
export function adviceText(advices: readonly Advice[]): string {
  return advices.map(({ code, name, value }) => texts[code](name, value)).join(" ");
}
