import fc from "fast-check";
import type {
  Attachment,
  InlineAttachment,
  Party,
  RawContent,
  RawSubmission,
  Submission,
  SubmissionContent,
} from "../submission.ts";

// Plain objects, as JSON makes them.
const plain = { noNullPrototype: true } as const;

/** A content with a text, from no account in particular, unless told. */
export function contentOf(change: Partial<SubmissionContent> = {}): SubmissionContent {
  return {
    from: { address: "shop@example.org", name: "Shop" },
    sender: null,
    replyTo: null,
    subject: "Hello",
    text: "Hello there",
    html: null,
    template: null,
    usesTemplateLanguage: false,
    templateErrorReporting: null,
    deliversDespiteTemplateError: false,
    attachments: [],
    inlined: [],
    headers: [],
    trackOpens: "account_default",
    trackClicks: "account_default",
    urlTags: "",
    priority: 2,
    customCampaign: "",
    deduplicatesCampaign: false,
    monitoringCategory: "",
    contactsListId: null,
    ...change,
  };
}

/** A submission to one person, unless told. */
export function submissionOf(change: Partial<Submission> = {}): Submission {
  return {
    content: contentOf(),
    to: [{ address: "ada@example.com", name: "Ada" }],
    cc: [],
    bcc: [],
    variables: {},
    customId: "",
    eventPayload: "",
    ...change,
  };
}

/** A written message, from no account in particular, unless told. */
export function rawContentOf(text: string, change: Partial<RawContent> = {}): RawContent {
  return {
    from: { address: "shop@example.org", name: "Shop" },
    sender: null,
    subject: "Hello",
    octets: Buffer.from(text),
    headBytes: text.indexOf("\r\n\r\n") + 4,
    hasText: true,
    hasHtml: false,
    attachmentCount: 0,
    received: { by: "mail.example.org", protocol: "ESMTPSA" },
    trackOpens: "account_default",
    trackClicks: "account_default",
    priority: 2,
    customCampaign: "",
    deduplicatesCampaign: false,
    monitoringCategory: "",
    contactsListId: null,
    ...change,
  };
}

/** A written message to one person, unless told. */
export function rawSubmissionOf(content: RawContent, change: Partial<RawSubmission> = {}): RawSubmission {
  const { to, cc, bcc, variables, customId, eventPayload } = submissionOf();
  return { content, to, cc, bcc, variables, customId, eventPayload, ...change };
}

// Half surrogates included: a client's text need not be well-formed.
export const anyText = fc.string({
  unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});

export const party: fc.Arbitrary<Party> = fc.record(
  {
    address: fc
      .tuple(fc.stringMatching(/^[a-z0-9]{1,12}$/), fc.stringMatching(/^[a-z]{1,8}$/))
      .map((parts) => `${parts.join("@")}.example`),
    name: anyText,
  },
  plain,
);
const bytes = fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.from(array));
const file: fc.Arbitrary<Attachment> = fc.record(
  { contentType: anyText, filename: anyText, content: bytes },
  plain,
);
const inlined: fc.Arbitrary<InlineAttachment> = fc.record(
  {
    contentType: anyText,
    filename: anyText,
    content: bytes,
    contentId: anyText,
  },
  plain,
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const tracking = fc.constantFrom("account_default" as const, "disabled" as const, "enabled" as const);

/** Any content a parser could hand over. */
export const anyContent: fc.Arbitrary<SubmissionContent> = fc.record(
  {
    from: orNull(party),
    sender: orNull(party),
    replyTo: orNull(party),
    subject: orNull(anyText),
    text: orNull(anyText),
    html: orNull(anyText),
    template: fc.constant(null),
    usesTemplateLanguage: fc.boolean(),
    templateErrorReporting: orNull(party),
    deliversDespiteTemplateError: fc.boolean(),
    attachments: fc.array(file, { maxLength: 3 }),
    inlined: fc.array(inlined, { maxLength: 3 }),
    headers: fc.array(fc.tuple(anyText, anyText), { maxLength: 3 }),
    trackOpens: tracking,
    trackClicks: tracking,
    urlTags: anyText,
    priority: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
    customCampaign: anyText,
    deduplicatesCampaign: fc.boolean(),
    monitoringCategory: anyText,
    contactsListId: orNull(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })),
  },
  plain,
);

/** Any written message. */
export const anyRawContent: fc.Arbitrary<RawContent> = fc
  .tuple(anyContent, bytes, fc.nat(), fc.boolean())
  .map(([{ from, sender, subject, customCampaign, contactsListId }, octets, number, isSo]) => ({
    ...rawContentOf(""),
    ...{ from, sender, subject, customCampaign, contactsListId, octets },
    ...{ headBytes: number, attachmentCount: number, hasHtml: isSo, hasText: !isSo },
  }));

// Written and read once, since JSON has no minus zero.
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** Variables as JSON can hold them. */
export const anyVariables: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(anyText, json, {
  noNullPrototype: true,
  maxKeys: 6,
});
