import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import type { InjectOptions } from "fastify";

import { mailjetResources } from "./mailjet/resources/all.ts";
import { registerRest } from "./mailjet/rest/register.ts";
import { registerMailjetSend } from "./mailjet/send-routes.ts";
import { filledMemory } from "./testing/memory.ts";
import { memoryServices } from "./testing/memory-services.ts";
import { exchange, parseRaw } from "./testing/raw.ts";
import { basic, createTestServer } from "./testing/server.ts";

const { server, lines, start } = createTestServer();
const sent = { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
registerMailjetSend(server, { acceptV31: async () => sent, acceptV3: async () => sent });
registerRest(server, mailjetResources(memoryServices(filledMemory())));
let port = 0;

before(async () => {
  port = (await start()).port;
});
after(() => server.close());

function defects(): number {
  return lines.filter((line) => line.level === "error").length;
}

const words = [
  ...[
    "v3",
    "v3.1",
    "REST",
    "DATA",
    "send",
    "message",
    "sender",
    "template",
    "detailcontent",
    "validate",
    "dns",
    "check",
  ],
  ...[
    "apikey",
    "apikeyaccess",
    "user",
    "myprofile",
    "metadata",
    "messagehistory",
    "messageinformation",
    "metasender",
  ],
  ...[
    "1",
    "95420017985181303",
    "99999999999999999999",
    "-1",
    "a@b.c",
    "%00",
    "%2F",
    "%",
    "%zz",
    "apikey|a",
    "|",
  ],
  ...[
    "",
    "<script>",
    "'; drop table x; --",
    "__proto__",
    "constructor",
    "toString",
    "%F0%9F%92%A9",
    "\u00e7",
  ],
];
const names = [
  ...[
    "Email",
    "Name",
    "ID",
    "IsActive",
    "APIKeyALT",
    "UserID",
    "Purposes",
    "Headers",
    "MJMLContent",
    "Html-part",
  ],
  ...[
    "Limit",
    "Offset",
    "Sort",
    "FromTS",
    "MessageStatus",
    "Campaign",
    "__proto__",
    "OwnerType",
    "EditMode",
    "x",
  ],
];
const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS");
const path = fc.array(fc.oneof(fc.constantFrom(...words), fc.webSegment()), { maxLength: 6 });
const query = fc.array(fc.tuple(fc.constantFrom(...names), fc.webQueryParameters()), { maxLength: 3 });
const json = fc.oneof(
  fc
    .dictionary(fc.constantFrom(...names), fc.jsonValue({ depthSize: "small" }))
    .map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string(),
);

test("no request to any resource ends in a defect", async () => {
  await fc.assert(
    fc.asyncProperty(method, path, query, json, async (verb, segments, pairs, body) => {
      const target = `/v3/REST/${segments.join("/")}?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`;
      const before = defects();
      const request: InjectOptions = {
        method: verb,
        url: target.replace(/[^\x21-\x7e]/g, encodeURIComponent),
        headers: { authorization: basic() },
        payload: body,
      };
      const response = await server.app.inject(request);
      assert.equal(defects(), before, `${verb} ${target} ${body}`);
      assert.ok(response.statusCode < 500, `${verb} ${target} ${body}`);
    }),
    { numRuns: 1500 },
  );
});

test("no bytes on the socket end in a defect, and the server goes on answering", async () => {
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      ...[
        "GET /v3/REST/sender HTTP/1.1",
        "POST /v3.1/send HTTP/1.1",
        "Host: x",
        `Authorization: ${basic()}`,
        "",
      ],
      ...[
        "Content-Length: 5",
        "Content-Length: -5",
        "Transfer-Encoding: chunked",
        "Expect: 100-continue",
        "5",
        "0",
      ],
      ...[
        "Connection: close",
        "Connection: upgrade",
        "Upgrade: websocket",
        "Content-Encoding: gzip",
        "{}",
        "CONNECT a:1 HTTP/1.1",
      ],
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (rows) => {
      const text = await exchange(
        port,
        `${rows.join("\r\n")}\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n`,
        /\r\n\r\n/,
      );
      assert.ok(text === "" || parseRaw(text).status < 500, JSON.stringify(rows));
    }),
    { numRuns: 150 },
  );
  assert.equal(defects(), 0);
  const answer = await exchange(port, "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  assert.equal(parseRaw(answer).status, 404);
});
