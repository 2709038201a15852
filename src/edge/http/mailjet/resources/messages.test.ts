import assert from "node:assert/strict";
import { test } from "node:test";

import { filledMemory } from "../../testing/memory.ts";
import { memoryServices } from "../../testing/memory-services.ts";
import { createRestClient, messageOf, rowsOf } from "../../testing/rest-client.ts";
import { mailjetResources } from "./all.ts";

function createClient() {
  const memory = filledMemory();
  return { memory, ask: createRestClient(mailjetResources(memoryServices(memory))) };
}

test("a message is written as recorded: sealed fields empty, the state left out", async () => {
  const { ask } = createClient();
  assert.equal(
    (await ask("GET", "message?Limit=1")).body,
    '{ "Count" : 1, "Data" : [{ "ArrivedAt" : "2021-06-28T10:45:08Z", "AttachmentCount" : 0, "AttemptCount" : 0, ' +
      '"CampaignID" : 7390730, "ContactAlt" : "", "ContactID" : 254509966, "Delay" : 0, "DestinationID" : 124879, ' +
      '"FilterTime" : 0, "ID" : 95420017985181303, "IsClickTracked" : true, "IsHTMLPartIncluded" : false, ' +
      '"IsOpenTracked" : true, "IsTextPartIncluded" : false, "IsUnsubTracked" : false, "MessageSize" : 18953, ' +
      '"SenderID" : 46935, "SpamassassinScore" : 0, "SpamassRules" : "", "StatePermanent" : false, ' +
      '"Status" : "sent", "Subject" : "", "UUID" : "606434fb-5cf2-4ee8-adaf-fd8dcf60890a" }], "Total" : 1 }',
  );
});

test("address, subject and custom id of a message are shown when asked for", async () => {
  const { ask, memory } = createClient();
  memory.messages[0]!.reason = 3;
  const [row] = rowsOf(
    await ask("GET", "message/95420017985181303?ShowSubject=1&showcontactalt=true&ShowCustomID=1"),
  );
  assert.deepEqual(
    [row?.ContactAlt, row?.Subject, row?.CustomID, row?.StateID],
    ["passenger@example.com", "Your flight", "flight-1", 3],
  );
});

test("the filters of messages reach the store in its own words", async () => {
  const { ask, memory } = createClient();
  await ask(
    "GET",
    "message?CustomID=a&MessageStatus=2,deferred&FromTS=2020-01-01T00:00:00Z&ToTS=1604669929&Campaign=5&CampaignID=5" +
      "&FromType=1&MessageState=3&ContactAlt=a@b.c&SenderID=9&Sort=ArrivedAt+DESC&Offset=20&Limit=5&countRecords=1",
  );
  assert.deepEqual(memory.asked, {
    filter: {
      since: new Date("2020-01-01T00:00:00Z"),
      until: new Date("2020-11-06T13:38:49Z"),
      statuses: ["sent", "deferred"],
      reason: 3,
      customId: "a",
      recipient: "a@b.c",
      campaignId: 5n,
      senderId: 9n,
      origin: "transactional",
    },
    page: { offset: 20, limit: 5, isNewestFirst: true, wantsRows: true, wantsTotal: true },
  });
});

test("filters that exclude each other find nothing, and an unknown status is refused", async () => {
  const { ask, memory } = createClient();
  assert.equal(
    (await ask("GET", "message?Campaign=5&CampaignID=6")).body,
    '{ "Count" : 0, "Data" : [], "Total" : 0 }',
  );
  assert.equal(memory.asked, null);
  assert.equal((await ask("GET", "message?MessageStatus=lost")).status, 400);
  assert.equal((await ask("GET", "message/notanumber")).status, 404);
  assert.equal((await ask("GET", "message/1")).status, 404);
});

test("the history of a message is a list, empty for an unknown one", async () => {
  const { ask } = createClient();
  assert.equal(
    (await ask("GET", "messagehistory/95420017985181303")).body,
    '{ "Count" : 1, "Data" : [{ "Comment" : "", "EventAt" : 1603783635, "EventType" : "sent", "State" : "", ' +
      '"Useragent" : "", "UseragentID" : 0 }], "Total" : 1 }',
  );
  assert.equal((await ask("GET", "messagehistory/123")).body, '{ "Count" : 0, "Data" : [], "Total" : 0 }');
  assert.equal(rowsOf(await ask("GET", "messagehistory?Message=95420017985181303")).length, 1);
});

test("information on a message has its counters", async () => {
  const { ask, memory } = createClient();
  assert.equal(
    (await ask("GET", "messageinformation/95420017985181303")).body,
    '{ "Count" : 1, "Data" : [{ "CampaignID" : 7390730, "ClickTrackedCount" : 0, "ContactID" : 254509966, ' +
      '"CreatedAt" : "2021-06-28T10:45:08Z", "ID" : 95420017985181303, "MessageSize" : 18953, "OpenTrackedCount" : 0, ' +
      '"QueuedCount" : 0, "SendEndAt" : "2021-06-28T10:45:08Z", "SentCount" : 1, ' +
      '"SpamAssassinRules" : { "ALT" : "", "ID" : -1 }, "SpamAssassinScore" : 0 }], "Total" : 1 }',
  );
  await ask("GET", "messageinformation?Period=Month&FromDomain=somesite.com&ContactsList=4");
  assert.deepEqual(memory.asked?.filter, {
    since: new Date("2026-03-01T00:00:00Z"),
    until: new Date("2026-03-05T10:00:00Z"),
    contactsListId: 4n,
    senderDomain: "somesite.com",
  });
});

