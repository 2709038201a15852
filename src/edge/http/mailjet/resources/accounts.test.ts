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

test("the secret of a key is in the answer that made it and nowhere else", async () => {
  const { ask } = createClient();
  const made = await ask("POST", "apikey", { Name: "shop" });
  assert.equal(made.status, 201);
  const [row] = rowsOf(made);
  assert.equal(row?.SecretKey, "s".repeat(32));
  assert.equal(row?.IsMaster, false);
  for (const path of ["apikey", `apikey/${row?.ID}`, `apikey/${row?.APIKey}`]) {
    assert.ok(
      rowsOf(await ask("GET", path)).every((each) => each.SecretKey === ""),
      path,
    );
  }
  const [off] = rowsOf(await ask("PUT", `apikey/${row?.ID}`, { IsActive: false }));
  assert.deepEqual([off?.IsActive, off?.SecretKey], [false, ""]);
  assert.deepEqual(
    rowsOf(await ask("GET", "apikey?IsMaster=1")).map((each) => each.Name),
    ["user"],
  );
  assert.equal((await ask("DELETE", "apikey/1404561")).status, 405);
});

test("an apikey has the fields that are recorded", async () => {
  const { ask } = createClient();
  assert.equal(
    (await ask("GET", "apikey")).body,
    `{ "Count" : 1, "Data" : [{ "ACL" : "", "APIKey" : "${"a".repeat(32)}", "CreatedAt" : "2020-09-16T10:33:54Z", ` +
      '"ID" : 1404561, "IsActive" : true, "IsMaster" : true, "Name" : "user", "QuarantineValue" : 0, "RegionID" : 0, ' +
      '"Runlevel" : "Normal", "SecretKey" : "", "TrackHost" : "track.example.com", "UserID" : 7 }], "Total" : 1 }',
  );
});

test("a key is shared with a user who is named by id or by address", async () => {
  const { ask } = createClient();
  const made = await ask("POST", "apikeyaccess", {
    APIKeyALT: "a".repeat(32),
    UserALT: "owner@somesite.com",
    AllowedAccess: "stats",
  });
  assert.equal(made.status, 201);
  const [row] = rowsOf(made);
  assert.deepEqual([row?.APIKeyID, row?.UserID, "SubaccountID" in (row ?? {})], [1404561, 1600083, false]);
  assert.equal((await ask("PUT", `apikeyaccess/${row?.ID}`, { CustomName: "x" })).status, 200);
  assert.equal((await ask("DELETE", `apikeyaccess/${row?.ID}`)).status, 204);
  assert.equal((await ask("POST", "apikeyaccess", { APIKeyALT: "none", UserID: 1 })).status, 400);
  assert.equal((await ask("POST", "apikeyaccess", { APIKeyID: 1 })).status, 400);
});

test("a domain is found by name and checked live", async () => {
  const { ask } = createClient();
  assert.equal(
    (await ask("GET", "dns/somesite.com")).body,
    '{ "Count" : 1, "Data" : [{ "DKIMRecordName" : "mailjet._domainkey.somesite.com.", ' +
      '"DKIMRecordValue" : "k=rsa; p=MIGf", "DKIMStatus" : "OK", "Domain" : "somesite.com", "ID" : 4758666239, ' +
      '"IsCheckInProgress" : false, "LastCheckAt" : "2020-04-29T16:20:27Z", ' +
      '"OwnerShipToken" : "403b0fa55b336c35a5dd3c791706d259", ' +
      '"OwnerShipTokenRecordName" : "mailjet._403b0fa5.somesite.com.", ' +
      '"SPFRecordValue" : "v=spf1 include:spf.example.com ?all", "SPFStatus" : "OK" }], "Total" : 1 }',
  );
  const check = await ask("POST", "dns/4758666239/check", {});
  assert.equal(check.status, 200);
  assert.deepEqual(rowsOf(check), [
    {
      DKIMErrors: [],
      DKIMRecordCurrentValue: "k=rsa; p=MIG",
      DKIMStatus: "OK",
      SPFErrors: ["There is no SPF record."],
      SPFRecordsCurrentValues: ["v=spf1 ~all"],
      SPFStatus: "Not found",
    },
  ]);
  assert.equal((await ask("POST", "dns/other.com/check")).status, 404);
  assert.equal((await ask("POST", "dns", {})).status, 405);
});

test("domains are filtered by what was found and when", async () => {
  const { ask } = createClient();
  const count = async (query: string) => rowsOf(await ask("GET", `dns?${query}`)).length;
  assert.deepEqual(
    [
      await count("SPFStatus=ok"),
      await count("SPFStatus=Error"),
      await count("IsSenderIdentified=0"),
      await count("MinLastCheckAt=2020-04-30"),
      await count("MaxLastCheckAt=2020-04-30"),
      await count("IsCheckInProgress=false"),
    ],
    [1, 0, 0, 0, 1, 1],
  );
});

test("a sender is made inactive, and refused a second time in the words of its status", async () => {
  const { ask, memory } = createClient();
  const made = await ask("POST", "sender", { Email: "new@somesite.com", EmailType: "bulk" });
  assert.equal(made.status, 201);
  assert.deepEqual(
    [rowsOf(made)[0]?.Status, rowsOf(made)[0]?.EmailType, rowsOf(made)[0]?.DNSID],
    ["Inactive", "bulk", -1],
  );
  const again = async (address: string) => messageOf(await ask("POST", "sender", { email: address }));
  assert.equal(
    await again("new@somesite.com"),
    'There is an already existing inactive sender with the same email. You can use "validate" action in order to activate it.',
  );
  assert.equal(
    await again("pilot@somesite.com"),
    'MJ18 A Sender resource with value "pilot@somesite.com" for Email already exists.',
  );
  memory.senders[1]!.status = "Deleted";
  assert.match(await again("new@somesite.com"), /^There is an already existing deleted sender/);
  assert.match(await again("nowhere"), /^Invalid email address "nowhere"/);
  assert.equal((await ask("POST", "sender", {})).status, 400);
});

