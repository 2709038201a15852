import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Submission } from "../../../../core/messages/index.ts";
import { toJson } from "../../json.ts";
import { answerV3 } from "./answer-v3.ts";
import { answerV31 } from "./answer-v31.ts";
import { messageFieldsV3 } from "./draft-v3.ts";
import { parseSendV3 } from "./parse-v3.ts";
import { parseSendV31 } from "./parse-v31.ts";
import type { SendResult } from "./send-result.ts";

const fieldsV31 = `From Sender To Cc Bcc ReplyTo Subject TextPart HTMLPart TemplateID TemplateLanguage
  TemplateErrorReporting TemplateErrorDeliver Attachments InlinedAttachments Priority CustomCampaign
  DeduplicateCampaign TrackOpens TrackClicks CustomID EventPayload MonitoringCategory URLTags Headers Variables
  StatisticsContactsListID`.split(/\s+/);
const fieldsV3 = [...new Set(messageFieldsV3.values())];

const goodV31 = {
  From: { Email: "pilot@example.com" },
  To: [{ Email: "one@example.org" }],
  TextPart: "Hello",
};
const goodV3 = {
  FromEmail: "pilot@example.com",
  Recipients: [{ Email: "one@example.org" }],
  "Text-part": "Hello",
};

const naughty = [
  "",
  " ",
  "\u0000",
  "\r\nBcc: x@example.org",
  "\u202eabc@example.org",
  "\ufeff",
  "\ud800",
  "a@b",
  "@",
  "<>",
  '"',
  "=?utf-8?q?=0d=0a?=",
  "{{var:x}}",
  "__proto__",
  "constructor",
  "NaN",
  "-0",
  "1e999",
  "9223372036854775808",
  "é@exämple.org",
  `a@${"b.".repeat(200)}org`,
  "<script>alert(1)</script>",
  "'; drop table message; --",
  "😀".repeat(300),
  ",".repeat(1000),
  "(".repeat(1000),
];

const large = ["x".repeat(1_000_000), "<é@(=,".repeat(170_000)];

const wrong: unknown[] = [
  0,
  -1,
  1.5,
  2 ** 53,
  1e300,
  true,
  false,
  null,
  [],
  {},
  [[]],
  [null],
  [{}],
  [{ Email: {} }],
  [{ Email: [], Name: 1 }],
  { Email: 5, Name: {} },
  [{ ContentType: 1, Filename: [], Base64Content: {}, ContentID: 1 }],
  [{ "Content-type": 1, Filename: [], content: {} }],
  { a: { b: { c: [1, { d: null }] } } },
  { "": "", ":": ":", "a\nb": "c" },
  ...naughty,
  ...naughty.map((text) => ({ Email: text, Name: text })),
  ...naughty.map((text) => [{ Email: text, Name: text }]),
  ...naughty.map((text) => ({ [text]: text })),
  ...naughty.map((text) => [{ ContentType: text, Filename: text, Base64Content: text, ContentID: text }]),
];

/** What core may trust: texts that PostgreSQL and JSON can hold, headers on one line, addresses with an @. */
function assertSound(submission: Submission): void {
  const { content } = submission;
  const text = JSON.stringify({
    ...submission,
    content: { ...content, template: null, contactsListId: null },
  });
  assert.ok(text.isWellFormed());
  assert.ok(!text.includes("\\u0000"));
  const lines = [
    content.subject ?? "",
    ...content.headers.flat(),
    ...content.attachments.map((file) => file.filename),
  ];
  for (const party of [content.from, content.sender, content.replyTo, ...submission.to, ...submission.cc]) {
    if (party === null) continue;
    assert.match(party.address, /@/);
    lines.push(party.address, party.name);
  }
  for (const line of lines) assert.doesNotMatch(line, /[\r\n]/);
  assert.ok(submission.to.length > 0);
}

