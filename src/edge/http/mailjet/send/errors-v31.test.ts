import assert from "node:assert/strict";
import { test } from "node:test";
import { forbiddenHeaders } from "./headers.ts";
import { parseSendV31 } from "./parse-v31.ts";

const identifier = "f987008f-251a-4dff-8ffc-40f1583ad7bc";
const good = {
  From: { Email: "pilot@example.com", Name: "Pilot" },
  To: [{ Email: "one@example.org" }],
  TextPart: "Hello",
};
const file = { ContentType: "text/plain", Filename: "a.txt", Base64Content: "QQ==" };
const forbiddenText =
  'Header cannot be customized using the "Headers" collection. Please use the dedicated property to set this header.';
const languageText =
  '"TemplateLanguage" must be true when "TemplateErrorReporting" or "TemplateErrorDeliver" is provided.';

function people(count: number): { Email: string }[] {
  return Array.from({ length: count }, (_, index) => ({ Email: `p${index}@example.org` }));
}

/** What is said of one message, with `patch` over a good one. */
function errorsOf(patch: Record<string, unknown>): unknown[] {
  const call = parseSendV31(
    Buffer.from(JSON.stringify({ Messages: [{ ...good, ...patch }] })),
    () => identifier,
  );
  assert.equal(call.kind, "messages");
  const item = call.kind === "messages" ? call.items[0] : undefined;
  return item?.kind === "errors"
    ? item.errors.map(({ code, status, message, relatedTo }) => [status, code, message, relatedTo])
    : [];
}

/** The body of a call that is refused as a whole. */
function refusalOf(body: string | Buffer): unknown {
  const call = parseSendV31(Buffer.from(body as string), () => identifier);
  assert.equal(call.kind, "refused");
  if (call.kind !== "refused") return undefined;
  assert.equal(call.answer.status, 400);
  assert.equal(call.answer.headers["content-type"], "application/json; charset=UTF-8");
  return JSON.parse(call.answer.body.toString());
}

const missing = "Missing mandatory property.";
const empty = "Empty string not allowed.";
const mismatch = (expected: string) => `Type mismatch. Expected type "${expected}".`;
const tooLong = (max: number) => `Characters limit exceeded for the property. Max allowed - ${max}.`;
const tooMany = (max: number) => `Items limit exceeded for the property. Max allowed - ${max}.`;
const wishes = "Allowed values are: [account_default, disabled, enabled]";

