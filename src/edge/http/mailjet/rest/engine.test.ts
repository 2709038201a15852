import assert from "node:assert/strict";
import { test } from "node:test";

import type { Permission } from "../../principal.ts";
import { createRestClient, rowsOf } from "../../testing/rest-client.ts";
import { thingResources } from "../../testing/things.ts";
import { createRestEngine } from "./engine.ts";

function createClient(permissions?: Permission[]) {
  return createRestClient(thingResources(), permissions);
}

const passenger =
  '{ "CreatedAt" : "2020-11-06T13:38:49Z", "Email" : "passenger1@example.com", "ID" : 38778, "IsStarred" : false, ' +
  '"Name" : "Beta", "Score" : 0, "SeenAt" : "", "Tags" : [] }';

test("one object is an envelope with one row, its fields in alphabetical order, null references left out", async () => {
  const answer = await createClient()("GET", "thing/38778");
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/json");
  assert.equal(answer.body, `{ "Count" : 1, "Data" : [${passenger}], "Total" : 1 }`);
});

test("an id beyond 2^53 keeps every digit in the path and in the answer", async () => {
  const answer = await createClient()("GET", "thing/1152921509597813712");
  assert.match(String(answer.body), /"ID" : 1152921509597813712,/);
});

test("objects are found by their unique key in any case, and resources and actions too", async () => {
  const ask = createClient();
  for (const path of [
    "THING/foo%2Bbar@example.com",
    "Thing/FOO+BAR@EXAMPLE.COM",
    "thing/foo+bar%40example.com",
  ]) {
    assert.equal((await ask("GET", path)).status, 200, path);
  }
  assert.equal((await ask("GET", "thing/38778/POLISH")).status, 200);
});

test("a composite key is split at its first bars", async () => {
  const ask = createClient();
  assert.equal((await ask("GET", "owner/user|a|b")).status, 200);
  assert.equal((await ask("GET", "owner/user")).status, 404);
});

test("the newer services write compact JSON", async () => {
  const answer = await createClient()("GET", "owner");
  assert.equal(answer.headers["content-type"], "application/json; charset=UTF-8");
  assert.equal(answer.body, '{"Count":1,"Data":[{"ID":3,"Kind":"user","Name":"a|b"}],"Total":1}');
});

test("an unknown object is not found, in the words of each format", async () => {
  const ask = createClient();
  const old = await ask("GET", "thing/1");
  assert.equal(old.reason, "Object not found");
  assert.equal(old.body, '{ "ErrorInfo" : "", "ErrorMessage" : "Object not found", "StatusCode" : 404 }');
  assert.equal(
    (await ask("GET", "owner/1")).body,
    '{"ErrorIdentifier":"id-1","StatusCode":404,"ErrorMessage":"The resource with the specified ID you are trying to reach does not exist."}',
  );
});

const refusedPaths: [method: string, path: string, status: number, message: string][] = [
  ["GET", "things", 400, 'Unknown resource: "things"'],
  ["GET", "", 400, 'Unknown resource: ""'],
  ["GET", "thing/38778/nothing", 400, 'Unknown action: "nothing"'],
  ["GET", "thing/38778/polish/1/2", 400, 'Unknown action: "polish/1/2"'],
  [
    "GET",
    "thing/notanaddress",
    400,
    'Invalid email address "notanaddress", reason: "No @ character in mail"',
  ],
  [
    "GET",
    "thing/99999999999999999999",
    400,
    'Invalid email address "99999999999999999999", reason: "No @ character in mail"',
  ],
  ["GET", "thing/a@b%00", 404, "Object not found"],
  ["POST", "thing/38778", 405, "Method not allowed"],
  ["PATCH", "thing", 405, "Method not allowed"],
  ["DELETE", "thing", 400, "An ID or unique key is required"],
  ["PUT", "thing", 400, "An ID or unique key is required"],
  ["POST", "metadata", 405, "Method not allowed"],
  ["DELETE", "thing/38778/polish", 405, "Method not allowed"],
];

for (const [method, path, status, message] of refusedPaths) {
  test(`${method} ${path || "nothing"} is refused with ${status}`, async () => {
    const answer = await createClient()(method, path);
    assert.equal(answer.status, status);
    assert.equal(JSON.parse(String(answer.body)).ErrorMessage, message);
    assert.equal(answer.reason, message);
  });
}

test("an unknown resource is a Bad Request in ErrorInfo", async () => {
  const answer = await createClient()("GET", "contacts");
  assert.equal(
    answer.body,
    '{ "ErrorInfo" : "Bad Request", "ErrorMessage" : "Unknown resource: \\"contacts\\"", "StatusCode" : 400 }',
  );
});

