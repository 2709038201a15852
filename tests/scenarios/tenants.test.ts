import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Records } from "../support/records.ts";
import { acceptedIn, send } from "../support/sending.ts";
import { type Credentials, TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

// Two customers and a sub-account of the first. Everything the first one owns is looked for with the keys of the others,
// by its list and by its id, and changed and deleted with them.

let sink: SmtpServer;
let service: TestService;
let records: Records;
let owner: Credentials;
let sub: Credentials;
let stranger: Credentials;
/** What the owner has: the ids, and a word that names it. */
const owned: Record<string, { id: string; word: string }> = {};

const word = "belongs-to-the-owner";

before(async () => {
  sink = await startSmtpServer({
    on: { rcpt: ({ argument }) => (argument.includes("gone@") ? "550 5.1.1 No such user" : undefined) },
  });
  service = await new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } }).start();
  owner = service.first;
  await service.command("domain", "approve", `${word}.example`, "--account", owner.accountId);
  stranger = await service.account("stranger@firm.example", "firm.example");
  records = await Records.open(service);
  sub = await subAccount();
  await own();
});
after(async () => {
  await records?.close();
  await service?.remove();
  await sink?.close();
});

async function created(target: string, body: object): Promise<Record<string, unknown>> {
  const answer = await service.request(owner, "POST", target, { body });
  assert.ok(answer.status < 300, `${target}: ${answer.status} ${answer.text}`);
  const parsed = answer.json() as { Data?: Record<string, unknown>[] };
  return parsed.Data?.[0] ?? (parsed as Record<string, unknown>);
}

async function subAccount(): Promise<Credentials> {
  const made = await created("/v3/REST/apikey", { Name: "Sub-account" });
  return { accountId: "", apiKey: String(made.APIKey), secretKey: String(made.SecretKey) };
}

async function own(): Promise<void> {
  const message = (address: string) => ({
    From: { Email: `a@${word}.example` },
    To: [{ Email: address }],
    Subject: word,
    CustomID: word,
    CustomCampaign: word,
  });
  const [delivered, bounced] = await send(
    service,
    owner,
    message(`${word}@example.net`),
    message("gone@example.net"),
  );
  await records.reached(delivered!.id, "sent");
  await records.reached(bounced!.id, "bounced");
  const unverified = { ...message("inbox@example.net"), From: { Email: "owner@facteur.example" } };
  const [kept] = await send(service, owner, unverified);
  await records.reached(kept!.id, "sent");
  const template = await created("/v3/REST/template", { Name: word, Author: word });
  const sender = await created("/v3/REST/sender", { Email: `x@${word}.example`, Name: word });
  const user = (await service.request(owner, "GET", "/v3/REST/user")).text;
  const [, userId = ""] = /"ID" : (\d+)/.exec(user) ?? [];
  const key = (await service.request(owner, "GET", "/v3/REST/apikey")).text;
  const [, keyId = ""] = /"ID" : (\d+)/.exec(key) ?? [];
  const access = await created("/v3/REST/apikeyaccess", {
    APIKeyID: Number(keyId),
    UserID: Number(userId),
    CustomName: word,
  });
  const dns = (await service.request(owner, "GET", `/v3/REST/dns/${word}.example`)).text;
  const inbox = (await service.request(owner, "GET", "/api/v1/inbox")).text;
  Object.assign(owned, {
    message: { id: String(delivered!.id), word },
    messagehistory: { id: String(delivered!.id), word: "EventType" },
    messageinformation: { id: String(delivered!.id), word: "MessageSize" },
    template: { id: String(template.ID), word },
    sender: { id: String(sender.ID), word },
    dns: { id: /"ID" : (\d+)/.exec(dns)?.[1] ?? "", word },
    apikeyaccess: { id: String(access.ID), word },
    user: { id: userId, word: "owner@" },
    apikey: { id: keyId, word: owner.apiKey },
    inbox: { id: /"id":"(\d+)"/.exec(inbox)?.[1] ?? "", word },
  });
}

/** The keys that must not see anything. */
const outsiders = () => [["a stranger", stranger] as const, ["a sub-account", sub] as const];

// Resources whose words are the same for everybody.
const wordless = new Set(["messagehistory", "messageinformation"]);

async function assertHidden(
  credentials: Credentials,
  method: string,
  target: string,
  body?: object,
): Promise<string> {
  const answer = await service.request(credentials, method, target, body === undefined ? {} : { body });
  assert.ok(answer.status < 500, `${method} ${target}: ${answer.text}`);
  for (const [resource, { word: secret }] of Object.entries(owned)) {
    // A sub-account has the same owner, and may know.
    if (wordless.has(resource) || (resource === "user" && credentials === sub)) continue;
    assert.ok(!answer.text.includes(secret), `${method} ${target}: ${answer.text}`);
  }
  return `${answer.status}`;
}

