import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import type { Email as ParsedMessage } from "postal-mime";
import { CompatService } from "../support/compat-service.ts";
import type { MailjetAnswer, MailjetClient } from "../support/mailjet-clients.ts";

// Send API v3.1 as programs use it that have never heard of us: only the host is changed.

const From = { Email: "news@shop.example", Name: "The Shop" };
let compat: CompatService;

before(async () => {
  compat = await CompatService.start();
});
after(() => compat?.stop());

/** A test for each generation of the client. */
function testBoth(name: string, work: (client: MailjetClient) => Promise<void>): void {
  for (const index of [0, 1])
    test(`${["node-mailjet 6", "node-mailjet 3.4.1"][index]}: ${name}`, () => work(compat.clients()[index]!));
}

function send(client: MailjetClient, body: object): Promise<MailjetAnswer> {
  return client.call("post", "send", { version: "v3.1", body });
}

/** Sends messages that are all accepted, and answers what arrives, by recipient. */
async function deliver(client: MailjetClient, body: object): Promise<Map<string, ParsedMessage>> {
  const since = compat.sink.transactions.length;
  const answer = await send(client, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const roles: { Email: string }[] = answer.body.Messages.flatMap(
    ({ To, Cc, Bcc }: Record<string, { Email: string }[]>) => [To, Cc, Bcc].flat(),
  );
  return compat.arrived([...new Set(roles.map(({ Email }) => Email))], since);
}

testBoth("a message is accepted, arrives and has all that programs read in an answer", async (client) => {
  const To = [{ Email: "ada@example.net", Name: "Ada" }];
  const since = compat.sink.transactions.length;
  const answer = await send(client, {
    Messages: [
      { From, To, Subject: "Hello", TextPart: "Text", HTMLPart: "<p>HTML</p>", CustomID: "order-7" },
    ],
  });
  assert.equal(answer.status, 200);
  const [message] = answer.body.Messages;
  assert.deepEqual(
    [message.Status, message.CustomID, message.Cc, message.Bcc],
    ["success", "order-7", [], []],
  );
  const [{ Email, MessageID, MessageUUID, MessageHref }] = message.To;
  assert.equal(Email, "ada@example.net");
  assert.match(MessageID, /^\d{17,19}$/);
  assert.ok(BigInt(MessageID) > 2n ** 53n, "the id is beyond what JavaScript counts exactly");
  assert.match(MessageUUID, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.equal(MessageHref, `${compat.service.url}/v3/REST/message/${MessageID}`);
  await compat.arrived(["ada@example.net"], since);
  const stored = await client.call("get", "message", { id: MessageID });
  assert.equal(stored.body.Data[0].ID, MessageID);
});

testBoth("Globals give 50 messages what they do not say themselves", async (client) => {
  const recipients = Array.from({ length: 50 }, (_, index) => `user${index}@example.net`);
  const arrived = await deliver(client, {
    Globals: {
      From,
      Subject: "For [[var:name]]",
      TextPart: "Dear [[var:name]]",
      TemplateLanguage: true,
      Cc: [{ Email: "copy@example.org" }],
    },
    Messages: recipients.map((Email, index) => ({
      To: [{ Email, Name: `User ${index}` }],
      Variables: { name: `number ${index}` },
      ...(index === 7 ? { Subject: "My own", Cc: [] } : {}),
    })),
  });
  assert.equal(arrived.size, 51);
  assert.equal(arrived.get("user3@example.net")?.subject, "For number 3");
  assert.equal(arrived.get("user49@example.net")?.text?.trim(), "Dear number 49");
  assert.deepEqual(arrived.get("user3@example.net")?.cc, [{ address: "copy@example.org", name: "" }]);
  assert.equal(arrived.get("user7@example.net")?.subject, "My own");
});

testBoth("recipients of one message see each other, but not the blind copies", async (client) => {
  const arrived = await deliver(client, {
    Messages: [
      {
        From,
        To: [{ Email: "ada@example.net", Name: "Ada" }, { Email: "grace@example.net" }],
        Cc: [{ Email: "alan@example.net", Name: "Alan" }],
        Bcc: [{ Email: "secret@example.net" }],
        ReplyTo: { Email: "answers@elsewhere.example", Name: "Answers" },
        Subject: "Together",
        TextPart: "Hello all",
        Headers: { "X-Order": "42" },
      },
    ],
  });
  assert.deepEqual([...arrived.keys()].sort(), [
    "ada@example.net",
    "alan@example.net",
    "grace@example.net",
    "secret@example.net",
  ]);
  for (const { from, to, cc, bcc, replyTo, headers } of arrived.values()) {
    assert.deepEqual(from, { address: From.Email, name: From.Name });
    assert.deepEqual(
      to?.map(({ address }) => address),
      ["ada@example.net", "grace@example.net"],
    );
    assert.deepEqual(cc, [{ address: "alan@example.net", name: "Alan" }]);
    assert.equal(bcc, undefined);
    assert.deepEqual(replyTo, [{ address: "answers@elsewhere.example", name: "Answers" }]);
    assert.equal(headers.find(({ key }) => key === "x-order")?.value, "42");
  }
});

testBoth("attachments and inline images arrive", async (client) => {
  const content = randomBytes(100_000);
  const file = (Filename: string, ContentType: string) => {
    return { Filename, ContentType, Base64Content: content.toString("base64") };
  };
  const arrived = await deliver(client, {
    Messages: [
      {
        From,
        To: [{ Email: "files@example.net" }],
        Subject: "Files",
        TextPart: "See the files",
        HTMLPart: '<img src="cid:logo">',
        Attachments: [file("bill.pdf", "application/pdf")],
        InlinedAttachments: [{ ...file("logo.png", "image/png"), ContentID: "logo" }],
      },
    ],
  });
  const { attachments = [] } = arrived.get("files@example.net") ?? {};
  assert.deepEqual(
    attachments.map(({ filename, mimeType, disposition }) => [filename, mimeType, disposition]).sort(),
    [
      ["bill.pdf", "application/pdf", "attachment"],
      ["logo.png", "image/png", "inline"],
    ],
  );
  for (const attachment of attachments)
    assert.ok(Buffer.from(attachment.content as ArrayBuffer).equals(content));
  assert.equal(attachments.find(({ disposition }) => disposition === "inline")?.contentId, "<logo>");
});

testBoth("a stored template is filled with variables, and the call's own values win", async (client) => {
  const Name = `Welcome by ${client.name}`;
  const made = await client.call("post", "template", {
    body: { Name, EditMode: 2, Purposes: ["transactional"] },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { ID } = made.body.Data[0];
  const content = {
    "Html-part":
      '<p>Dear {{var:name:""}}, {% if var:vip:"no" == "yes" %}welcome back{% else %}welcome{% endif %}</p>',
    "Text-part": 'Dear {{var:name:"friend"}}',
    Headers: { Subject: "Subject of the template", "Reply-To": "template@shop.example" },
  };
  const stored = await client.call("post", "template", { id: ID, action: "detailcontent", body: content });
  assert.equal(stored.status, 201, JSON.stringify(stored.body));
  const arrived = await deliver(client, {
    Messages: [
      {
        From,
        To: [{ Email: "a@example.net" }],
        TemplateID: ID,
        TemplateLanguage: true,
        Variables: { name: "Ada & Co", vip: "yes" },
      },
      {
        From,
        To: [{ Email: "b@example.net" }],
        TemplateID: ID,
        TemplateLanguage: true,
        Subject: "My subject",
        Variables: { nested: { a: 1 } },
      },
    ],
  });
  const first = arrived.get("a@example.net");
  assert.equal(first?.subject, "Subject of the template");
  assert.deepEqual(first?.replyTo, [{ address: "template@shop.example", name: "" }]);
  assert.match(first?.html ?? "", /Dear Ada & Co, welcome back|Dear Ada &amp; Co, welcome back/);
  const second = arrived.get("b@example.net");
  assert.equal(second?.subject, "My subject");
  assert.equal(second?.text?.trim(), "Dear friend");
});

testBoth("CustomID and EventPayload come back, and a message is found by its CustomID", async (client) => {
  const CustomID = `id of ${client.name} ${randomBytes(4).toString("hex")}`;
  const Messages = [
    {
      From,
      To: [{ Email: "custom@example.net" }],
      Subject: "s",
      TextPart: "t",
      CustomID,
      EventPayload: '{"a":1}',
    },
  ];
  const answer = await send(client, { Messages });
  assert.equal(answer.body.Messages[0].CustomID, CustomID);
  const found = await client.call("get", "message", {
    filters: { CustomID, ShowCustomID: true, ShowSubject: true, ShowContactAlt: true },
  });
  assert.equal(found.body.Count, 1);
  const [message] = found.body.Data;
  assert.equal(message.ID, answer.body.Messages[0].To[0].MessageID);
  assert.deepEqual(
    [message.CustomID, message.Subject, message.ContactAlt],
    [CustomID, "s", "custom@example.net"],
  );
});

testBoth("SandboxMode checks everything and sends nothing", async (client) => {
  const Messages = [
    { From, To: [{ Email: "ada@example.net" }], Subject: "s", TextPart: "t", CustomID: "sandbox" },
  ];
  const { status, body } = await send(client, { SandboxMode: true, Messages });
  assert.equal(status, 200);
  const [to] = body.Messages[0].To;
  assert.deepEqual([String(to.MessageID), to.MessageUUID], ["0", ""]);
  assert.match(to.MessageHref, /\/0$/);
  const wrong = await send(client, {
    SandboxMode: true,
    Messages: [{ ...Messages[0], From: { Email: "x@other.example" } }],
  });
  assert.equal(wrong.status, 403);
  const rows = await client.call("get", "message", { filters: { CustomID: "sandbox" } });
  assert.equal(rows.body.Count, 0);
});

testBoth(
  "of a partly wrong call the good messages are sent, and the answer keeps the order",
  async (client) => {
    const since = compat.sink.transactions.length;
    const good = (Email: string) => ({ From, To: [{ Email }], Subject: "s", TextPart: "t" });
    const { status, body } = await send(client, {
      Messages: [
        good("one@example.net"),
        { ...good("bad@@example"), CustomID: "wrong" },
        good("three@example.net"),
        { ...good("x@example.net"), TextPart: undefined },
      ],
    });
    assert.equal(status, 400);
    assert.deepEqual(
      body.Messages.map(({ Status }: { Status: string }) => Status),
      ["success", "error", "success", "error"],
    );
    assert.equal(body.Messages[0].To[0].Email, "one@example.net");
    assert.equal(body.Messages[1].Errors[0].ErrorCode, "mj-0013");
    assert.deepEqual(body.Messages[1].Errors[0].ErrorRelatedTo, ["To[0].Email"]);
    assert.equal(body.Messages[3].Errors[0].ErrorCode, "send-0003");
    await compat.arrived(["one@example.net", "three@example.net"], since);
  },
);

testBoth("wrong keys are answered 401 in words", async (client) => {
  const wrong = compat.clients({ ...compat.service.first, secretKey: "0".repeat(32) });
  const stranger = wrong.find(({ name }) => name === client.name)!;
  const { status, body } = await send(stranger, { Messages: [] });
  assert.equal(status, 401);
  assert.equal(body.StatusCode, 401);
  assert.match(body.ErrorIdentifier, /^[0-9a-f-]{36}$/);
  assert.equal(
    body.ErrorMessage,
    "API key authentication/authorization failure. You may be unauthorized to access the API or your API key may be expired. Visit API keys management section to check your keys.",
  );
  const rest = await stranger.call("get", "apikey");
  assert.deepEqual([rest.status, rest.body], [401, ""]);
});
