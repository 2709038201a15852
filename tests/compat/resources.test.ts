import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CompatService } from "../support/compat-service.ts";
import { type DnsServer, type DnsZone, startDnsServer } from "../support/dns-server.ts";
import type { MailjetAnswer, MailjetCall, MailjetClient, MailjetMethod } from "../support/mailjet-clients.ts";

// The resources of Mailjet's REST API that exist here, through both generations of the official client.

const zone: DnsZone = {};
let dns: DnsServer;
let compat: CompatService;

before(async () => {
  dns = await startDnsServer(zone, { negativeTtlSeconds: 1 });
  compat = await CompatService.start({ FACTEUR_RESOLVER: dns.address });
});
after(async () => {
  await compat?.stop();
  await dns?.close();
});

interface Subject {
  client: MailjetClient;
  /** Part of a name that the other client's run does not use. */
  mark: string;
  /** A call that must succeed with a status; answers the rows. */
  rows: (status: number, method: MailjetMethod, resource: string, call?: MailjetCall) => Promise<Row[]>;
}

// Rows are read as freely as client programs read them.
type Row = ReturnType<typeof JSON.parse>;

function testBoth(name: string, work: (subject: Subject) => Promise<void>): void {
  for (const index of [0, 1])
    test(`${["node-mailjet 6", "node-mailjet 3.4.1"][index]}: ${name}`, () => {
      const client = compat.clients()[index]!;
      return work({ client, mark: `run${index}`, rows: rowsOf(client) });
    });
}

function rowsOf(client: MailjetClient): Subject["rows"] {
  return async (status, ...call) => {
    const answer = await client.call(...call);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (status === 204) return [];
    const { Count, Data, Total } = answer.body;
    assert.equal(Count, Data.length);
    assert.ok(Total >= Count);
    return Data;
  };
}

function assertError(answer: MailjetAnswer, status: number, words: RegExp): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.body.StatusCode, status);
  assert.match(answer.body.ErrorMessage, words);
}