const table: [
  says: string,
  patch: Record<string, unknown>,
  code: string,
  text: string,
  relatedTo: string[],
][] = [
  [
    "no content",
    { TextPart: null },
    "send-0003",
    'At least "HTMLPart", "TextPart" or "TemplateID" must be provided.',
    ["TextPart", "HTMLPart", "TemplateID"],
  ],
  [
    "a forbidden header",
    { Headers: { "Message-ID": "x" } },
    "send-0011",
    forbiddenText,
    ['Headers["Message-ID"]'],
  ],
  [
    "deduplication without a campaign",
    { DeduplicateCampaign: true },
    "send-0012",
    '"CustomCampaign" must be provided when "DeduplicateCampaign" is true.',
    ["CustomCampaign", "DeduplicateCampaign"],
  ],
  [
    "51 recipients in To, Cc and Bcc together",
    { To: people(49), Cc: [{ Email: "c@example.org" }], Bcc: [{ Email: "b@example.org" }] },
    "send-0015",
    "Total number of recipients exceeded. Max allowed - 50",
    ["To", "Cc", "Bcc"],
  ],
  [
    "a list that is far too long",
    { To: people(501) },
    "send-0015",
    "Total number of recipients exceeded. Max allowed - 50",
    ["To", "Cc", "Bcc"],
  ],
  [
    "error reporting without template language",
    { TemplateErrorReporting: { Email: "e@example.org" } },
    "send-0016",
    languageText,
    ["TemplateLanguage"],
  ],
  [
    "error delivery without template language",
    { TemplateErrorDeliver: true },
    "send-0016",
    languageText,
    ["TemplateLanguage"],
  ],
  ["no From", { From: null }, "mj-0003", missing, ["From"]],
  ["a From that is only a name", { From: { Name: "Pilot" } }, "mj-0003", missing, ["From.Email"]],
  ["no To", { To: null }, "mj-0003", missing, ["To"]],
  ["a recipient without address", { To: [{ Name: "x" }] }, "mj-0003", missing, ["To[0].Email"]],
  ["a ReplyTo that is only a name", { ReplyTo: { Name: "x" } }, "mj-0003", missing, ["ReplyTo.Email"]],
  [
    "a To that is no array",
    { To: { Email: "a@example.org" } },
    "mj-0004",
    mismatch("array of emails"),
    ["To"],
  ],
  ["a recipient that is a text", { Cc: ["a@example.org"] }, "mj-0004", mismatch("emailIn"), ["Cc[0]"]],
  ["a From that is a text", { From: "pilot@example.com" }, "mj-0004", mismatch("emailIn"), ["From"]],
  ["a Subject that is a number", { Subject: 5 }, "mj-0004", mismatch("string"), ["Subject"]],
  ["a TemplateID that is a text", { TemplateID: "5" }, "mj-0004", mismatch("int"), ["TemplateID"]],
  ["a TemplateID that is no integer", { TemplateID: 1.5 }, "mj-0004", mismatch("int"), ["TemplateID"]],
  ["a flag that is a number", { TemplateLanguage: 1 }, "mj-0004", mismatch("bool"), ["TemplateLanguage"]],
  [
    "Attachments that are no array",
    { Attachments: file },
    "mj-0004",
    mismatch("Attachments"),
    ["Attachments"],
  ],
  ["a header that is no text", { Headers: { "X-A": 1 } }, "mj-0004", mismatch("string"), ['Headers["X-A"]']],
  [
    "a header with a line break",
    { Headers: { "X-A": "a\r\nBcc: b" } },
    "mj-0004",
    mismatch("header"),
    ['Headers["X-A"]'],
  ],
  [
    "a header name with a colon",
    { Headers: { "X:A": "a" } },
    "mj-0004",
    mismatch("header"),
    ['Headers["X:A"]'],
  ],
  ["Headers that are a text", { Headers: "X-A: a" }, "mj-0004", mismatch("Headers"), ["Headers"]],
  ["Variables that are a list", { Variables: [1] }, "mj-0004", mismatch("Variables"), ["Variables"]],
  [
    "a content type without a slash",
    { Attachments: [{ ...file, ContentType: "text" }] },
    "mj-0004",
    mismatch("content type"),
    ["Attachments[0].ContentType"],
  ],
  [
    "base64 with a foreign character",
    { InlinedAttachments: [{ ...file, Base64Content: "Q!==" }] },
    "mj-0004",
    mismatch("base64"),
    ["InlinedAttachments[0].Base64Content"],
  ],
  [
    "an unknown Priority",
    { Priority: 4 },
    "mj-0005",
    'Value "4" is invalid. Allowed values are: [0, 1, 2, 3]',
    ["Priority"],
  ],
  [
    "an unknown TrackOpens",
    { TrackOpens: "yes" },
    "mj-0005",
    `Value "yes" is invalid. ${wishes}`,
    ["TrackOpens"],
  ],
  [
    "an unknown TrackClicks",
    { TrackClicks: "on" },
    "mj-0005",
    `Value "on" is invalid. ${wishes}`,
    ["TrackClicks"],
  ],
  ["256 characters of Subject", { Subject: "x".repeat(256) }, "mj-0006", tooLong(255), ["Subject"]],
  ["257 characters of URLTags", { URLTags: "x".repeat(257) }, "mj-0006", tooLong(256), ["URLTags"]],
  [
    "256 characters of campaign",
    { CustomCampaign: "x".repeat(256) },
    "mj-0006",
    tooLong(255),
    ["CustomCampaign"],
  ],
  ["1,001 characters of CustomID", { CustomID: "x".repeat(1001) }, "mj-0006", tooLong(1000), ["CustomID"]],
  ["an empty To", { To: [] }, "mj-0007", "You must provide at least one item in the collection.", ["To"]],
  [
    "51 attachments",
    { Attachments: Array.from({ length: 51 }, () => file) },
    "mj-0008",
    tooMany(50),
    ["Attachments"],
  ],
  ["an empty address", { To: [{ Email: "" }] }, "mj-0012", empty, ["To[0].Email"]],
  [
    "an empty Filename",
    { Attachments: [{ ...file, Filename: "" }] },
    "mj-0012",
    empty,
    ["Attachments[0].Filename"],
  ],
  [
    "a misspelt ContentType",
    { Attachments: [{ ...file, ContentType: undefined, "ContentType:": "text/plain" }] },
    "mj-0012",
    empty,
    ["Attachments[0].ContentType"],
  ],
  [
    "a file without content",
    { InlinedAttachments: [{ ...file, Base64Content: null }] },
    "mj-0012",
    empty,
    ["InlinedAttachments[0].Base64Content"],
  ],
  [
    "an address that is none",
    { To: [{ Email: "x@example.org" }, { Email: "a@b..c" }] },
    "mj-0013",
    '"a@b..c" is an invalid email address.',
    ["To[1].Email"],
  ],
  [
    "a Reply-To header without an address",
    { Headers: { "Reply-To": "nobody" } },
    "mj-0013",
    '"nobody" is an invalid email address.',
    ['Headers["Reply-To"]'],
  ],
];

for (const [says, patch, code, text, relatedTo] of table) {
  test(`${says}: ${code}`, () => {
    assert.deepEqual(errorsOf(patch), [[400, code, text, relatedTo]]);
  });
}