test("validating a sender answers inside the envelope and beside it", async () => {
  const { ask } = createClient();
  await ask("POST", "sender", { Email: "new@somesite.com" });
  const answer = await ask("POST", "sender/new@somesite.com/validate", {});
  assert.equal(answer.status, 200);
  const validation = {
    Errors: { DNSValidationError: "", FileValidationError: "" },
    GlobalError: "",
    ValidationMethod: "ActivationEmail",
  };
  assert.deepEqual(JSON.parse(String(answer.body)), {
    Count: 1,
    Data: [validation],
    Total: 1,
    ...validation,
  });
  assert.equal((await ask("POST", "sender/46935/validate")).status, 400);
  assert.equal((await ask("POST", "sender/nobody@somesite.com/validate")).status, 404);
});

test("a deleted sender is not listed any more unless it is asked for", async () => {
  const { ask } = createClient();
  assert.equal((await ask("DELETE", "sender/pilot@somesite.com")).status, 204);
  assert.equal(rowsOf(await ask("GET", "sender")).length, 0);
  assert.equal(rowsOf(await ask("GET", "sender?ShowDeleted=1")).length, 1);
  assert.equal(rowsOf(await ask("GET", "sender?Status=deleted")).length, 1);
});

test("senders are filtered by the parts of their address", async () => {
  const { ask } = createClient();
  const count = async (query: string) => rowsOf(await ask("GET", `sender?${query}`)).length;
  assert.deepEqual(
    [
      await count("Domain=SOMESITE.com"),
      await count("LocalPart=pilot"),
      await count("Email=pilot@somesite.com"),
      await count("IsDomainSender=1"),
      await count("DnsID=4758666239"),
      await count("DnsID=1"),
    ],
    [1, 1, 1, 0, 1, 0],
  );
});

test("metasender, user and myprofile can be read and changed", async () => {
  const { ask } = createClient();
  assert.equal(
    (await ask("POST", "metasender", { Email: "all@somesite.com", Description: "x" })).status,
    201,
  );
  assert.match(
    messageOf(await ask("POST", "metasender", { Email: "all@somesite.com" })),
    /^MJ18 A MetaSender/,
  );
  assert.equal((await ask("PUT", "metasender/all@somesite.com", { IsEnabled: true })).status, 200);
  assert.equal((await ask("GET", "metasender/all")).status, 400);
  assert.equal(rowsOf(await ask("GET", "user"))[0]?.LastIp, "");
  assert.equal((await ask("PUT", "user/owner@somesite.com", { Locale: "fr_FR" })).status, 200);
  assert.equal((await ask("PUT", "user/other@somesite.com", { Locale: "fr_FR" })).status, 404);
  assert.equal(rowsOf(await ask("PUT", "myprofile", { Firstname: "Grace" }))[0]?.Firstname, "Grace");
  assert.equal((await ask("PUT", "myprofile/123", { Firstname: "Grace" })).status, 304);
  assert.equal((await ask("PUT", "myprofile/124", { Firstname: "Grace" })).status, 404);
  assert.equal(rowsOf(await ask("GET", "myprofile"))[0]?.EstimatedVolume, 6000);
});

test("the return path is listed", async () => {
  const { ask } = createClient();
  assert.deepEqual(rowsOf(await ask("GET", "returnpath")), [
    { AppId: "main", ReturnPathDomain: "bounces.example.com" },
  ]);
});

test("every resource is described, and everything it shows is declared", async () => {
  const { ask } = createClient();
  const described = rowsOf(await ask("GET", "metadata"));
  assert.deepEqual(
    described.map((each) => each.Name),
    [
      "activitycounters",
      "aggregategraphstatistics",
      "apikey",
      "apikeyaccess",
      "apikeytotals",
      "bouncestatistics",
      "campaigngraphstatistics",
      "campaignoverview",
      "campaignstatistics",
      "clickstatistics",
      "contactactivity",
      "contactstatistics",
      "dns",
      "domainstatistics",
      "eventcallbackurl",
      "geostatistics",
      "graphstatistics",
      "listrecipientstatistics",
      "liststatistics",
      "message",
      "messagehistory",
      "messageinformation",
      "messagesentstatistics",
      "messagestate",
      "messagestatistics",
      "metadata",
      "metasender",
      "myprofile",
      "openinformation",
      "openstatistics",
      "parseroute",
      "returnpath",
      "sender",
      "senderstatistics",
      "statcounters",
      "statistics",
      "template",
      "toplinkclicked",
      "user",
      "useractivity",
      "useragent",
      "useragentstatistics",
    ],
  );
  // The others are only read; two statistics are actions of a resource that has nothing else.
  assert.deepEqual(
    described
      .filter((each) => each.PublicOperations !== "Get")
      .map((each) => [each.Name, each.PublicOperations]),
    [
      ["apikey", "Get, Put, Post"],
      ["apikeyaccess", "Get, Put, Post, Delete"],
      ["eventcallbackurl", "Get, Put, Post, Delete"],
      ["metasender", "Get, Put, Post"],
      ["myprofile", "Get, Put"],
      ["parseroute", "Get, Put, Post, Delete"],
      ["sender", "Get, Put, Post, Delete"],
      ["statistics", ""],
      ["template", "Get, Put, Post, Delete"],
      ["user", "Get, Put"],
    ],
  );
});
