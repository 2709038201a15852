import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CompatService } from "../support/compat-service.ts";
import type { MailjetAnswer, MailjetClient } from "../support/mailjet-clients.ts";

// Send API v3, and what both send APIs say of wrong calls.

const sender = { FromEmail: "news@shop.example", FromName: "The Shop" };
let compat: CompatService;

before(async () => {
  compat = await CompatService.start();
});
after(() => compat?.stop());

function testBoth(name: string, work: (client: MailjetClient) => Promise<void>): void {
  for (const index of [0, 1])
    test(`${["node-mailjet 6", "node-mailjet 3.4.1"][index]}: ${name}`, () => work(compat.clients()[index]!));
}

function send(client: MailjetClient, body: object): Promise<MailjetAnswer> {
  return client.call("post", "send", { version: "v3", body });
}

testBoth("Recipients get a message each, with variables of their own", async (client) => {
  const since = compat.sink.transactions.length;
  const { status, body } = await send(client, {
    ...sender,
    Subject: "For [[var:name]]",
    "Text-part": 'Dear [[var:name]], from [[var:place:"nowhere"]]',
    "Html-part": "<p>Dear [[var:name]]</p>",
    Recipients: [
      { Email: "ada@example.net", Name: "Ada", Vars: { name: "Ada" } },
      { Email: "grace@example.net", Vars: { place: "Arlington" } },
    ],
    Vars: { name: "friend" },
    "Mj-CustomID": "v3",
  });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(
    body.Sent.map(({ Email }: { Email: string }) => Email),
    ["ada@example.net", "grace@example.net"],
  );
  for (const { MessageID, MessageUUID } of body.Sent) {
    assert.match(String(MessageID), /^\d{17,19}$/);
    assert.match(MessageUUID, /^[0-9a-f-]{36}$/);
  }
  const arrived = await compat.arrived(["ada@example.net", "grace@example.net"], since);
  assert.deepEqual(
    [...arrived.values()].map(({ subject, text, to }) => [
      subject,
      text?.trim(),
      to?.map(({ address }) => address),
    ]),
    [
      ["For Ada", "Dear Ada, from nowhere", ["ada@example.net"]],
      ["For friend", "Dear friend, from Arlington", ["grace@example.net"]],
    ],
  );
});

testBoth("To, Cc and Bcc are lists in one text", async (client) => {
  const since = compat.sink.transactions.length;
  const { status, body } = await send(client, {
    FromEmail: "news@shop.example",
    To: 'Ada <ada@example.net>, "Hopper, Grace" <grace@example.net>',
    Cc: "alan@example.net",
    Bcc: "secret@example.net",
    Subject: "Lists",
    "Text-part": "Hello",
    Headers: { "Reply-To": "answers@shop.example", "X-Order": "7" },
    Attachments: [{ "Content-type": "text/plain", Filename: "a.txt", content: "SGVsbG8=" }],
    Inline_attachments: [{ "Content-type": "image/gif", Filename: "dot.gif", content: "R0lGODlh" }],
  });
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.Sent.length, 4);
  const arrived = await compat.arrived(["ada@example.net", "secret@example.net"], since);
  const message = arrived.get("secret@example.net");
  assert.deepEqual(message?.to, [
    { address: "ada@example.net", name: "Ada" },
    { address: "grace@example.net", name: "Hopper, Grace" },
  ]);
  assert.deepEqual(message?.cc, [{ address: "alan@example.net", name: "" }]);
  assert.deepEqual(message?.replyTo, [{ address: "answers@shop.example", name: "" }]);
  assert.deepEqual(message?.attachments.map(({ filename }) => filename).sort(), ["a.txt", "dot.gif"]);
});

