import assert from "node:assert/strict";
import { test } from "node:test";
import type { Submission } from "../../../../core/messages/index.ts";
import { parseSendV31, type SendCallV31 } from "./parse-v31.ts";

type Messages = Extract<SendCallV31, { kind: "messages" }>;

const From = { Email: "pilot@example.com", Name: "Pilot" };
const To = [{ Email: "one@example.org" }];
const least = { From, To, TextPart: "Hello" };

function callOf(root: unknown): Messages {
  const text = typeof root === "string" ? root : JSON.stringify(root);
  const call = parseSendV31(Buffer.from(text), () => "id");
  assert.equal(call.kind, "messages", call.kind === "refused" ? String(call.answer.body) : "");
  return call as Messages;
}

function submissionsOf(root: unknown): Submission[] {
  return callOf(root).items.map((item) => {
    assert.equal(item.kind, "submission", item.kind === "errors" ? JSON.stringify(item.errors) : "");
    return (item as Extract<typeof item, { kind: "submission" }>).submission;
  });
}

function submissionOf(message: unknown, Globals?: unknown): Submission {
  return submissionsOf({ Globals, Messages: [message] })[0]!;
}

test("every property reaches its place", () => {
  const submission = submissionOf({
    From,
    Sender: { Email: "agent@example.com", Name: "Agent" },
    To: [{ Email: "one@Example.ORG", Name: "One" }, { Email: "two@example.org" }],
    Cc: [{ Email: "three@example.org", Name: "Three" }],
    Bcc: [{ Email: "four@example.org" }],
    ReplyTo: { Email: "answers@example.com", Name: "Answers" },
    Subject: "Your flight",
    TextPart: "Hello",
    HTMLPart: "<p>Hello</p>",
    TemplateID: 1483689,
    TemplateLanguage: true,
    TemplateErrorReporting: { Email: "errors@example.com" },
    TemplateErrorDeliver: true,
    Attachments: [{ ContentType: "text/plain", Filename: "a.txt", Base64Content: "QUJD" }],
    InlinedAttachments: [
      { ContentType: "image/png", Filename: "l.png", ContentID: "logo", Base64Content: "QUI=" },
      { ContentType: "image/png", Filename: "m.png", Base64Content: "QQ==" },
    ],
    Priority: 0,
    CustomCampaign: "autumn",
    DeduplicateCampaign: true,
    TrackOpens: "disabled",
    TrackClicks: "enabled",
    CustomID: "ticket 7",
    EventPayload: "{}",
    MonitoringCategory: "receipts",
    URLTags: "?utm_source=mail&utm_campaign=a b",
    Headers: { "X-Ticket": "7", "List-Unsubscribe": "<https://example.com/u>" },
    Variables: { name: "One", nested: { list: [1, "a", null, true] } },
    StatisticsContactsListID: 17,
  });
  assert.deepEqual(submission, {
    content: {
      from: { address: "pilot@example.com", name: "Pilot" },
      sender: { address: "agent@example.com", name: "Agent" },
      replyTo: { address: "answers@example.com", name: "Answers" },
      subject: "Your flight",
      text: "Hello",
      html: "<p>Hello</p>",
      template: { id: 1483689n },
      usesTemplateLanguage: true,
      templateErrorReporting: { address: "errors@example.com", name: "" },
      deliversDespiteTemplateError: true,
      attachments: [{ contentType: "text/plain", filename: "a.txt", content: Buffer.from("ABC") }],
      inlined: [
        { contentType: "image/png", filename: "l.png", contentId: "logo", content: Buffer.from("AB") },
        { contentType: "image/png", filename: "m.png", contentId: "m.png", content: Buffer.from("A") },
      ],
      headers: [
        ["X-Ticket", "7"],
        ["List-Unsubscribe", "<https://example.com/u>"],
      ],
      trackOpens: "disabled",
      trackClicks: "enabled",
      urlTags: "utm_source=mail&utm_campaign=a%20b",
      priority: 0,
      customCampaign: "autumn",
      deduplicatesCampaign: true,
      monitoringCategory: "receipts",
      contactsListId: 17n,
    },
    to: [
      { address: "one@example.org", name: "One" },
      { address: "two@example.org", name: "" },
    ],
    cc: [{ address: "three@example.org", name: "Three" }],
    bcc: [{ address: "four@example.org", name: "" }],
    variables: { name: "One", nested: { list: [1, "a", null, true] } },
    customId: "ticket 7",
    eventPayload: "{}",
  });
});

test("a message with the least it needs has the documented defaults", () => {
  const { content, ...rest } = submissionOf(least);
  assert.deepEqual(rest, {
    to: [{ address: "one@example.org", name: "" }],
    cc: [],
    bcc: [],
    variables: {},
    customId: "",
    eventPayload: "",
  });
  assert.deepEqual(content, {
    from: { address: "pilot@example.com", name: "Pilot" },
    sender: null,
    replyTo: null,
    subject: null,
    text: "Hello",
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
  });
});