function takeV31(body: Buffer): void {
  const call = parseSendV31(body, () => "id");
  if (call.kind === "refused") {
    assert.equal(call.answer.status, 400);
    assert.match(String(call.answer.body), /"ErrorCode":"(?:mj|send)-\d{4}"/);
    return;
  }
  const results: SendResult[] = [];
  for (const item of call.items) {
    if (item.kind === "submission") {
      assertSound(item.submission);
      results.push({ kind: "sandbox" });
    } else {
      assert.ok(item.errors.length > 0);
      for (const error of item.errors) {
        assert.match(error.code, /^(?:mj|send)-\d{4}$/);
        assert.ok(error.relatedTo.length > 0 && error.message.length < 1000);
      }
    }
  }
  const answer = answerV31({
    items: call.items,
    results,
    baseUrl: "https://a.example",
    newIdentifier: () => "id",
  });
  assert.equal(JSON.parse(String(answer.body)).Messages.length, call.items.length);
}

function takeV3(body: Buffer): void {
  const call = parseSendV3(body);
  if (call.kind === "refused") {
    assert.equal(call.answer.status, 400);
    const { ErrorMessage } = JSON.parse(String(call.answer.body));
    assert.ok(ErrorMessage.length > 0 && ErrorMessage.length < 1000);
    return;
  }
  for (const item of call.items) assertSound(item.submission);
  const recipient = { id: 1n, uuid: "" };
  const list = (parties: unknown[]) => parties.map(() => recipient);
  const results = call.items.map(({ submission: { to, cc, bcc } }): SendResult => {
    return { kind: "accepted", to: list(to), cc: list(cc), bcc: list(bcc) };
  });
  assert.equal(answerV3(call.items, results).status, 200);
}

function bytes(value: unknown): Buffer {
  return Buffer.from(toJson(value));
}

test("each property of v3.1 with each wrong value gives a submission or named errors", () => {
  for (const name of fieldsV31) {
    for (const value of wrong) {
      takeV31(bytes({ Messages: [{ ...goodV31, [name]: value }] }));
      takeV31(bytes({ Globals: { [name]: value }, Messages: [goodV31] }));
    }
  }
});

test("each property of v3 with each wrong value gives messages or a named refusal", () => {
  for (const name of fieldsV3) {
    for (const value of wrong) {
      takeV3(bytes({ ...goodV3, [name]: value }));
      takeV3(bytes({ ...goodV3, Recipients: undefined, To: "one@example.org", [name]: value }));
    }
  }
});

test("a million characters in any property are dealt with in a moment", () => {
  for (const value of large) {
    const shapes = [
      value,
      { Email: value, Name: value },
      [{ Email: value, Name: value }],
      { [value]: value },
    ];
    const started = performance.now();
    for (const name of fieldsV31)
      for (const shape of shapes) takeV31(bytes({ Messages: [{ ...goodV31, [name]: shape }] }));
    for (const name of fieldsV3) for (const shape of shapes) takeV3(bytes({ ...goodV3, [name]: shape }));
    const each = (performance.now() - started) / (shapes.length * (fieldsV31.length + fieldsV3.length));
    assert.ok(each < 250, `${each} ms for one property`);
  }
});

test("any JSON in any properties gives an answer", () => {
  const message = (names: string[], good: object) =>
    fc
      .dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), fc.constantFrom(...wrong)), {
        maxKeys: 6,
      })
      .map((fields) => ({ ...good, ...fields }));
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.array(message(fieldsV31, goodV31), { maxLength: 3 })),
      fc.oneof(fc.jsonValue(), message(fieldsV31, {})),
      fc.oneof(fc.jsonValue(), message(fieldsV3, goodV3)),
      (Messages, Globals, v3) => {
        takeV31(bytes({ Messages, Globals }));
        takeV3(bytes(v3));
        takeV3(bytes({ Messages: [v3] }));
      },
    ),
    { numRuns: 500 },
  );
});

test("any bytes give an answer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (array) => {
      takeV31(Buffer.from(array));
      takeV3(Buffer.from(array));
    }),
  );
});