test("a key without the permission is told so", async () => {
  const ask = createClient(["read"]);
  assert.equal((await ask("GET", "thing")).status, 200);
  for (const [method, path] of [
    ["POST", "thing"],
    ["PUT", "thing/38778"],
    ["DELETE", "thing/38778"],
    ["POST", "thing/38778/polish"],
  ] as const) {
    assert.equal((await ask(method, path, "{}")).status, 403, `${method} ${path}`);
  }
  assert.equal((await createClient(["send"])("GET", "thing")).status, 403);
});

test("POST answers 201 with the new object, whatever the case of the properties", async () => {
  const answer = await createClient()(
    "POST",
    "thing",
    '{"email":"new@example.com","NAME":"GAMMA","isstarred":"true","tags":["a"],"Score":"1.5","SeenAt":1604669929}',
  );
  assert.equal(answer.status, 201);
  assert.deepEqual(rowsOf(answer), [
    {
      CreatedAt: "2020-11-06T13:38:49Z",
      Email: "new@example.com",
      ID: 3,
      IsStarred: true,
      Name: "gamma",
      Score: 1.5,
      SeenAt: "2020-11-06T13:38:49Z",
      Tags: ["a"],
    },
  ]);
});

test("a taken unique key is refused with MJ18", async () => {
  const answer = await createClient()("POST", "thing", '{"Email":"passenger1@example.com"}');
  assert.equal(answer.status, 400);
  const message = 'MJ18 A Thing resource with value "passenger1@example.com" for Email already exists.';
  assert.equal(answer.reason, message);
  assert.equal(JSON.parse(String(answer.body)).ErrorMessage, message);
});

test("PUT changes what it names, ignores what is read-only, and answers 304 when nothing changes", async () => {
  const ask = createClient();
  const changed = await ask(
    "PUT",
    "thing/38778",
    '{"Id":1,"CreatedAt":"2020-12-10 17:35:35 UTC","Name":"alpha"}',
  );
  assert.equal(changed.status, 200);
  assert.deepEqual(rowsOf(changed)[0]?.ID, 38778);
  assert.equal(rowsOf(changed)[0]?.Name, "alpha");
  for (const body of ["{}", '{"Name":"alpha"}', ""]) {
    const same = await ask("PUT", "thing/38778", body);
    assert.deepEqual([same.status, same.reason, same.body], [304, "Content not changed", ""], body);
  }
  assert.equal((await ask("PUT", "thing/1", "{}")).status, 404);
});

test("DELETE answers 204 without a body, ignores the one it was sent, and does not find the object again", async () => {
  const ask = createClient();
  const gone = await ask("DELETE", "thing/38778", "{}");
  assert.deepEqual([gone.status, gone.reason, gone.body], [204, "No content", ""]);
  assert.equal((await ask("DELETE", "thing/38778", "no json at all")).status, 404);
});

test("a reference is taken by id, by the name of its property, and by the unique key of its target", async () => {
  const ask = createClient();
  for (const body of ['{"OwnerID":3}', '{"owner":"3"}', '{"OwnerALT":"user|a|b"}']) {
    const answer = await ask("PUT", "thing/38778", body);
    assert.ok(answer.status === 200 || answer.status === 304, body);
  }
  assert.equal(rowsOf(await ask("GET", "thing/38778"))[0]?.OwnerID, 3);
  assert.equal((await ask("PUT", "thing/38778", '{"OwnerALT":"user|c"}')).status, 400);
  const without = await ask("PUT", "thing/38778", '{"OwnerID":null}');
  assert.equal("OwnerID" in (rowsOf(without)[0] ?? {}), false);
});

const refusedBodies: [body: string, info: string][] = [
  ["{}", "MJ08 Property Email is invalid: MJ04 A value is required"],
  ['{"Email":""}', "MJ08 Property Email is invalid: MJ04 A value is required"],
  ['{"Email":null}', "MJ08 Property Email is invalid: MJ04 A value is required"],
  ['{"Email":5}', "MJ08 Property Email is invalid: MJ04 Expected a string"],
  ['{"Email":{}}', "MJ08 Property Email is invalid: MJ04 Expected a string"],
  ['{"Email":"a@b","IsStarred":"maybe"}', "MJ08 Property IsStarred is invalid: MJ04 Expected a boolean"],
  ['{"Email":"a@b","IsStarred":null}', "MJ08 Property IsStarred is invalid: MJ04 A value cannot be null"],
  [
    '{"Email":"a@b","Name":"delta"}',
    "MJ08 Property Name is invalid: MJ04 Allowed values are: alpha, Beta, gamma",
  ],
  ['{"Email":"a@b","OwnerID":"x"}', "MJ08 Property OwnerID is invalid: MJ04 Expected an id"],
  ['{"Email":"a@b","OwnerID":1e400}', "MJ08 Property OwnerID is invalid: MJ04 Expected an id"],
  ['{"Email":"a@b","OwnerID":9223372036854775808}', "MJ08 Property OwnerID is invalid: MJ04 Expected an id"],
  [
    '{"Email":"a@b","SeenAt":"2020-13-01"}',
    "MJ08 Property SeenAt is invalid: MJ04 Expected a date that exists",
  ],
  ['{"Email":"a@b","Tags":"x"}', "MJ08 Property Tags is invalid: MJ04 Expected a list"],
  ['{"Email":"a@b","Tags":[1]}', "MJ08 Property Tags is invalid: MJ04 Expected a string"],
  ['{"Email":"a@b","Score":"1,5"}', "MJ08 Property Score is invalid: MJ04 Expected a number"],
];