test("empty texts, arrays, objects, zeros and nulls are absent", () => {
  const full = submissionOf({
    ...least,
    Cc: [],
    Bcc: null,
    Sender: {},
    ReplyTo: [],
    Subject: "",
    HTMLPart: "",
    TemplateID: 0,
    TemplateLanguage: "",
    TemplateErrorReporting: null,
    TemplateErrorDeliver: false,
    Attachments: [],
    InlinedAttachments: [],
    CustomCampaign: "",
    DeduplicateCampaign: false,
    TrackOpens: "",
    CustomID: "",
    EventPayload: null,
    MonitoringCategory: "",
    URLTags: "",
    Headers: {},
    Variables: [],
    StatisticsContactsListID: 0,
  });
  assert.deepEqual(full, submissionOf(least));
});

test("names of properties are found in any case, and unknown ones are passed over", () => {
  const written = { from: { email: "pilot@example.com", NAME: "Pilot" }, TO: [{ EMAIL: "one@example.org" }] };
  const submission = submissionsOf(
    `{"messages":[${JSON.stringify({ ...written, textpart: "Hello", Foo: {} })}]}`,
  )[0];
  assert.deepEqual(submission, submissionOf(least));
});

test("names of properties of every JavaScript object are passed over", () => {
  const root = `{"Messages":[{"__proto__":{"TextPart":"x"},"constructor":1,"toString":[],
    "From":{"Email":"a@example.com","__proto__":{}},"To":[{"Email":"b@example.org"}],"TextPart":"y"}]}`;
  assert.equal(submissionsOf(root)[0]?.content.text, "y");
});

test("a template needs neither parts nor From", () => {
  const { content } = submissionOf({ To, TemplateID: 1 });
  assert.deepEqual([content.template, content.from], [{ id: 1n }, null]);
});

test("an id beyond 2^53 keeps every digit", () => {
  const root = '{"Messages":[{"To":[{"Email":"a@example.org"}],"TemplateID":1152921509597813713}]}';
  assert.deepEqual(submissionsOf(root)[0]?.content.template, { id: 1152921509597813713n });
});

test("an integer variable beyond 2^53 becomes a text with the same digits", () => {
  const [submission] = submissionsOf(
    `{"Messages":[{"To":[{"Email":"a@example.org"}],"TemplateID":1,
      "Variables":{"id":1152921509597813713,"list":[{"id":-9007199254740993}],"small":7}}]}`,
  );
  assert.deepEqual(submission?.variables, {
    id: "1152921509597813713",
    list: [{ id: "-9007199254740993" }],
    small: 7,
  });
});

test("sandbox and error handling are read from the root, as booleans or as texts", () => {
  const { sandbox, advancedErrorHandling } = callOf({ Messages: [least] });
  assert.deepEqual([sandbox, advancedErrorHandling], [false, false]);
  for (const value of [true, "true", "True"]) {
    const call = callOf({ SandboxMode: value, AdvanceErrorHandling: value, Messages: [least] });
    assert.deepEqual([call.sandbox, call.advancedErrorHandling], [true, true]);
  }
});

test("50 recipients are allowed, and a mailbox named twice counts once", () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ Email: `p${index}@example.org` }));
  const { to, bcc } = submissionOf({ ...least, To: many, Bcc: [...many, { Email: "P1@EXAMPLE.org" }] });
  assert.deepEqual([to.length, bcc.length], [50, 51]);
});

test("255 characters of subject are code points", () => {
  const Subject = "😀".repeat(255);
  assert.equal(submissionOf({ ...least, Subject }).content.subject, Subject);
});

test("a line break in a subject or a name becomes a space", () => {
  const { content, to } = submissionOf({
    ...least,
    To: [{ Email: " one@example.org\n", Name: "One\r\nBcc: x@example.org" }],
    Subject: "Hello\r\nBcc: x@example.org",
  });
  assert.equal(content.subject, "Hello Bcc: x@example.org");
  assert.deepEqual(to, [{ address: "one@example.org", name: "One Bcc: x@example.org" }]);
});

test("Reply-To among the headers is the reply address unless the property says another", () => {
  const Headers = { "reply-to": '"Jürgen, B." <j@example.com>, k@example.com', "X-A": "1" };
  const { content } = submissionOf({ ...least, Headers });
  assert.deepEqual(content.replyTo, { address: "j@example.com", name: "Jürgen, B." });
  assert.deepEqual(content.headers, [["X-A", "1"]]);
  const both = submissionOf({ ...least, Headers, ReplyTo: { Email: "r@example.com" } });
  assert.deepEqual(both.content.replyTo, { address: "r@example.com", name: "" });
});

test("headers that describe the encoding of the body are passed over", () => {
  const Headers = { "Content-Type": "text/html", "MIME-Version": "1.0", "content-transfer-encoding": "8bit" };
  assert.deepEqual(submissionOf({ ...least, Headers }).content.headers, []);
});

test("the tags of links cannot leave an attribute", () => {
  const { content } = submissionOf({ ...least, URLTags: `a="><script>#'\u00e9%20` });
  assert.equal(content.urlTags, "a=%22%3E%3Cscript%3E%23%27%C3%A9%20");
});

test("the answer names recipients as they were written", () => {
  const [item] = callOf({ Messages: [{ ...least, To: [{ Email: "One@EXAMPLE.org" }] }] }).items;
  assert.deepEqual(item?.kind === "submission" && item.given, { to: ["One@EXAMPLE.org"], cc: [], bcc: [] });
});

test("one bad message does not touch the others", () => {
  const { items } = callOf({ Messages: [least, { ...least, To: [] }, 5, least] });
  assert.deepEqual(
    items.map((item) => item.kind),
    ["submission", "errors", "errors", "submission"],
  );
});
