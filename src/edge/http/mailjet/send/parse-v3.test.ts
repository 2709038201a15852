import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../../../base/errors.ts";
import { answerV3 } from "./answer-v3.ts";
import { parseSendV3, type SendItemV3 } from "./parse-v3.ts";
import { sendResultOf } from "./send-result.ts";

const least = {
  FromEmail: "pilot@example.com",
  Recipients: [{ Email: "one@example.org" }],
  "Text-part": "Hello",
};

function itemsOf(body: unknown): SendItemV3[] {
  const call = parseSendV3(Buffer.from(JSON.stringify(body)));
  assert.equal(call.kind, "messages", call.kind === "refused" ? String(call.answer.body) : "");
  return call.kind === "messages" ? call.items : [];
}

function itemOf(patch: Record<string, unknown>): SendItemV3 {
  return itemsOf({ ...least, ...patch })[0]!;
}

function refusalOf(body: unknown): { status: number; reason: string | undefined; body: string } {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const call = parseSendV3(bytes);
  assert.equal(call.kind, "refused");
  if (call.kind !== "refused") throw new Error("The call was taken.");
  assert.equal(call.answer.headers["content-type"], "application/json");
  return { status: call.answer.status, reason: call.answer.reason, body: String(call.answer.body) };
}

test("every property reaches its place", () => {
  const [item] = itemsOf({
    FromEmail: "pilot@example.com",
    FromName: "Pilot",
    To: '"One, first" <one@Example.ORG>, two@example.org',
    Cc: "<three@example.org>",
    Bcc: "four@example.org",
    Subject: "Your flight",
    "Text-part": "Hello",
    "Html-part": "<p>Hello</p>",
    "Mj-TemplateID": 1483689,
    "Mj-TemplateLanguage": true,
    "MJ-TemplateErrorReporting": "errors@example.com",
    "MJ-TemplateErrorDeliver": "deliver",
    Attachments: [{ "Content-type": "text/plain", Filename: "a.txt", content: "QUJD" }],
    Inline_attachments: [{ "Content-type": "image/png", Filename: "l.png", content: "QUI=" }],
    "Mj-prio": 3,
    "Mj-campaign": "autumn",
    "Mj-deduplicatecampaign": 1,
    "Mj-trackopen": 1,
    "Mj-trackclick": 2,
    "Mj-CustomID": "ticket 7",
    "Mj-EventPayLoad": "{}",
    "Mj-MonitoringCategory": "receipts",
    Headers: { "Reply-To": "Answers <answers@example.com>", "X-Ticket": "7" },
    Vars: { name: "One" },
  });
  assert.deepEqual(item?.submission, {
    content: {
      from: { address: "pilot@example.com", name: "Pilot" },
      sender: null,
      replyTo: { address: "answers@example.com", name: "Answers" },
      subject: "Your flight",
      text: null,
      html: null,
      template: { id: 1483689n },
      usesTemplateLanguage: true,
      templateErrorReporting: { address: "errors@example.com", name: "" },
      deliversDespiteTemplateError: true,
      attachments: [{ contentType: "text/plain", filename: "a.txt", content: Buffer.from("ABC") }],
      inlined: [
        { contentType: "image/png", filename: "l.png", contentId: "l.png", content: Buffer.from("AB") },
      ],
      headers: [["X-Ticket", "7"]],
      trackOpens: "disabled",
      trackClicks: "enabled",
      urlTags: "",
      priority: 3,
      customCampaign: "autumn",
      deduplicatesCampaign: true,
      monitoringCategory: "receipts",
      contactsListId: null,
    },
    to: [
      { address: "one@example.org", name: "One, first" },
      { address: "two@example.org", name: "" },
    ],
    cc: [{ address: "three@example.org", name: "" }],
    bcc: [{ address: "four@example.org", name: "" }],
    variables: { name: "One" },
    customId: "ticket 7",
    eventPayload: "{}",
  });
});

test("names of properties are found in any case", () => {
  const [item] = itemsOf({
    fromemail: "pilot@example.com",
    RECIPIENTS: [{ email: "one@example.org", NAME: "One", vars: { a: 1 } }],
    "TEXT-PART": "Hello",
    "mj-templateid": "welcome",
    "mj-customid": "7",
    "Mj-EventPayload": "p",
    CC: "",
  });
  assert.deepEqual(item?.submission.to, [{ address: "one@example.org", name: "One" }]);
  assert.deepEqual(item?.submission.content.template, { name: "welcome" });
  assert.deepEqual([item?.submission.customId, item?.submission.eventPayload], ["7", "p"]);
});