test("the table of message states has its 21 rows", async () => {
  const { ask } = createClient();
  assert.equal(
    (await ask("GET", "messagestate?Limit=1")).body,
    '{ "Count" : 1, "Data" : [{ "ID" : 1, "RelatedTo" : "recipient", "State" : "user unknown" }], "Total" : 1 }',
  );
  assert.equal(rowsOf(await ask("GET", "messagestate?Limit=0")).length, 21);
  assert.equal(rowsOf(await ask("GET", "messagestate/21"))[0]?.State, "spam reporter");
});

test("paging counts as it was asked to", async () => {
  const { ask } = createClient();
  const counts = async (query: string) => {
    const { Count, Data, Total } = JSON.parse(String((await ask("GET", `messagestate?${query}`)).body));
    return [Count, Data.length, Total];
  };
  assert.deepEqual(await counts(""), [10, 10, 10]);
  assert.deepEqual(await counts("Limit=5&Offset=18"), [3, 3, 3]);
  assert.deepEqual(await counts("countRecords=1&Limit=5"), [5, 5, 21]);
  assert.deepEqual(await counts("countOnly=1"), [21, 0, 21]);
});

test("a template is compact JSON, found by number or by owner and name", async () => {
  const { ask } = createClient();
  const made = await ask("POST", "template", {
    Name: "Welcome",
    Purposes: ["transactional"],
    Categories: ["full"],
    EditMode: 2,
  });
  assert.equal(made.status, 201);
  assert.equal(made.headers["content-type"], "application/json; charset=UTF-8");
  assert.deepEqual(Object.keys(rowsOf(made)[0] ?? {}).slice(0, 4), ["ID", "Name", "Author", "OwnerId"]);
  assert.equal((await ask("GET", "template/apikey|Welcome")).status, 200);
  assert.equal((await ask("GET", "template/apikey%7CWelcome")).status, 200);
  assert.equal((await ask("GET", "template/apikey|Other")).status, 404);
  assert.equal((await ask("GET", "template/nobody|Welcome")).status, 400);
  assert.equal((await ask("PUT", "template/1", { Description: "x" })).status, 200);
  assert.match(messageOf(await ask("POST", "template", { Name: "Welcome" })), /^MJ18 A Template resource/);
  assert.equal(rowsOf(await ask("GET", "template?Name=Welcome&Categories=full,basic")).length, 1);
  assert.equal((await ask("GET", "template?Categories=a&CategoriesSelectionMethod=maybe")).status, 400);
  assert.equal((await ask("DELETE", "template/1")).status, 204);
});

test("a template that lacks its name is refused as the newer services do", async () => {
  const { ask } = createClient();
  const answer = await ask("POST", "template", {});
  assert.deepEqual(JSON.parse(String(answer.body)), {
    ErrorIdentifier: "id-1",
    ErrorCode: "mj-0003",
    StatusCode: 400,
    ErrorMessage: "Object properties invalid: MJ08 Property Name is invalid: MJ04 A value is required",
    ErrorRelatedTo: ["Name"],
  });
});

test("POST replaces the content of a template, PUT the parts it names", async () => {
  const { ask } = createClient();
  await ask("POST", "template", { Name: "Welcome" });
  const posted = await ask("POST", "template/1/detailcontent", {
    "Html-part": "<h3>Hello</h3>",
    "Text-part": "Hello",
    Headers: { Subject: "Hi", "Reply-to": "a@b.c" },
  });
  assert.equal(posted.status, 201);
  assert.equal(
    posted.body,
    '{"Count":1,"Data":[{"MJMLContent":null,"Html-part":"<h3>Hello</h3>","Text-part":"Hello",' +
      '"Headers":{"Subject":"Hi","Reply-to":"a@b.c"}}],"Total":1}',
  );
  const put = await ask("PUT", "template/1/detailcontent", { "text-part": "Bye" });
  assert.deepEqual(
    [put.status, rowsOf(put)[0]?.["Html-part"], rowsOf(put)[0]?.["Text-part"]],
    [200, "<h3>Hello</h3>", "Bye"],
  );
  const again = await ask("POST", "template/1/detailcontent", { MJMLContent: { tagName: "mjml" } });
  assert.deepEqual(rowsOf(again), [
    { MJMLContent: { tagName: "mjml" }, "Html-part": null, "Text-part": null, Headers: {} },
  ]);
  assert.equal((await ask("GET", "template/1/detailcontent")).body, again.body);
  assert.equal((await ask("GET", "template/2/detailcontent")).status, 404);
});

test("headers of a template that could break a message are refused", async () => {
  const { ask } = createClient();
  await ask("POST", "template", { Name: "Welcome" });
  for (const headers of [
    { Subject: "a\r\nBcc: x@y.z" },
    { "Sub:ject": "a" },
    { Subject: 5 },
    ["a"],
    { "": "a" },
  ]) {
    assert.equal((await ask("POST", "template/1/detailcontent", { Headers: headers })).status, 400);
  }
});