testBoth("a template is named by id or by name, and many messages go in one call", async (client) => {
  const Name = `v3 by ${client.name}`;
  const made = await client.call("post", "template", { body: { Name, Purposes: ["transactional"] } });
  const { ID } = made.body.Data[0];
  const body = { "Text-part": 'Template for {{var:name:"you"}}' };
  await client.call("post", "template", { id: ID, action: "detailcontent", body });
  const since = compat.sink.transactions.length;
  const answer = await send(client, {
    Messages: [
      {
        ...sender,
        Subject: "By id",
        To: "id@example.net",
        "Mj-TemplateID": Number(ID),
        "Mj-TemplateLanguage": true,
        Vars: { name: "me" },
      },
      {
        ...sender,
        Subject: "By name",
        To: "name@example.net",
        "mj-templateid": Name,
        "MJ-TemplateLanguage": "true",
      },
    ],
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const arrived = await compat.arrived(["id@example.net", "name@example.net"], since);
  assert.equal(arrived.get("id@example.net")?.text?.trim(), "Template for me");
  assert.equal(arrived.get("name@example.net")?.text?.trim(), "Template for you");
});

testBoth("wrong keys are answered 401 without a word", async (client) => {
  const wrong = compat.clients({ ...compat.service.first, secretKey: "0".repeat(32) });
  const { status, body } = await send(wrong.find(({ name }) => name === client.name)!, {
    ...sender,
    To: "a@b.example",
  });
  assert.deepEqual([status, body], [401, ""]);
});

for (const [what, wrong, words] of [
  ["no recipient", { To: undefined }, /Missing "To" or "Recipients" property/],
  [
    "too many recipients",
    { To: Array.from({ length: 51 }, (_, n) => `a${n}@example.net`).join() },
    /Too many recipients in To/,
  ],
  ["an address that is none", { To: "nobody" }, /Invalid email address "nobody"/],
  ["headers that are a list", { Headers: ["a"] }, /"Headers" is not JSON object type/],
  ["a header that is a number", { Headers: { "X-A": 1 } }, /Header \[X-A\] is not string type/],
  ["a foreign sender", { FromEmail: "a@elsewhere.example" }, /a@elsewhere\.example/],
  ["no content", { "Text-part": undefined }, /\S/],
] as const) {
  testBoth(`v3 refuses ${what} and says so`, async (client) => {
    const right = { ...sender, To: "ada@example.net", Subject: "s", "Text-part": "t" };
    const { status, body } = await send(client, { ...right, ...wrong });
    assert.ok(status === 400 || status === 403, `${status}`);
    assert.equal(body.StatusCode, status);
    assert.match(body.ErrorMessage, words);
  });
}

const right = {
  From: { Email: "news@shop.example", Name: "The Shop" },
  To: [{ Email: "ada@example.net", Name: "Ada" }],
  Subject: "Subject",
  TextPart: "Text",
};
const file = { ContentType: "text/plain", Filename: "a.txt", Base64Content: "SGVsbG8=" };
const many = (count: number, name = "user") =>
  Array.from({ length: count }, (_, n) => ({ Email: `${name}${n}@example.net` }));

for (const [what, wrong, code, status, relatedTo] of [
  ["no text at all", { TextPart: undefined }, "send-0003", 400, ["TextPart", "HTMLPart", "TemplateID"]],
  ["a foreign sender", { From: { Email: "a@elsewhere.example" } }, "send-0008", 403, ["From"]],
  ["an unknown template", { TemplateID: 123456789 }, "send-0010", 400, ["TemplateID"]],
  ["a header of its own property", { Headers: { subject: "x" } }, "send-0011", 400, ['Headers["subject"]']],
  [
    "deduplication without campaign",
    { DeduplicateCampaign: true },
    "send-0012",
    400,
    ["CustomCampaign", "DeduplicateCampaign"],
  ],
  ["an unknown category", { MonitoringCategory: "nope" }, "send-0013", 400, ["MonitoringCategory"]],
  ["51 recipients", { To: many(51) }, "send-0015", 400, ["To", "Cc", "Bcc"]],
  [
    "51 recipients in three fields",
    { To: many(20, "to"), Cc: many(20, "cc"), Bcc: many(11, "bcc") },
    "send-0015",
    400,
    ["To", "Cc", "Bcc"],
  ],
  [
    "error reporting without language",
    { TemplateErrorReporting: { Email: "a@shop.example" } },
    "send-0016",
    400,
    ["TemplateLanguage"],
  ],
  ["no sender", { From: undefined }, "mj-0003", 400, ["From"]],
  ["no recipient", { To: undefined }, "mj-0003", 400, ["To"]],
  ["recipients that are a text", { To: "ada@example.net" }, "mj-0004", 400, ["To"]],
  ["a subject that is a number", { Subject: 7 }, "mj-0004", 400, ["Subject"]],
  ["variables that are a list", { Variables: [1] }, "mj-0004", 400, ["Variables"]],
  ["an unknown tracking wish", { TrackOpens: "perhaps" }, "mj-0005", 400, ["TrackOpens"]],
  ["a priority of 9", { Priority: 9 }, "mj-0005", 400, ["Priority"]],
  ["a subject of 256 characters", { Subject: "x".repeat(256) }, "mj-0006", 400, ["Subject"]],
  ["URL tags of 257 characters", { URLTags: "x".repeat(257) }, "mj-0006", 400, ["URLTags"]],
  ["an empty list of recipients", { To: [] }, "mj-0007", 400, ["To"]],
  ["an empty address", { To: [{ Email: "" }] }, "mj-0012", 400, ["To[0].Email"]],
  [
    "a file without name",
    { Attachments: [{ ...file, Filename: "" }] },
    "mj-0012",
    400,
    ["Attachments[0].Filename"],
  ],
  [
    "a file with empty content",
    { Attachments: [{ ...file, Base64Content: "" }] },
    "mj-0012",
    400,
    ["Attachments[0].Base64Content"],
  ],
  ["an address that is none", { Cc: [{ Email: "a@b..c" }] }, "mj-0013", 400, ["Cc[0].Email"]],
] as const) {
  test(`v3.1 refuses ${what} with ${code}`, async () => {
    const [client] = compat.clients();
    const body = { Messages: [{ ...right, ...wrong }] };
    const answer = await client!.call("post", "send", { version: "v3.1", body });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    const [{ Status, Errors }] = answer.body.Messages;
    assert.equal(Status, "error");
    const [error] = Errors;
    assert.deepEqual([error.ErrorCode, error.StatusCode, error.ErrorRelatedTo], [code, status, relatedTo]);
    assert.match(error.ErrorIdentifier, /^[0-9a-f-]{36}$/);
    assert.match(error.ErrorMessage, /\S/);
  });
}

for (const [what, body, code] of [
  ["51 messages", { Messages: Array.from({ length: 51 }, () => right) }, undefined],
  ["no messages", { Messages: [] }, "mj-0007"],
  ["no call at all", {}, "mj-0003"],
  ["a list instead of a call", [right], "mj-0004"],
] as const) {
  test(`v3.1 refuses a whole call with ${what}`, async () => {
    const answer = await compat.service.request(compat.service.first, "POST", "/v3.1/send", { body });
    assert.equal(answer.status, 400, answer.text);
    if (code !== undefined) assert.match(answer.text, new RegExp(`"ErrorCode":"${code}"`));
    else assert.match(answer.text, /Max allowed - 50/);
  });
}

test("what is no JSON is refused in the words of each dialect", async () => {
  const { first, url } = compat.service;
  const authorization = `Basic ${Buffer.from(`${first.apiKey}:${first.secretKey}`).toString("base64")}`;
  const post = (path: string, body: string) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body,
    });
  const compact = await post("/v3.1/send", '{"Messages":[}');
  assert.equal(compact.status, 400);
  const { ErrorCode, ErrorMessage } = (await compact.json()) as Record<string, string>;
  assert.equal(ErrorCode, "mj-0002");
  assert.equal(ErrorMessage, "Malformed JSON, please review the syntax and properties types.");
  const spaced = await post("/v3/send", "{'FromEmail':");
  assert.equal(spaced.status, 400);
  assert.match(await spaced.text(), /"StatusCode" : 400/);
});