testBoth("apikey makes sub-accounts, whose keys send, and switches them off", async ({ rows, mark }) => {
  const [made] = await rows(201, "post", "apikey", { body: { Name: `Sub ${mark}` } });
  assert.match(made.APIKey, /^[0-9a-f]{32}$/);
  assert.match(made.SecretKey, /^[0-9a-f]{32}$/);
  assert.deepEqual([made.IsActive, made.IsMaster, made.Runlevel], [true, false, "Normal"]);
  const all = await rows(200, "get", "apikey", { filters: { Limit: 0 } });
  assert.deepEqual(
    all.find(({ APIKey }: Row) => APIKey === made.APIKey)?.SecretKey,
    "",
    "a secret is shown once",
  );
  const credentials = { accountId: "", apiKey: made.APIKey, secretKey: made.SecretKey };
  const theirs = compat.clients(credentials)[0]!;
  assert.equal((await theirs.call("get", "apikey")).body.Count, 1);
  assert.equal((await theirs.call("get", "message")).body.Count, 0);
  await rows(200, "put", "apikey", { id: made.ID, body: { IsActive: false } });
  for (let waited = 0; (await theirs.call("get", "apikey")).status !== 401; waited++) {
    assert.ok(waited < 100, "the key works on");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

testBoth("apikeyaccess is created, listed, changed and deleted", async ({ rows, mark }) => {
  const [key] = await rows(200, "get", "apikey");
  const [user] = await rows(200, "get", "user");
  const body = {
    APIKeyID: key.ID,
    UserID: user.ID,
    CustomName: `Access ${mark}`,
    AllowedAccess: "stats",
    IsActive: true,
  };
  const [made] = await rows(201, "post", "apikeyaccess", { body });
  assert.equal(made.CustomName, `Access ${mark}`);
  const [changed] = await rows(200, "put", "apikeyaccess", { id: made.ID, body: { IsActive: false } });
  assert.deepEqual([changed.IsActive, changed.CustomName], [false, `Access ${mark}`]);
  await rows(204, "delete", "apikeyaccess", { id: made.ID });
});

testBoth("dns tells the records, looks at them, and verifies the domain", async ({ client, rows, mark }) => {
  const domain = `${mark}.example`;
  await rows(201, "post", "sender", { body: { Email: `*@${domain}`, EmailType: "bulk", Name: "All of it" } });
  const [dnsRow] = await rows(200, "get", "dns", { id: domain });
  assert.equal(dnsRow.Domain, domain);
  assert.match(dnsRow.OwnerShipToken, /^[0-9a-f]{32}$/);
  assert.deepEqual([dnsRow.DKIMStatus, dnsRow.SPFStatus], ["Not checked", "Not checked"]);
  const [missing] = await rows(200, "post", "dns", { id: dnsRow.ID, action: "check" });
  assert.deepEqual([missing.DKIMStatus, missing.SPFStatus], ["Error", "Not found"]);
  assert.ok(missing.DKIMErrors.length > 0);
  zone[dnsRow.DKIMRecordName.replace(/\.$/, "")] = { txt: [dnsRow.DKIMRecordValue] };
  zone[domain] = { txt: [dnsRow.SPFRecordValue] };
  const [found] = await rows(200, "post", "dns", { id: domain, action: "check" });
  assert.equal(found.DKIMStatus, "OK", JSON.stringify(found));
  assert.equal(found.DKIMRecordCurrentValue, dnsRow.DKIMRecordValue);
  const [sender] = await rows(200, "get", "sender", { id: `*@${domain}` });
  assert.deepEqual([sender.Status, String(sender.DNSID)], ["Active", String(dnsRow.ID)]);
  const since = compat.sink.transactions.length;
  const message = {
    From: { Email: `any@${domain}` },
    To: [{ Email: `${mark}@example.net` }],
    Subject: "s",
    TextPart: "t",
  };
  assert.equal(
    (await client.call("post", "send", { version: "v3.1", body: { Messages: [message] } })).status,
    200,
  );
  await compat.arrived([`${mark}@example.net`], since);
});

testBoth(
  "sender is created inactive, asks for confirmation, and is deleted",
  async ({ client, rows, mark }) => {
    const Email = `${mark}+tag@unverified.example`;
    const [made] = await rows(201, "post", "sender", {
      body: { Email, Name: "Tag", EmailType: "transactional" },
    });
    assert.deepEqual([made.Email, made.Status, made.EmailType], [Email, "Inactive", "transactional"]);
    assertError(
      await client.call("post", "sender", { body: { Email } }),
      400,
      /There is an already existing inactive sender with the same email\. You can use "validate" action in order to activate it\./,
    );
    const [asked] = await rows(200, "post", "sender", { id: made.ID, action: "validate" });
    assert.equal(asked.ValidationMethod, "ActivationEmail");
    const [byAddress] = await rows(200, "get", "sender", { id: Email });
    assert.equal(byAddress.ID, made.ID);
    const [changed] = await rows(200, "put", "sender", { id: made.ID, body: { Name: "Another name" } });
    assert.equal(changed.Name, "Another name");
    await rows(204, "delete", "sender", { id: made.ID });
    assertError(await client.call("get", "sender", { id: "999999999" }), 404, /^Object not found$/);
  },
);

testBoth("metasender is created and switched on", async ({ rows, mark }) => {
  const Email = `${mark}.meta@shop.example`;
  const [made] = await rows(201, "post", "metasender", { body: { Email, Description: "Shared" } });
  assert.deepEqual([made.Email, made.Description], [Email, "Shared"]);
  const [changed] = await rows(200, "put", "metasender", {
    id: made.ID,
    body: { IsEnabled: !made.IsEnabled },
  });
  assert.equal(changed.IsEnabled, !made.IsEnabled);
});

testBoth("user and myprofile are read and changed", async ({ client, rows, mark }) => {
  const [profile] = await rows(200, "get", "myprofile");
  const body = {
    Firstname: "Ada",
    Lastname: `Lovelace ${mark}`,
    AddressCountry: "FR",
    CompanyName: "Engines",
  };
  const [changed] = await rows(200, "put", "myprofile", { id: profile.ID, body });
  assert.deepEqual([changed.Lastname, changed.AddressCountry], [`Lovelace ${mark}`, "FR"]);
  const same = await client.call("put", "myprofile", { id: profile.ID, body });
  assert.ok([200, 304].includes(same.status));
  const [user] = await rows(200, "get", "user");
  const [renamed] = await rows(200, "put", "user", {
    id: user.ID,
    body: { Locale: mark === "run0" ? "fr_FR" : "de_DE" },
  });
  assert.match(renamed.Locale, /^(fr_FR|de_DE)$/);
});

testBoth(
  "message, messagehistory and messageinformation tell what became of mail",
  async ({ client, rows, mark }) => {
    const since = compat.sink.transactions.length;
    const address = `${mark}.story@example.net`;
    const message = {
      From: { Email: "news@shop.example" },
      To: [{ Email: address }],
      Subject: `Story ${mark}`,
      TextPart: "t",
      HTMLPart: "<p>h</p>",
      CustomID: `story-${mark}`,
      CustomCampaign: `camp-${mark}`,
    };
    const sent = await client.call("post", "send", { version: "v3.1", body: { Messages: [message] } });
    const id = sent.body.Messages[0].To[0].MessageID;
    await compat.arrived([address], since);
    const shown = { ShowSubject: 1, ShowContactAlt: "true", ShowCustomID: true };
    let row: Row;
    do [row] = await rows(200, "get", "message", { filters: { CustomID: `story-${mark}`, ...shown } });
    while (row.Status === "queued");
    assert.deepEqual(
      [row.ID, row.Status, row.Subject, row.ContactAlt, row.CustomID, row.AttemptCount],
      [id, "sent", `Story ${mark}`, address, `story-${mark}`, 1],
    );
    assert.deepEqual([row.IsHTMLPartIncluded, row.IsTextPartIncluded, row.AttachmentCount], [true, true, 0]);
    assert.equal(row.UUID, sent.body.Messages[0].To[0].MessageUUID);
    assert.match(row.ArrivedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const [single] = await rows(200, "get", "message", { id });
    assert.deepEqual(
      [single.ID, single.Subject],
      [id, ""],
      "addresses and subjects are shown when asked for",
    );
    const history = await rows(200, "get", "messagehistory", { id });
    assert.deepEqual(
      history.map(({ EventType }) => EventType),
      ["sent"],
    );
    assert.ok(Math.abs(history[0].EventAt - Date.now() / 1000) < 120);
    assert.deepEqual(await rows(200, "get", "messagehistory", { id: "123456789012345678" }), []);
    const [information] = await rows(200, "get", "messageinformation", { id });
    assert.deepEqual([information.ID, information.SentCount, information.QueuedCount], [id, 1, 0]);
    const count = await client.call("get", "message", { filters: { countOnly: 1 } });
    assert.deepEqual(count.body.Data, []);
    assert.ok(count.body.Count >= 1 && count.body.Count === count.body.Total);
    const page = await client.call("get", "message", {
      filters: { Limit: 1, countRecords: 1, Sort: "ID DESC" },
    });
    assert.equal(page.body.Data.length, 1);
    assert.equal(page.body.Total, count.body.Total);
    assertError(
      await client.call("get", "message", { filters: { Sort: "Subject" } }),
      400,
      /Invalid sort specification/,
    );
    assert.equal((await rows(200, "get", "message", { filters: { MessageStatus: "8" } })).length, 0);
    assertError(await client.call("get", "message", { id: "123456789012345678" }), 404, /^Object not found$/);
  },
);

testBoth("messagestate and metadata describe themselves", async ({ rows }) => {
  const states = await rows(200, "get", "messagestate", { filters: { Limit: 0 } });
  assert.deepEqual([states.length, states[0].State, states[12].State], [21, "user unknown", "greylisted"]);
  const resources = await rows(200, "get", "metadata", { filters: { Limit: 0 } });
  const names = resources.map(({ Name }) => Name);
  for (const name of ["apikey", "dns", "message", "sender", "template", "myprofile"])
    assert.ok(names.includes(name), name);
  const [message] = await rows(200, "get", "metadata", { id: "message" });
  assert.deepEqual([message.Name, message.IsReadOnly], ["message", false]);
  assert.ok(message.Properties.some(({ Name }: Row) => Name === "ArrivedAt"));
});

testBoth(
  "template and its detailcontent are created, changed and deleted",
  async ({ client, rows, mark }) => {
    const Name = `Template ${mark}`;
    const [made] = await rows(201, "post", "template", {
      body: { Name, Author: "Ada", EditMode: 2, Purposes: ["transactional"], Locale: "fr_FR" },
    });
    assert.deepEqual(
      [made.Name, made.Author, made.EditMode, made.Locale, made.OwnerType],
      [Name, "Ada", 2, "fr_FR", "apikey"],
    );
    assertError(await client.call("post", "template", { body: { Name } }), 400, /MJ18|already exists/);
    const parts = { "Html-part": "<p>Hé</p>", "Text-part": "Hé", Headers: { Subject: "S" } };
    await rows(201, "post", "template", { id: made.ID, action: "detailcontent", body: parts });
    const [kept] = await rows(200, "put", "template", {
      id: made.ID,
      action: "detailcontent",
      body: { "Text-part": "New" },
    });
    assert.deepEqual([kept["Html-part"], kept["Text-part"]], ["<p>Hé</p>", "New"]);
    const [read] = await rows(200, "get", "template", { id: made.ID, action: "detailcontent" });
    assert.equal(read.Headers.Subject, "S");
    const [changed] = await rows(200, "put", "template", { id: made.ID, body: { IsStarred: true } });
    assert.deepEqual([changed.IsStarred, changed.Name], [true, Name]);
    const found = await rows(200, "get", "template", { filters: { Name } });
    assert.deepEqual(
      found.map(({ ID }) => ID),
      [made.ID],
    );
    await rows(204, "delete", "template", { id: made.ID });
    const gone = await client.call("get", "template", { id: made.ID, action: "detailcontent" });
    assert.equal(gone.status, 404);
  },
);

testBoth("what does not exist is said in Mailjet's words", async ({ client }) => {
  assertError(await client.call("get", "contacts"), 400, /Unknown resource: "contacts"/);
  assertError(await client.call("delete", "user", { id: "1" }), 405, /Method not allowed/);
  const wrongVersion = await client.call("get", "apikey", { version: "v3.1" });
  assert.equal(wrongVersion.status, 404);
});
