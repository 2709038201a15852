import assert from "node:assert/strict";
import { test } from "node:test";
import type { Submission, SubmissionContent } from "../../../../core/messages/index.ts";
import { parseSendV31 } from "./parse-v31.ts";

const From = { Email: "pilot@example.com", Name: "Pilot" };
const file = (Filename: string) => ({ ContentType: "text/plain", Filename, Base64Content: "QQ==" });

function to(index: number): { Email: string }[] {
  return [{ Email: `p${index}@example.org` }];
}

function submissionsOf(Globals: unknown, ...Messages: unknown[]): Submission[] {
  const call = parseSendV31(Buffer.from(JSON.stringify({ Globals, Messages })), () => "id");
  assert.equal(call.kind, "messages");
  return call.kind === "messages"
    ? call.items.map((item) => {
        assert.equal(item.kind, "submission", item.kind === "errors" ? JSON.stringify(item.errors) : "");
        return (item as Extract<typeof item, { kind: "submission" }>).submission;
      })
    : [];
}

function contents(submissions: Submission[]): Set<SubmissionContent> {
  return new Set(submissions.map((submission) => submission.content));
}

test("values of a message win over Globals", () => {
  const Globals = { From, Subject: "A", TextPart: "a", Priority: 1, TrackOpens: "disabled", CustomID: "g" };
  const [plain, own] = submissionsOf(
    Globals,
    { To: to(1) },
    { To: to(2), Subject: "B", Priority: 3, TrackOpens: "enabled", CustomID: "m", HTMLPart: "b" },
  );
  assert.deepEqual(
    [plain?.content.subject, plain?.content.priority, plain?.content.trackOpens, plain?.customId],
    ["A", 1, "disabled", "g"],
  );
  assert.deepEqual(
    [own?.content.subject, own?.content.priority, own?.content.trackOpens, own?.customId],
    ["B", 3, "enabled", "m"],
  );
  assert.deepEqual([own?.content.text, own?.content.html], ["a", "b"]);
});

test("an empty value does not hide the one of Globals", () => {
  const [own] = submissionsOf(
    { From, Subject: "A", TextPart: "a" },
    { To: to(1), Subject: "", TextPart: null },
  );
  assert.deepEqual([own?.content.subject, own?.content.text], ["A", "a"]);
});

test("objects are merged, the message's entries over those of Globals", () => {
  const [own] = submissionsOf(
    {
      From,
      ReplyTo: { Email: "r@example.com", Name: "R" },
      TextPart: "a",
      Headers: { "X-A": "1", "X-B": "2" },
      Variables: { var1: "value1", var2: "value2" },
    },
    {
      To: to(1),
      From: { Name: "Co-pilot" },
      ReplyTo: { Email: "s@example.com" },
      Headers: { "x-b": "3", "X-C": "4" },
      variables: { var1: "value1_bis", var3: "value3" },
    },
  );
  assert.deepEqual(own?.content.from, { address: "pilot@example.com", name: "Co-pilot" });
  assert.deepEqual(own?.content.replyTo, { address: "s@example.com", name: "R" });
  assert.deepEqual(own?.content.headers, [
    ["X-A", "1"],
    ["x-b", "3"],
    ["X-C", "4"],
  ]);
  assert.deepEqual(own?.variables, { var1: "value1_bis", var2: "value2", var3: "value3" });
});

test("arrays of a message follow those of Globals", () => {
  const [own] = submissionsOf(
    { From, TextPart: "a", Cc: to(7), Bcc: to(8), Attachments: [file("g")], InlinedAttachments: [file("h")] },
    { To: to(1), Cc: to(9), Attachments: [file("m")] },
  );
  assert.deepEqual(
    own?.cc.map((party) => party.address),
    ["p7@example.org", "p9@example.org"],
  );
  assert.deepEqual(
    own?.bcc.map((party) => party.address),
    ["p8@example.org"],
  );
  assert.deepEqual(
    own?.content.attachments.map((each) => each.filename),
    ["g", "m"],
  );
  assert.deepEqual(
    own?.content.inlined.map((each) => each.filename),
    ["h"],
  );
});

test("To in Globals is passed over", () => {
  const call = parseSendV31(
    Buffer.from(JSON.stringify({ Globals: { From, TextPart: "a", To: to(1) }, Messages: [{}] })),
    () => "id",
  );
  const item = call.kind === "messages" ? call.items[0] : undefined;
  assert.deepEqual(item?.kind === "errors" && item.errors.map((error) => error.relatedTo), [["To"]]);
});

test("recipients of Globals count in every message", () => {
  const Cc = Array.from({ length: 50 }, (_, index) => ({ Email: `c${index}@example.org` }));
  const body = JSON.stringify({ Globals: { From, TextPart: "a", Cc }, Messages: [{ To: to(1) }] });
  const call = parseSendV31(Buffer.from(body), () => "id");
  const item = call.kind === "messages" ? call.items[0] : undefined;
  assert.deepEqual(item?.kind === "errors" && item.errors.map((error) => error.code), ["send-0015"]);
});

test("messages that add only recipients and variables share the content of Globals", () => {
  const Messages = Array.from({ length: 50 }, (_, index) => ({
    To: to(index),
    Variables: { index },
    CustomID: `c${index}`,
    EventPayload: "p",
    HTMLPart: "",
    Attachments: [],
  }));
  const submissions = submissionsOf({ From, HTMLPart: "<p>", Attachments: [file("g")] }, ...Messages);
  assert.equal(contents(submissions).size, 1);
});

test("the same content written out in every message is one object", () => {
  const repeated = { From, Subject: "A", HTMLPart: "<p>", Attachments: [file("a")], Headers: { "X-A": "1" } };
  const submissions = submissionsOf(
    undefined,
    ...Array.from({ length: 50 }, (_, index) => ({ ...repeated, To: to(index) })),
  );
  assert.equal(contents(submissions).size, 1);
});

test("contents that differ in anything are different objects", () => {
  const base = { From, To: to(1), Subject: "A", HTMLPart: "<p>", Attachments: [file("a")] };
  const variants = [
    base,
    { ...base, HTMLPart: "<q>" },
    { ...base, Attachments: [{ ...file("a"), Base64Content: "Qg==" }] },
    { ...base, Attachments: [file("b")] },
    { ...base, TrackOpens: "disabled" },
    { ...base, From: { ...From, Name: "Other" } },
    { ...base, Headers: { "X-A": "1" } },
    { ...base, Headers: { "X-A": "2" } },
    { ...base, TemplateID: 1 },
    { ...base, TemplateID: 2 },
    { ...base, Priority: 3 },
  ];
  assert.equal(contents(submissionsOf(undefined, ...variants)).size, variants.length);
});

test("an error in a shared content is told of every message that has it", () => {
  const bad = { From, HTMLPart: "<p>", Attachments: [{ ...file("a"), Base64Content: "?" }] };
  const body = JSON.stringify({ Messages: [1, 2].map((index) => ({ ...bad, To: to(index) })) });
  const call = parseSendV31(Buffer.from(body), () => "id");
  assert.deepEqual(
    call.kind === "messages" &&
      call.items.map((item) => item.kind === "errors" && item.errors.map((error) => error.relatedTo)),
    [[["Attachments[0].Base64Content"]], [["Attachments[0].Base64Content"]]],
  );
});