test("each of Recipients gets a message of its own, with one content for all", () => {
  const items = itemsOf({
    ...least,
    Recipients: [
      { Email: "one@example.org", Name: "One", Vars: { b: 2, c: 3 } },
      { Email: '"Two" <two@example.org>' },
      { Email: "One@Example.org", Vars: '{"b":9}' },
    ],
    Vars: { a: 1, b: 1 },
  });
  assert.deepEqual(
    items.map(({ submission }) => [submission.to, submission.cc, submission.variables]),
    [
      [[{ address: "one@example.org", name: "One" }], [], { a: 1, b: 2, c: 3 }],
      [[{ address: "two@example.org", name: "Two" }], [], { a: 1, b: 1 }],
      [[{ address: "One@example.org", name: "" }], [], { a: 1, b: 9 }],
    ],
  );
  assert.equal(new Set(items.map((item) => item.submission.content)).size, 1);
  assert.deepEqual(items[2]?.given.to, ["One@Example.org"]);
});

test("Messages wraps up to 100 messages, and equal contents are one object", () => {
  const Messages = Array.from({ length: 100 }, (_, index) => ({ ...least, "Mj-CustomID": index }));
  const items = itemsOf({ Messages });
  assert.equal(items.length, 100);
  assert.equal(items[99]?.submission.customId, "99");
  assert.equal(new Set(items.map((item) => item.submission.content)).size, 1);
});

test("tracking, priority and flags are taken as numbers, as texts and as booleans", () => {
  const wishes = [0, "0", 1, "1", 2, "2", ""].map(
    (value) => itemOf({ "Mj-trackopen": value }).submission.content.trackOpens,
  );
  assert.deepEqual(wishes, [
    "account_default",
    "account_default",
    "disabled",
    "disabled",
    "enabled",
    "enabled",
    "account_default",
  ]);
  for (const value of [true, "true", "True", 1, "1"]) {
    assert.equal(itemOf({ "Mj-TemplateLanguage": value }).submission.content.usesTemplateLanguage, true);
  }
  for (const value of ["deliver", true, 1]) {
    assert.equal(
      itemOf({ "Mj-TemplateErrorDeliver": value }).submission.content.deliversDespiteTemplateError,
      true,
    );
  }
  for (const value of ["0", 0, false, ""]) {
    assert.equal(
      itemOf({ "Mj-TemplateErrorDeliver": value }).submission.content.deliversDespiteTemplateError,
      false,
    );
  }
  assert.equal(itemOf({ "Mj-prio": "0" }).submission.content.priority, 0);
});

test("a template is an id when it is an integer, also as a text, and a name otherwise", () => {
  const template = (value: unknown) => itemOf({ "Mj-TemplateID": value }).submission.content.template;
  assert.deepEqual(template(7), { id: 7n });
  assert.deepEqual(template("7"), { id: 7n });
  assert.deepEqual(template("welcome mail"), { name: "welcome mail" });
  assert.deepEqual(template(0), null);
  assert.deepEqual(template(""), null);
  const big = parseSendV3(
    Buffer.from(JSON.stringify(least).replace("{", '{"Mj-TemplateID":1152921509597813713,')),
  );
  assert.deepEqual(big.kind === "messages" && big.items[0]?.submission.content.template, {
    id: 1152921509597813713n,
  });
});

test("From may hold a name, which FromName replaces", () => {
  const from = (patch: Record<string, unknown>) => itemOf(patch).submission.content.from;
  assert.deepEqual(from({ FromEmail: '"P" <p@example.com>' }), { address: "p@example.com", name: "P" });
  assert.deepEqual(from({ FromEmail: '"P" <p@example.com>', FromName: "Q" }), {
    address: "p@example.com",
    name: "Q",
  });
  assert.deepEqual(from({ FromEmail: "<p@example.com>", FromName: "" }), {
    address: "p@example.com",
    name: "",
  });
});

test("Sender as true leaves From as it is", () => {
  assert.equal(itemOf({ Sender: true }).submission.content.sender, null);
  const [item] = itemsOf({ ...least, FromEmail: undefined, Sender: true });
  assert.equal(item?.submission.content.from, null);
});

test("a template replaces the parts beside it", () => {
  const { content } = itemOf({ "Mj-TemplateID": 7, "Html-part": "<p>" }).submission;
  assert.deepEqual([content.text, content.html], [null, null]);
});

test("headers of the service are passed over", () => {
  const Headers = { Subject: "x", "X-MJ-CustomID": "y", "content-type": "z", "X-A": "a" };
  assert.deepEqual(itemOf({ Headers }).submission.content.headers, [["X-A", "a"]]);
});

