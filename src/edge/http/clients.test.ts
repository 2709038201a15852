import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { createAuthority } from "../../../tests/support/tls.ts";
import { mailjetResources } from "./mailjet/resources/all.ts";
import { registerRest } from "./mailjet/rest/register.ts";
import { registerMailjetSend } from "./mailjet/send-routes.ts";
import { filledMemory } from "./testing/memory.ts";
import { memoryServices } from "./testing/memory-services.ts";
import { createTestServer } from "./testing/server.ts";

interface Result {
  response: { status: number };
  body: { Count: number; Data: Record<string, unknown>[]; Total: number };
}

interface Failure {
  statusCode?: number;
  response?: { status: number };
  message: string;
}

interface Resource {
  id(id: unknown): Resource;
  action(name: string): Resource;
  request(parameters?: object, filters?: object): Promise<Result>;
}

/** What the tests use of both generations of the client. */
interface Client {
  get(resource: string, options?: object): Resource;
  post(resource: string, options?: object): Resource;
  put(resource: string, options?: object): Resource;
  delete(resource: string, options?: object): Resource;
}

const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "facteur-"));
const authority = createAuthority();
const { cert, key } = authority.issue(["localhost"]);
const tls = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
writeFileSync(tls.certFile, cert);
writeFileSync(tls.keyFile, key);
const trusted = getCACertificates();
setDefaultCACertificates([...trusted, authority.cert]);

const { server } = createTestServer({ tls });
const sent =
  '{"Messages":[{"Status":"success","CustomID":"","To":[{"Email":"a@b.c","MessageID":1152921509597813712}],"Cc":[],"Bcc":[]}]}';
const bodies: string[] = [];
registerMailjetSend(server, {
  acceptV31: async (_principal, body) => {
    bodies.push(body.toString());
    return { status: 200, headers: { "content-type": "application/json; charset=UTF-8" }, body: sent };
  },
  acceptV3: async () => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{ "Sent" : [] }\n',
  }),
});
registerRest(server, mailjetResources(memoryServices(filledMemory())));
let host = "";

before(async () => {
  host = `localhost:${(await server.listen("127.0.0.1", 0)).port}`;
});
after(async () => {
  await server.close();
  setDefaultCACertificates(trusted);
  rmSync(folder, { recursive: true });
});

const clients: [name: string, connect: (secret?: string) => Client][] = [
  [
    "node-mailjet 6",
    (secret = "secret") => {
      const { Client: Mailjet } = require("node-mailjet");
      return new Mailjet({ apiKey: "key", apiSecret: secret, config: { host } });
    },
  ],
  [
    "node-mailjet 3.4.1",
    (secret = "secret") => require("node-mailjet-3").connect("key", secret, { url: host }),
  ],
];

async function failureOf(result: Promise<Result>): Promise<{ status: number | undefined; message: string }> {
  try {
    await result;
  } catch (error) {
    const { statusCode, response, message } = error as Failure;
    return { status: statusCode ?? response?.status, message };
  }
  throw new Error("The request went well.");
}

for (const [name, connect] of clients) {
  test(`${name} reads lists, objects and their counts`, async () => {
    const client = connect();
    const list = await client
      .get("messagestate")
      .request({ Limit: 2, countRecords: 1 }, { Limit: 2, countRecords: 1 });
    assert.deepEqual([list.response.status, list.body.Count, list.body.Total], [200, 2, 21]);
    const one = await client.get("dns").id("somesite.com").request();
    assert.equal(one.body.Data[0]?.Domain, "somesite.com");
  });

  test(`${name} keeps every digit of a message id`, async () => {
    const { body } = await connect().get("message").id("95420017985181303").request();
    assert.equal(String(body.Data[0]?.ID), "95420017985181303");
  });

  test(`${name} makes, changes, validates and deletes a sender`, async () => {
    const client = connect();
    const address = `new+${name.length}@somesite.com`;
    const made = await client.post("sender").request({ Email: address, Name: "New" });
    assert.deepEqual([made.response.status, made.body.Data[0]?.Status], [201, "Inactive"]);
    const again = await failureOf(client.post("sender").request({ Email: address }));
    assert.equal(again.status, 400);
    assert.match(again.message, /already existing inactive sender/);
    const id = made.body.Data[0]?.ID;
    const put = await client.put("sender").id(id).request({ Name: "Changed" });
    assert.deepEqual([put.response.status, put.body.Data[0]?.Name], [200, "Changed"]);
    const validated = await client.post("sender").id(id).action("validate").request();
    assert.equal(validated.body.Data[0]?.ValidationMethod, "ActivationEmail");
    const gone = await client.delete("sender").id(id).request();
    assert.equal(gone.response.status, 204);
  });

  test(`${name} writes and reads the content of a template`, async () => {
    const client = connect();
    const made = await client.post("template").request({ Name: `Welcome ${name}` });
    const id = made.body.Data[0]?.ID;
    const content = { "Html-part": "<p>Hi</p>", "Text-part": "Hi", Headers: { Subject: "Hi" } };
    assert.equal(
      (await client.post("template").id(id).action("detailcontent").request(content)).response.status,
      201,
    );
    const read = await client.get("template").id(id).action("detailcontent").request();
    assert.equal(JSON.stringify(read.body.Data), JSON.stringify([{ MJMLContent: null, ...content }]));
    assert.equal((await client.delete("template").id(id).request()).response.status, 204);
  });

  test(`${name} is told what is wrong, and who it is not`, async () => {
    assert.deepEqual((await failureOf(connect().get("sender").id("1").request())).status, 404);
    assert.match((await failureOf(connect().get("sender").id("1").request())).message, /Object not found/);
    assert.equal((await failureOf(connect().get("nothing").request())).status, 400);
    assert.equal((await failureOf(connect("wrong").get("sender").request())).status, 401);
    assert.equal(
      (await failureOf(connect("wrong").post("send", { version: "v3.1" }).request({}))).status,
      401,
    );
  });

  test(`${name} sends`, async () => {
    const message = { From: { Email: "a@b.c" }, To: [{ Email: "d@e.f" }], TextPart: "Hi" };
    const { response } = await connect()
      .post("send", { version: "v3.1" })
      .request({ Messages: [message] });
    assert.equal(response.status, 200);
    assert.deepEqual(JSON.parse(bodies.at(-1) ?? ""), { Messages: [message] });
    assert.equal((await connect().post("send", { version: "v3" }).request({})).response.status, 200);
  });
}