for (const [body, info] of refusedBodies) {
  test(`a new object ${body} is refused with the property that is wrong`, async () => {
    const answer = await createClient()("POST", "thing", body);
    assert.equal(answer.status, 400);
    assert.deepEqual(JSON.parse(String(answer.body)), {
      ErrorInfo: info,
      ErrorMessage: "Object properties invalid",
      StatusCode: 400,
    });
  });
}

const brokenBodies = ["{", "[]", '"text"', "null", "{'a':1}", `${"[".repeat(5000)}`, '{"unknown":1}'];

for (const body of brokenBodies) {
  test(`the body ${body.slice(0, 20)} is invalid JSON input`, async () => {
    const answer = await createClient()("POST", "thing", body);
    assert.equal(answer.status, 400);
    assert.match(JSON.parse(String(answer.body)).ErrorMessage, /^Invalid json input: object /);
  });
}

test("an unknown property is named together with the type it was looked for in", async () => {
  const answer = await createClient()("POST", "thing", '{"Email":"a@b","unique":1}');
  assert.equal(
    JSON.parse(String(answer.body)).ErrorMessage,
    'Invalid json input: object ""->"TThing" has no property "unique"',
  );
});

test("actions run on their object, with parameters that are checked, or on the whole resource", async () => {
  const ask = createClient();
  assert.equal(
    (await ask("POST", "thing/38778/polish", '{"shine":2}')).body,
    '{ "Count" : 1, "Data" : [{ "Shine" : 2 }], "Total" : 1 }',
  );
  assert.equal((await ask("POST", "thing/38778/polish", "{}")).status, 400);
  assert.equal((await ask("GET", "thing/1/polish")).status, 404);
  const job = await ask("POST", "thing/ManageManyThings", "");
  assert.deepEqual([job.status, rowsOf(job)], [201, [{ JobID: 5 }]]);
  assert.deepEqual(rowsOf(await ask("GET", "thing/managemanythings/5")), [{ JobID: 5, Status: "Completed" }]);
});

test("HEAD is answered as GET", async () => {
  const ask = createClient();
  assert.equal((await ask("HEAD", "thing")).body, (await ask("GET", "thing")).body);
});

test("metadata describes every resource, itself included, all on one page", async () => {
  const ask = createClient();
  const all = JSON.parse(String((await ask("GET", "metadata?Limit=1")).body));
  assert.deepEqual([all.Count, all.Total], [3, 3]);
  assert.deepEqual(
    all.Data.map((each: { Name: string }) => each.Name),
    ["metadata", "owner", "thing"],
  );
  const [thing] = rowsOf(await ask("GET", "metadata/THING"));
  assert.deepEqual(Object.keys(thing ?? {}), [
    "Actions",
    "APIVersion",
    "Description",
    "Filters",
    "IsReadOnly",
    "Name",
    "Properties",
    "PublicOperations",
    "SortInfo",
    "UniqueKey",
  ]);
  assert.equal(thing?.PublicOperations, "Get, Put, Post, Delete");
  assert.equal(thing?.UniqueKey, "Email");
  assert.deepEqual(thing?.SortInfo, [
    { AllowDescending: true, PropertyName: "ID" },
    { AllowDescending: false, PropertyName: "Name" },
  ]);
  assert.deepEqual((thing!.Properties as unknown[])[4], {
    AllowedValues: ["alpha", "Beta", "gamma"],
    DataType: "AnsiString",
    DefaultValue: "",
    Description: "",
    IsRequired: false,
    Name: "Name",
    ReadOnly: false,
  });
  assert.equal((await ask("GET", "metadata/nothing")).status, 404);
  assert.deepEqual(
    rowsOf(await ask("GET", "metadata?ReadOnlyResources=1")).map((each) => each.Name),
    ["metadata"],
  );
  assert.deepEqual(
    rowsOf(await ask("GET", "metadata?ResourceName=Owner")).map((each) => each.Name),
    ["owner"],
  );
});

test("the log's pattern of a path has no ids in it", () => {
  const engine = createRestEngine(thingResources());
  const patterns: [string[], string][] = [
    [["thing"], "thing"],
    [["Thing", "a@b.c"], "thing/:key"],
    [["thing", "a@b.c", "Polish", "7"], "thing/:key/polish"],
    [["thing", "managemanythings", "7"], "thing/managemanythings"],
    [["person@example.com"], "*"],
    [["thing", "1", "person@example.com"], "*"],
  ];
  for (const [segments, pattern] of patterns) assert.equal(engine.patternOf(segments), pattern);
});