test("deduplication without a campaign is none", () => {
  assert.equal(itemOf({ "Mj-deduplicatecampaign": 1 }).submission.content.deduplicatesCampaign, false);
});

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${index}@example.org`).join(",");
const to = { ...least, Recipients: undefined };

const refusals: [says: string, body: unknown, text: string][] = [
  ["a body that is not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "Invalid characters detected"],
  ["a body that is not JSON", "{", "Invalid json input"],
  ["a body that is no object", "[]", "Invalid json input"],
  ["Headers that are no object", { ...least, Headers: "x" }, '"Headers" is not JSON object type'],
  ["a header that is no text", { ...least, Headers: { "X-A": 1 } }, "Header [X-A] is not string type"],
  ["a header with a line break", { ...least, Headers: { "X-A": "a\nb: c" } }, "Header [X-A] is not valid"],
  ["nobody to send to", { ...least, Recipients: undefined }, 'Missing "To" or "Recipients" property'],
  ["an empty list of recipients", { ...least, Recipients: [] }, 'Missing "To" or "Recipients" property'],
  ["a To of commas", { ...to, To: " , ," }, 'Missing "To" or "Recipients" property'],
  ["only Cc", { ...to, Cc: "a@example.org" }, 'Missing "To" or "Recipients" property'],
  ["51 addresses in To", { ...to, To: people(51) }, "Too many recipients in To"],
  ["51 addresses in Cc", { ...to, To: "a@example.org", Cc: people(51) }, "Too many recipients in Cc"],
  ["51 addresses in Bcc", { ...to, To: "a@example.org", Bcc: people(51) }, "Too many recipients in Bcc"],
  ["no sender", { ...least, FromEmail: undefined }, "At least FromEmail or Sender must be provided"],
  [
    "Recipients beside Cc",
    { ...least, Cc: "a@example.org" },
    `"Recipients" can't be used in conjunction with "Cc"`,
  ],
  [
    "101 recipients",
    { ...least, Recipients: Array.from({ length: 101 }, () => ({ Email: "a@example.org" })) },
    "Too many recipients in Recipients",
  ],
  [
    "101 recipients in several messages",
    {
      Messages: Array.from({ length: 2 }, () => ({
        ...least,
        Recipients: Array(51).fill({ Email: "a@example.org" }),
      })),
    },
    "Too many recipients in Recipients",
  ],
  ["101 messages", { Messages: Array(101).fill(least) }, "Too many messages in Messages"],
  ["no messages", { Messages: [] }, 'Missing "To" or "Recipients" property'],
  ["Messages that are no array", { Messages: {} }, '"Messages" is not JSON array type'],
  [
    "no content",
    { ...least, "Text-part": undefined },
    'At least "Html-part", "Text-part" or "Mj-TemplateID" must be provided.',
  ],
  [
    "an address that is none",
    { ...least, Recipients: [{ Email: "nobody" }] },
    'Invalid email address "nobody", reason: "No @ character in mail"',
  ],
  [
    "a recipient without address",
    { ...least, Recipients: [{ Name: "x" }] },
    'Invalid email address "", reason: "No text in mail"',
  ],
  ["a property of another type", { ...least, Subject: {} }, '"Subject" is not string type'],
  ["variables that are no object", { ...least, Vars: "x" }, '"Vars" is not JSON object type'],
  [
    "a flag that is none",
    { ...least, "Mj-TemplateLanguage": "maybe" },
    '"Mj-TemplateLanguage" is not boolean type',
  ],
  [
    "an unknown priority",
    { ...least, "Mj-prio": 4 },
    'Value "4" is invalid. Allowed values are: [0, 1, 2, 3]',
  ],
  [
    "256 characters of subject",
    { ...least, Subject: "x".repeat(256) },
    "Characters limit exceeded for the property. Max allowed - 255.",
  ],
];

for (const [says, body, text] of refusals) {
  test(`${says} refuses the call`, () => {
    const refusal = refusalOf(body);
    assert.equal(refusal.status, 400);
    assert.equal(refusal.reason, text);
    assert.equal(JSON.parse(refusal.body).ErrorMessage, text);
  });
}

test("a refusal is formatted as the old endpoints do, and says which property where the text does not", () => {
  assert.equal(
    refusalOf({ ...least, Recipients: [] }).body,
    '{ "ErrorInfo" : "", "ErrorMessage" : "Missing \\"To\\" or \\"Recipients\\" property", "StatusCode" : 400 }',
  );
  const files = [{ "Content-type": "text/plain", Filename: "a", content: "?" }];
  const { ErrorInfo } = JSON.parse(refusalOf({ ...least, Attachments: files }).body);
  assert.equal(ErrorInfo, "Attachments[0].content");
});

test("who gets a message is answered to the byte", () => {
  const items = itemsOf({ ...to, To: "one@example.org", Bcc: "two@example.org" });
  const answer = answerV3(items, [
    {
      kind: "accepted",
      to: [{ id: 1152921509561800354n, uuid: "u1" }],
      cc: [],
      bcc: [{ id: 2n, uuid: "u2" }],
    },
  ]);
  assert.equal(answer.status, 200);
  assert.equal(
    answer.body,
    '{ "Sent" : [{ "Email" : "one@example.org", "MessageID" : 1152921509561800354, "MessageUUID" : "u1" }, ' +
      '{ "Email" : "two@example.org", "MessageID" : 2, "MessageUUID" : "u2" }] }',
  );
});

test("a call that core declines is answered with its reason", () => {
  const items = itemsOf(least);
  const refusal = new Refusal("sender_not_allowed", "x", { address: "pilot@example.com" });
  const answer = answerV3(items, [sendResultOf({ kind: "refused", refusal }, false)]);
  assert.equal(answer.status, 403);
  assert.equal(
    JSON.parse(String(answer.body)).ErrorMessage,
    '"pilot@example.com" is not an authorized sender email address for your account.',
  );
});