test("every header of Mailjet's list is forbidden in any case", () => {
  assert.equal(forbiddenHeaders.size, 37);
  for (const name of forbiddenHeaders) {
    for (const written of [name, name.toUpperCase()]) {
      assert.deepEqual(errorsOf({ Headers: { [written]: "x" } }), [
        [400, "send-0011", forbiddenText, [`Headers["${written}"]`]],
      ]);
    }
  }
});

test("more than 15 MB of files is refused, and exactly 15 MB is not", () => {
  const base64 = (bytes: number) => Buffer.alloc(bytes).toString("base64");
  const half = { ...file, Base64Content: base64(7.5 * 1024 * 1024) };
  assert.deepEqual(errorsOf({ Attachments: [half], InlinedAttachments: [half] }), []);
  const more = { ...file, Base64Content: base64(1) };
  assert.deepEqual(errorsOf({ Attachments: [half, more], InlinedAttachments: [half] }), [
    [400, "mj-0011", "Input payload must be less than 15MB.", ["Attachments", "InlinedAttachments"]],
  ]);
});

test("all errors of a message are told together", () => {
  const codes = errorsOf({ To: [{ Email: "x" }], Subject: 1, Priority: 9, Cc: 5 }).map(
    (error) => (error as string[])[1],
  );
  assert.deepEqual(codes, ["mj-0013", "mj-0004", "mj-0004", "mj-0005"]);
  assert.equal(errorsOf({ From: null, TextPart: null, DeduplicateCampaign: true }).length, 3);
});

test("what an error quotes is cut before it fills the answer", () => {
  const [error] = errorsOf({ To: [{ Email: "x".repeat(1_000_000) }] });
  assert.ok(JSON.stringify(error).length < 500);
});

test("a body that is not JSON, or not UTF-8, is malformed", () => {
  const malformed = {
    ErrorIdentifier: identifier,
    ErrorCode: "mj-0002",
    ErrorMessage: "Malformed JSON, please review the syntax and properties types.",
    StatusCode: 400,
  };
  assert.deepEqual(refusalOf("{"), malformed);
  assert.deepEqual(refusalOf(""), malformed);
  assert.deepEqual(refusalOf(Buffer.from([0x22, 0xff, 0x22])), malformed);
  assert.deepEqual(refusalOf("[".repeat(1000)), malformed);
});

test("a root without an array of Messages says both that it is missing and of the wrong type", () => {
  const answer = {
    Errors: [
      {
        ErrorIdentifier: identifier,
        ErrorCode: "mj-0004",
        StatusCode: 400,
        ErrorMessage: 'Type mismatch. Expected type "Messages".',
        ErrorRelatedTo: ["Messages"],
      },
      {
        ErrorIdentifier: identifier,
        ErrorCode: "mj-0003",
        StatusCode: 400,
        ErrorMessage: "Missing mandatory property.",
        ErrorRelatedTo: ["Messages"],
      },
    ],
    Messages: [],
  };
  for (const body of [
    "{}",
    "[]",
    "5",
    '"x"',
    "null",
    '{"Messages":"[]"}',
    '{"Messages":{}}',
    '{"Messages":null}',
  ]) {
    assert.deepEqual(refusalOf(body), answer, body);
  }
});

test("no message, and 51 messages, refuse the call", () => {
  assert.deepEqual(refusalOf('{"Messages":[]}'), {
    ErrorIdentifier: identifier,
    ErrorCode: "mj-0007",
    StatusCode: 400,
    ErrorMessage: "You must provide at least one item in the collection.",
    ErrorRelatedTo: ["Messages"],
  });
  assert.deepEqual(refusalOf(JSON.stringify({ Messages: Array.from({ length: 51 }, () => good) })), {
    ErrorIdentifier: identifier,
    ErrorCode: "send-0015",
    StatusCode: 400,
    ErrorMessage: "Total number of recipients exceeded. Max allowed - 50",
    ErrorRelatedTo: ["To", "Cc", "Bcc"],
  });
});

test("a fault in Globals is told once, for Globals", () => {
  const Globals = { InlinedAttachments: [{ ...file, Filename: "" }] };
  assert.deepEqual(refusalOf(JSON.stringify({ Globals, Messages: [good, good] })), {
    Globals: {
      Status: "error",
      Errors: [
        {
          ErrorIdentifier: identifier,
          ErrorCode: "mj-0012",
          StatusCode: 400,
          ErrorMessage: empty,
          ErrorRelatedTo: ["InlinedAttachments[0].Filename"],
        },
      ],
    },
  });
});

test("root properties of a wrong type refuse the call", () => {
  for (const [name, value, expected] of [
    ["SandboxMode", 1, "bool"],
    ["AdvanceErrorHandling", "maybe", "bool"],
    ["Globals", "x", "Globals"],
  ] as const) {
    assert.deepEqual(refusalOf(JSON.stringify({ [name]: value, Messages: [good] })), {
      ErrorIdentifier: identifier,
      ErrorCode: "mj-0004",
      StatusCode: 400,
      ErrorMessage: mismatch(expected),
      ErrorRelatedTo: [name],
    });
  }
});
