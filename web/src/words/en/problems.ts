import type { FieldCode, ProblemCode } from "../../api/client.ts";

interface ProblemText {
  title: string;
  /** What helps. */
  hint: string;
}

export const problems = {
  title: "That did not work",
  unreachable: "The service does not answer",
  unreachableHint: "It may be restarting, or your connection is down. This page tries again by itself.",
  broken: "This page has a fault",
  brokenHint:
    "Nothing of your mail is affected. Load the page again; if it comes back, report it with this text:",
  notFound: "There is nothing here",
  notFoundHint: "The address is mistyped, or what was here has reached the end of its retention.",
  toStart: "Go to the first steps",
  field: "Field",
  reference: "Reference",
  codes: {
    account_closed: {
      title: "This account is closed",
      hint: "Take out what you need, or ask the operator to open the account again before it is erased.",
    },
    account_suspended: {
      title: "This account is suspended",
      hint: "Ask whoever runs this service why.",
    },
    already_exists: { title: "That is there already", hint: "Change the one that is there." },
    busy: { title: "The service is busy", hint: "Wait a moment and try again." },
    content_gone: {
      title: "Its content is gone",
      hint: "What is in a message is destroyed after a few days. Compose it anew.",
    },
    cross_origin: {
      title: "This page is not from the service itself",
      hint: "Open the dashboard by the address of the service, and try again.",
    },
    defect: {
      title: "Something went wrong on our side",
      hint: "Try again later. If it stays, give the operator the reference below.",
    },
    forbidden: {
      title: "You are not allowed to do that",
      hint: "Ask whoever runs this account for the right.",
    },
    invalid: { title: "Something is not filled in correctly", hint: "Correct what is named here." },
    invalid_address: { title: "That is not an address", hint: "Write it as in ann@example.org." },
    invalid_domain: {
      title: "That is not the name of a domain",
      hint: "Write the part behind the @, such as shop.example.",
    },
    invalid_url: {
      title: "Nothing can be posted to this URL",
      hint: "Write one such as https://shop.example/events.",
    },
    not_found: {
      title: "That is not there (any more)",
      hint: "Somebody may have removed it. Load the page again.",
    },
    other_account: {
      title: "You are signed in to another account",
      hint: "Sign out first. The link has not been used up.",
    },
    payload_too_large: { title: "That is too much at once", hint: "Send it in several parts." },
    primary_key: {
      title: "The primary key pair stays",
      hint: "It opens the account, so it can neither be switched off nor revoked.",
    },
    quota_exceeded: {
      title: "The quota of today is used up",
      hint: "Wait until tomorrow, or ask the operator for a larger one.",
    },
    rate_limited: { title: "Too many requests", hint: "Wait a moment and try again." },
    sender_inactive: {
      title: "This sender may not send yet",
      hint: "Its owner has to follow the link in the mail first.",
    },
    sender_not_allowed: {
      title: "You may not send from this address",
      hint: "Verify its domain, or the address itself, under “Domains and senders”.",
    },
    sign_in_link_invalid: {
      title: "This link does not work any more",
      hint: "A link works once and for a short time. Make a new one.",
    },
    too_late: { title: "Too late: it has already happened", hint: "Nothing can be done about it any more." },
    too_many: { title: "There are too many already", hint: "Remove one that is not used, or wait." },
    unauthorized: { title: "You are not signed in", hint: "Sign in again." },
    unavailable: { title: "The service is busy", hint: "Wait a moment and try again." },
    undecided: {
      title: "Nobody can say whether that was stored",
      hint: "Look whether it is there before you repeat it.",
    },
    malformed_encoding: {
      title: "The file is in another encoding",
      hint: "In the spreadsheet, save it as “CSV UTF-8”, and choose that.",
    },
    unsupported_media_type: {
      title: "The service cannot read this file",
      hint: "Choose a CSV file: text, with a line for each address.",
    },
  } satisfies Partial<Record<ProblemCode, ProblemText>> as Partial<Record<string, ProblemText>>,
  fields: {
    required: () => "has to be filled in",
    unknown: () => "is not known to this service",
    choice: (value: string) => `must be one of: ${value}`,
    type: () => "is of the wrong kind",
    too_short: (value: string) => `is too short: ${value} characters at least`,
    too_long: (value: string) => `is too long: ${value} characters at most`,
    too_few: (value: string) => `has too few entries: ${value} at least`,
    too_many: (value: string) => `has too many entries: ${value} at most`,
    too_small: (value: string) => `is too small: ${value} at least`,
    too_large: (value: string) => `is too large: ${value} at most`,
    duplicate: () => "names something twice",
    format: () => "is not written as it should be",
    not_an_address: () => "is not an email address",
    not_an_address_or_domain: () => "is neither an email address nor *@ and a domain",
    not_an_instant: () => "is not a date with a time",
    not_before_end: () => "is not before the end",
    not_among_its_events: () => "is not among the events of this webhook",
    url_unreadable: () => "is not a URL",
    url_too_long: () => "is longer than a URL may be",
    url_scheme: () => "has to begin with https:// or http://",
    url_host: () => "names no host",
    url_port: () => "has the port 0",
    url_credentials: () => "has a % in its user or password that encodes nothing (a % itself is %25)",
    url_private: () => "leads into a private network, where this service posts nothing",
    no_own_domain: () => "is needed: this service has no domain to make addresses in",
    domain_not_verified: () => "is of a domain that is not verified for your account yet",
    taken: () => "is taken already",
    own_address_exists: () => "is needed: there is an address made by this service already",
    url_bare: () => "names a host alone: add a path, as in https://shop.example/mail",
  } satisfies Record<FieldCode, (value: string) => string> as Record<FieldCode, (value: string) => string>,
};
