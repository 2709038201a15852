import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { Refusal } from "../../../base/errors.ts";
import { createApi } from "../testing/api-client.ts";
import { basic } from "../testing/server.ts";

const message = {
  from: { address: "pilot@example.com", name: "Pilot" },
  to: [{ address: "passenger@example.com" }],
  subject: "Your flight",
  text: "Welcome",
};

test("a message is taken and answered with a string id for each recipient", async () => {
  const { ask, memory } = createApi();
  const answer = await ask("POST", "/messages", { ...message, customId: "c-1" });
  assert.equal(answer.status, 202);
  assert.deepEqual(answer.json, {
    recipients: [
      {
        id: "1152921509597813712",
        uuid: "606434fb-5cf2-4ee8-adaf-fd8dcf60890a",
        address: "passenger@example.com",
        role: "to",
      },
    ],
    customId: "c-1",
    isSandbox: false,
  });
  assert.equal(memory.accepted[0]?.accountId, 7n);
});

test("all fields of a message reach core", async () => {
  const { ask, memory } = createApi();
  const full = {
    ...message,
    sender: { address: "sender@example.com" },
    replyTo: { address: "reply@example.com" },
    cc: [{ address: "PASSENGER@EXAMPLE.COM" }, { address: "cc@example.com", name: "C\r\nBcc: x" }],
    bcc: [{ address: "bcc@example.com" }],
    html: "<img src=cid:logo>",
    templateLanguage: true,
    templateErrors: { reportTo: { address: "errors@example.com" }, deliver: true },
    variables: { name: "Ada", nested: { n: 1 } },
    attachments: [
      { filename: "a.txt", contentType: "text/plain", content: "aGVsbG8=" },
      { filename: "l.png", contentType: "image/png", content: "AAAA", contentId: "logo" },
    ],
    headers: { "X-Mine": "yes" },
    eventPayload: "p",
    campaign: "spring",
    deduplicateCampaign: true,
    linkParameters: "a=b",
    tracking: { opens: "off", clicks: "on" },
    priority: "low-first",
  };
  assert.equal((await ask("POST", "/messages", full)).status, 202);
  const submission = memory.accepted[0]!.submissions[0]!;
  assert.deepEqual(
    [submission.to, submission.cc, submission.bcc].map((list) => list.map(({ address }) => address)),
    [["passenger@example.com"], ["cc@example.com"], ["bcc@example.com"]],
  );
  assert.doesNotMatch(submission.cc[0]!.name, /[\r\n]/);
  const { content } = submission;
  assert.ok("html" in content);
  assert.deepEqual(
    [
      content.trackOpens,
      content.trackClicks,
      content.priority,
      content.customCampaign,
      content.deduplicatesCampaign,
    ],
    ["disabled", "enabled", 1, "spring", true],
  );
  assert.equal(content.attachments[0]?.content.toString(), "hello");
  assert.equal(content.inlined[0]?.contentId, "logo");
  assert.deepEqual(content.headers, [["X-Mine", "yes"]]);
  assert.deepEqual(submission.variables, { name: "Ada", nested: { n: 1 } });
  assert.equal(content.templateErrorReporting?.address, "errors@example.com");
});

test("a sandbox message is checked and has no ids", async () => {
  const { ask, memory } = createApi();
  const answer = await ask("POST", "/messages", { ...message, sandbox: true });
  assert.deepEqual([answer.status, answer.json.recipients, answer.json.isSandbox], [200, [], true]);
  assert.equal(memory.accepted[0]?.isSandbox, true);
});

test("the same Idempotency-Key gets the same answer, and stands for the bytes of the body", async () => {
  const { ask, memory } = createApi();
  const headers = { "idempotency-key": "order-1" };
  const first = await ask("POST", "/messages", message, headers);
  const again = await ask("POST", "/messages", message, headers);
  assert.deepEqual(again.json, first.json);
  assert.equal(memory.accepted.length, 1);
  assert.equal(memory.accepted[0]?.idempotency?.key, "order-1");
  assert.equal(memory.accepted[0]?.idempotency?.bodyHash.length, 32);
  assert.equal((await ask("POST", "/messages", message, { "idempotency-key": "a".repeat(300) })).status, 422);
});

test("what core refuses is a problem with its code, a remedy and the time to wait", async () => {
  const { ask, memory } = createApi();
  memory.refusal = new Refusal("sender_not_allowed", "You may not send from this address.", {
    field: "From",
  });
  const refused = await ask("POST", "/messages", message);
  assert.equal(refused.status, 403);
  assert.equal(refused.headers["content-type"], "application/problem+json");
  const { requestId, ...problem } = refused.json;
  assert.equal(requestId, refused.headers["x-mj-request-guid"]);
  assert.deepEqual(problem, {
    type: "/docs/errors#sender_not_allowed",
    title: "Forbidden",
    status: 403,
    code: "sender_not_allowed",
    detail: "You may not send from this address.",
    remedy: "Verify the domain or the address of the sender first.",
    errors: [{ field: "/from", in: "body", detail: "You may not send from this address." }],
  });
  memory.refusal = new Refusal("quota_exceeded", "The quota is used up.", { retryAfterSeconds: 60 });
  const late = await ask("POST", "/messages", message);
  assert.deepEqual([late.status, late.headers["retry-after"]], [429, "60"]);
});