test("the owner finds all of it, or the rest of this file would show nothing", async () => {
  for (const [resource, { id, word: secret }] of Object.entries(owned)) {
    const target = resource === "inbox" ? `/api/v1/inbox/${id}` : `/v3/REST/${resource}/${id}?ShowSubject=1`;
    const answer = await service.request(owner, "GET", target);
    assert.equal(answer.status, 200, `${target}: ${answer.text}`);
    assert.ok(answer.text.includes(secret), `${target}: ${answer.text}`);
  }
});

test("no list shows another account's", async () => {
  for (const [name, credentials] of outsiders()) {
    for (const resource of [
      "message",
      "messagehistory",
      "messageinformation",
      "template",
      "sender",
      "dns",
      "apikeyaccess",
      "apikey",
      "user",
      "myprofile",
      "metasender",
    ])
      assert.equal(
        await assertHidden(
          credentials,
          "GET",
          `/v3/REST/${resource}?Limit=0&ShowSubject=1&ShowContactAlt=1&ShowCustomID=1`,
        ),
        "200",
        `${name} ${resource}`,
      );
    for (const list of ["messages", "inbox", "domains", "senders", "suppressions", "queue", "api-keys"])
      assert.equal(await assertHidden(credentials, "GET", `/api/v1/${list}`), "200", `${name} ${list}`);
  }
});

test("no id leads to another account's, and nothing of it can be changed or deleted", async () => {
  for (const [name, credentials] of outsiders()) {
    for (const [resource, { id }] of Object.entries(owned)) {
      if (resource === "inbox") continue;
      const target = `/v3/REST/${resource}/${id}`;
      for (const [method, body] of [
        ["GET"],
        ["PUT", { Name: "mine", IsActive: false, CustomName: "mine" }],
        ["DELETE", {}],
      ] as const) {
        const status = await assertHidden(credentials, method, target, body);
        // A history of nothing is an empty list.
        const allowed =
          resource === "messagehistory" && method === "GET" ? ["200"] : ["400", "401", "403", "404", "405"];
        assert.ok(allowed.includes(status), `${name}: ${method} ${target} is ${status}`);
      }
    }
    for (const [method, target] of [
      ["GET", `/api/v1/messages/${owned.message?.id}`],
      ["POST", `/api/v1/messages/${owned.message?.id}/cancel`],
      ["GET", `/api/v1/inbox/${owned.inbox?.id}`],
      ["POST", `/v3/REST/dns/${owned.dns?.id}/check`],
      ["POST", `/v3/REST/sender/${owned.sender?.id}/validate`],
      ["GET", `/v3/REST/template/${owned.template?.id}/detailcontent`],
      ["PUT", `/v3/REST/template/${owned.template?.id}/detailcontent`],
      ["GET", `/v3/REST/dns/${word}.example`],
      ["GET", `/v3/REST/sender/x@${word}.example`],
    ] as const) {
      const status = await assertHidden(credentials, method, target, method === "GET" ? undefined : {});
      assert.match(status, /^40[034]$/, `${name}: ${method} ${target}`);
    }
    await assertHidden(credentials, "DELETE", "/api/v1/inbox");
  }
  const inbox = await service.request(owner, "GET", `/api/v1/inbox/${owned.inbox?.id}`);
  assert.equal(inbox.status, 200, "another's emptying empties their own");
});

test("nobody sends from another account's domain, with its template, or under its suppressions", async () => {
  for (const [name, credentials] of outsiders()) {
    const Messages = [
      { From: { Email: `a@${word}.example` }, To: [{ Email: "ada@example.net" }], TextPart: "t" },
    ];
    const foreign = await service.request(credentials, "POST", "/v3.1/send", { body: { Messages } });
    assert.equal(foreign.status, 403, `${name}: ${foreign.text}`);
    assert.match(foreign.text, /send-0008/);
  }
  const From = { Email: "a@firm.example" };
  const template = await service.request(stranger, "POST", "/v3.1/send", {
    body: {
      Messages: [{ From, To: [{ Email: "ada@example.net" }], TemplateID: Number(owned.template?.id) }],
    },
  });
  assert.match(template.text, /send-0010/);
  const asked = sink.times("rcpt");
  const answer = await service.request(stranger, "POST", "/v3.1/send", {
    body: { Messages: [{ From, To: [{ Email: "gone@example.net" }], TextPart: "t" }] },
  });
  await records.reached(acceptedIn(answer.text)[0]!.id, "bounced");
  assert.equal(sink.times("rcpt"), asked + 1, "their own list is empty, so the server is asked");
});

test("a filter for the owner's words finds nothing elsewhere", async () => {
  for (const [, credentials] of outsiders()) {
    for (const filter of [
      `CustomID=${word}`,
      `ContactAlt=${word}@example.net`,
      `FromDomain=${word}.example`,
    ]) {
      const answer = await service.request(credentials, "GET", `/v3/REST/message?${filter}`);
      assert.match(answer.text, /"Count" : 0/, filter);
    }
    const own = await service.request(credentials, "GET", `/api/v1/messages?customId=${word}`);
    assert.ok(!own.text.includes(word));
  }
});