const badMessages: [title: string, change: Record<string, unknown>, field: string][] = [
  ["no recipients", { to: [] }, "/to"],
  ["a recipient that is no address", { to: [{ address: "nobody" }] }, "/to/0/address"],
  ["a recipient without an address", { to: [{ name: "x" }] }, "/to/0/address"],
  ["a number for a subject", { subject: 5 }, "/subject"],
  ["a subject that is too long", { subject: "x".repeat(256) }, "/subject"],
  ["a name that is not known", { Subject: "x" }, "/Subject"],
  ["nothing to read", { text: undefined }, "/text"],
  ["a header that has a field", { headers: { Subject: "x" } }, "/headers/Subject"],
  ["a header that breaks its line", { headers: { "X-A/B": "a\r\nBcc: b@c.d" } }, "/headers/X-A~1B"],
  ["a body header", { headers: { "Content-Type": "x/y" } }, "/headers/Content-Type"],
  [
    "a file that is not base64",
    { attachments: [{ filename: "a", contentType: "a/b", content: "%%%" }] },
    "/attachments/0/content",
  ],
  [
    "a file of no type",
    { attachments: [{ filename: "a", contentType: "a\r\nb", content: "AAAA" }] },
    "/attachments/0/contentType",
  ],
  ["a template id that is a number", { templateId: 5 }, "/templateId"],
  ["a template id that no id can be", { templateId: "9999999999999999999" }, "/templateId"],
  ["a priority that does not exist", { priority: "urgent" }, "/priority"],
  ["deduplication without a campaign", { deduplicateCampaign: true }, "/campaign"],
  ["error reports without the language", { templateErrors: { deliver: true } }, "/templateErrors"],
  ["variables that are a list", { variables: [1] }, "/variables"],
  ["a truth that is a text", { sandbox: "true" }, "/sandbox"],
];

for (const [title, change, field] of badMessages) {
  test(`a message with ${title} is refused and names ${field}`, async () => {
    const { ask, memory } = createApi();
    const answer = await ask("POST", "/messages", { ...message, ...change });
    assert.deepEqual([answer.status, answer.json.code], [422, "invalid"]);
    assert.equal(answer.json.errors[0].field, field);
    assert.equal(memory.accepted.length, 0);
  });
}

test("more than 50 recipients in all are refused", async () => {
  const { ask } = createApi();
  const many = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({ address: `${prefix}${index}@example.com` }));
  assert.equal(
    (await ask("POST", "/messages", { ...message, to: many("a", 30), cc: many("b", 20) })).status,
    202,
  );
  assert.equal(
    (await ask("POST", "/messages", { ...message, to: many("a", 30), cc: many("b", 21) })).status,
    422,
  );
});

test("a body that is not JSON, or not said to be, is refused", async () => {
  const { ask } = createApi();
  const codes = async (body: string, type = "application/json") => {
    const { status, json } = await ask("POST", "/messages", body, { "content-type": type });
    return [status, json.code];
  };
  assert.deepEqual(await codes("{"), [400, "invalid_json"]);
  assert.deepEqual(await codes("[".repeat(1000)), [400, "invalid_json"]);
  assert.deepEqual(await codes(""), [422, "invalid"]);
  assert.deepEqual(await codes("[]"), [422, "invalid"]);
  assert.deepEqual(await codes("{}", "text/plain"), [415, "unsupported_media_type"]);
  assert.deepEqual(await codes("{}", "???"), [415, "unsupported_media_type"]);
  assert.deepEqual(await codes(" ".repeat(300_000)), [413, "payload_too_large"]);
});

test("strangers, suspended keys and keys without the permission are refused", async () => {
  const { ask } = createApi();
  const none = await ask("GET", "/messages", undefined, { authorization: "" });
  assert.deepEqual([none.status, none.json.code], [401, "unauthorized"]);
  assert.match(String(none.headers["www-authenticate"]), /^Basic realm=/);
  const suspended = await ask("GET", "/messages", undefined, { authorization: basic("suspended") });
  assert.deepEqual([suspended.status, suspended.json.code], [403, "account_suspended"]);
  const reader = { authorization: basic("reader") };
  assert.equal((await ask("GET", "/messages", undefined, reader)).status, 200);
  for (const [method, url] of [
    ["POST", "/messages"],
    ["DELETE", "/inbox"],
    ["GET", "/api-keys"],
    ["POST", "/domains"],
  ] as const) {
    assert.equal((await ask(method, url, undefined, reader)).json.code, "forbidden", url);
  }
});

test("no message ends in a defect", async () => {
  const { ask, lines } = createApi();
  const names = fc.constantFrom(
    ...Object.keys(message),
    "cc",
    "headers",
    "attachments",
    "variables",
    "templateId",
    "x",
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, fc.jsonValue({ depthSize: "small" })), async (change) => {
      const answer = await ask("POST", "/messages", { ...message, ...change });
      assert.ok(answer.status < 500, JSON.stringify(change));
    }),
    { numRuns: 400 },
  );
  assert.equal(lines.filter((line) => line.level === "error").length, 0);
});
