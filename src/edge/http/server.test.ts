import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";

import { Refusal } from "../../base/errors.ts";
import { registerRest } from "./mailjet/rest/register.ts";
import { registerMailjetSend } from "./mailjet/send-routes.ts";
import { ask, collect, exchange, parseRaw } from "./testing/raw.ts";
import { basic, createTestServer } from "./testing/server.ts";
import { thingResources } from "./testing/things.ts";

const bodyBytesMax = 100_000;
const { server, lines, start } = createTestServer({ limits: { bodyBytesMax, headerBytesMax: 16 * 1024 } });
const bodies: Buffer[] = [];
registerMailjetSend(server, {
  acceptV31: async (_principal, body) => {
    bodies.push(body);
    if (body.includes("defect")) throw new TypeError("person@example.com broke it");
    if (body.includes("slow down"))
      throw new Refusal("rate_limited", "Slow down.", { retryAfterSeconds: 2.5 });
    return { status: 200, headers: { "content-type": "application/json; charset=UTF-8" }, body: "{}" };
  },
  acceptV3: async (_principal, body) => {
    bodies.push(body);
    if (body.includes("defect")) throw new TypeError("person@example.com broke it");
    return { status: 200, headers: { "content-type": "application/json" }, body: '{ "Sent" : [] }\n' };
  },
});
registerRest(server, thingResources());
let port = 0;

before(async () => {
  port = (await start()).port;
});
after(() => server.close());

const auth = `Authorization: ${basic()}`;

function get(target: string, ...headers: string[]) {
  return ask(port, [`GET ${target} HTTP/1.1`, "Host: x", auth, ...headers]);
}

function post(target: string, body: string | Buffer, ...headers: string[]) {
  const length = Buffer.byteLength(body);
  return ask(
    port,
    [`POST ${target} HTTP/1.1`, "Host: x", auth, `Content-Length: ${length}`, ...headers],
    body,
  );
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("an absolute-form request target is the same as its path", async () => {
  for (const target of ["http://api.example.org/v3/REST/thing?Limit=1", "HTTPS://a:1/V3/rest/THING/38778"]) {
    const answer = await get(target);
    assert.equal(answer.status, 200, target);
    assert.equal(JSON.parse(answer.body).Count, 1, target);
  }
});

test("every answer has a request id and the security headers, and none has CORS", async () => {
  for (const target of ["/v3/REST/thing", "/v3/REST/nothing", "/nowhere", "/v3/REST/%zz"]) {
    const { headers } = await get(target, "Origin: https://evil.example");
    assert.match(headers.get("x-mj-request-guid") ?? "", guid, target);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.ok(headers.has("content-security-policy"));
    assert.ok(![...headers.keys()].some((name) => name.startsWith("access-control-")));
  }
});

test("Content-Type is exactly the one of each format", async () => {
  assert.equal((await get("/v3/REST/thing")).headers.get("content-type"), "application/json");
  assert.equal((await get("/v3/REST/owner")).headers.get("content-type"), "application/json; charset=UTF-8");
});

test("reason phrases carry the text of old errors", async () => {
  assert.equal((await get("/v3/REST/thing/1")).reason, "Object not found");
  assert.equal((await get("/v3/REST/th%C3%AFng")).reason, 'Unknown resource: "th ng"');
  assert.equal((await get("/v3/REST/a%0D%0AX-Evil:%201")).reason, 'Unknown resource: "a X-Evil: 1"');
});

test("wrong credentials are answered in two forms", async () => {
  const without = (target: string, header: string) =>
    ask(port, [`GET ${target} HTTP/1.1`, "Host: x", header]);
  for (const header of [
    "X: y",
    "Authorization: Basic",
    "Authorization: Basic %%%",
    `Authorization: ${basic("key", "no")}`,
  ]) {
    const old = await without("/v3/REST/thing", header);
    assert.deepEqual([old.status, old.body], [401, ""], header);
    assert.equal(old.headers.get("content-type"), "text/html");
    assert.equal(old.headers.get("www-authenticate"), 'Basic realm="Provide an apiKey and secretKey"');
    const fresh = await without("/v3.1/send", header);
    assert.equal(fresh.status, 401);
    const error = JSON.parse(fresh.body);
    assert.match(error.ErrorIdentifier, guid);
    assert.deepEqual([error.StatusCode, "ErrorCode" in error], [401, false]);
    assert.match(
      error.ErrorMessage,
      /^API key authentication\/authorization failure\. You may be unauthorized/,
    );
  }
});

test("a suspended key is named by its code where there are codes", async () => {
  const header = `Authorization: ${basic("suspended")}`;
  const send = await ask(port, ["POST /v3.1/send HTTP/1.1", "Host: x", header, "Content-Length: 2"], "{}");
  assert.deepEqual([send.status, JSON.parse(send.body).ErrorCode], [401, "mj-0001"]);
  assert.equal((await ask(port, ["GET /v3/REST/thing HTTP/1.1", "Host: x", header])).body, "");
});

test("a key that may not send is refused", async () => {
  const header = `Authorization: ${basic("reader")}`;
  const send = await ask(port, ["POST /v3.1/send HTTP/1.1", "Host: x", header, "Content-Length: 2"], "{}");
  assert.equal(send.status, 403);
});

test("unknown paths have the errors of their version", async () => {
  const unknown = await get("/v3/wrongresourcepath?Limit=0");
  assert.deepEqual([unknown.status, unknown.reason], [500, "Internal error"]);
  assert.equal(
    unknown.body,
    '{ "ErrorInfo" : "EFPWebError", "ErrorMessage" : "Could not determine HTTP module for request \\"wrongresourcepath\\"", "StatusCode" : 500 }\n',
  );
  const page = await get("/v3.1/REST/contactslist");
  assert.deepEqual([page.status, page.headers.get("content-type")], [404, "text/html"]);
  assert.match(page.body, /^<html>/);
  const source = await get("/v3/DATA/BatchJob/1/CSVError/text:csv");
  assert.deepEqual(
    [source.status, source.reason, source.headers.get("content-type")],
    [404, "Source object not found", "text/csv"],
  );
  assert.equal(JSON.parse((await get("/nowhere")).body).code, "not_found");
});

test("broken percent-encoding is a bad request in the dialect of its path", async () => {
  for (const target of ["/v3/REST/thing/%", "/v3/REST/%C3%28", "/v3/%zz", "/v3.1/%a", "/api/v1/%", "/%"]) {
    const answer = await get(target);
    assert.equal(answer.status, 400, target);
    assert.ok(JSON.parse(answer.body), target);
  }
});

test("a body is taken whatever its Content-Type says, and where it says nothing", async () => {
  for (const type of [
    "Content-Type: application/json",
    "Content-Type: text/plain; x",
    "Content-Type: ???",
    "X: y",
  ]) {
    assert.equal((await post("/v3.1/send", '{"a":1}', type)).status, 200, type);
    assert.equal(bodies.at(-1)?.toString(), '{"a":1}', type);
  }
  assert.equal((await post("/V3/SEND/message", "{}")).status, 200);
  assert.equal((await post("/v3/send/", "{}")).headers.get("content-type"), "application/json");
});

test("a body on DELETE or GET is ignored, whatever it is", async () => {
  for (const body of ["{}", "no json", ""]) {
    const head = ["Host: x", auth, "Content-Type: application/json", `Content-Length: ${body.length}`];
    assert.equal((await ask(port, ["GET /v3/REST/thing HTTP/1.1", ...head], body)).status, 200);
    assert.equal((await ask(port, ["DELETE /v3/REST/thing/5 HTTP/1.1", ...head], body)).status, 404);
  }
  const chunked = ["Host: x", auth, "Transfer-Encoding: chunked"];
  const gone = await ask(
    port,
    ["DELETE /v3/REST/thing/foo+bar@example.com HTTP/1.1", ...chunked],
    "2\r\n{}\r\n0\r\n\r\n",
  );
  assert.deepEqual([gone.status, gone.reason, gone.body], [204, "No content", ""]);
  assert.equal(gone.headers.has("content-length"), false);
});

test("HEAD has the headers of GET and no body", async () => {
  const head = await ask(port, ["HEAD /v3/REST/thing/38778 HTTP/1.1", "Host: x", auth]);
  const full = await get("/v3/REST/thing/38778");
  assert.deepEqual([head.status, head.body], [200, ""]);
  assert.equal(head.headers.get("content-length"), full.headers.get("content-length"));
});

test("methods a path does not have are not allowed, in its format", async () => {
  const send = await get("/v3.1/send");
  assert.deepEqual([send.status, JSON.parse(send.body).ErrorMessage], [405, "Method not allowed"]);
  const options = await ask(port, ["OPTIONS /v3/REST/thing HTTP/1.1", "Host: x", auth]);
  assert.deepEqual([options.status, options.reason], [405, "Method not allowed"]);
});

test("gzip and deflate are decoded within the limit, other codings refused", async () => {
  const json = Buffer.from('{"packed":true}');
  for (const [coding, body] of [
    ["gzip", gzipSync(json)],
    ["X-GZIP", gzipSync(json)],
    ["deflate", deflateSync(json)],
  ] as const) {
    assert.equal((await post("/v3.1/send", body, `Content-Encoding: ${coding}`)).status, 200, coding);
    assert.deepEqual(bodies.at(-1), json, coding);
  }
  assert.equal((await post("/v3.1/send", json, "Content-Encoding: br")).status, 415);
  assert.equal((await post("/v3.1/send", json, "Content-Encoding: gzip")).status, 400);
  const bomb = await post("/v3.1/send", gzipSync(Buffer.alloc(50_000_000)), "Content-Encoding: gzip");
  assert.deepEqual([bomb.status, JSON.parse(bomb.body).ErrorCode], [400, "mj-0011"]);
});

test("a body beyond the limit is refused before it is read, and its answer arrives", async () => {
  const head = ["POST /v3.1/send HTTP/1.1", "Host: x", auth, "Content-Length: 50000000"];
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const flood = setInterval(() => socket.write(Buffer.alloc(64 * 1024)), 1);
  const answer = parseRaw(await collect(socket, /\}$/));
  clearInterval(flood);
  assert.deepEqual([answer.status, JSON.parse(answer.body).ErrorCode], [400, "mj-0011"]);
  assert.match(JSON.parse(answer.body).ErrorMessage, /^Input payload must be less than \d+MB\.$/);
});

test("a chunked body beyond the limit is refused where it passes it", async () => {
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  const head = ["POST /v3/send HTTP/1.1", "Host: x", auth, "Transfer-Encoding: chunked"];
  const answer = await ask(port, head, `${chunk.repeat(20)}0\r\n\r\n`);
  assert.deepEqual([answer.status, JSON.parse(answer.body).StatusCode], [400, 400]);
});

test("the client that waits for 100 Continue is told to go on only when its body is wanted", async () => {
  const expecting = (authorization: string) =>
    `POST /v3.1/send HTTP/1.1\r\nHost: x\r\n${authorization}\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`;
  const refused = await exchange(port, expecting("X: y"));
  assert.match(refused, /^HTTP\/1\.1 401 /);
  assert.equal(parseRaw(refused).headers.get("connection"), "close");
  const socket = connect(port, "127.0.0.1");
  socket.write(expecting(auth));
  socket.once("data", () => socket.write("{}"));
  const accepted = await collect(socket, /200 OK/);
  assert.match(accepted, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
});

test("pipelined requests are answered in their order", async () => {
  const one = (target: string) => `GET ${target} HTTP/1.1\r\nHost: x\r\n${auth}\r\n\r\n`;
  const text = await exchange(
    port,
    one("/v3/REST/thing/1") + one("/v3/REST/thing/38778") + one("/v3/foo"),
    /\}\n$/,
  );
  assert.deepEqual(
    [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1]),
    ["404", "200", "500"],
  );
});

test("headers that are too many or too long are refused", async () => {
  const answer = parseRaw(
    await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`),
  );
  assert.deepEqual([answer.status, JSON.parse(answer.body).StatusCode], [431, 431]);
});

test("what is not HTTP is a bad request", async () => {
  for (const bytes of [
    "\r\n\r\nhello\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "GET /\x00 HTTP/1.1\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01",
  ]) {
    assert.match(await exchange(port, bytes), /^HTTP\/1\.1 400 Bad Request\r\n/, JSON.stringify(bytes));
  }
});

test("conflicting lengths are refused: the next request could be hidden in the body", async () => {
  const heads = [
    "Content-Length: 2\r\nContent-Length: 3",
    "Content-Length: 2\r\nTransfer-Encoding: chunked",
    "Content-Length: +2",
    "Transfer-Encoding: xchunked",
  ];
  for (const head of heads) {
    const text = await exchange(port, `POST /v3.1/send HTTP/1.1\r\nHost: x\r\n${auth}\r\n${head}\r\n\r\n{}`);
    assert.match(text, /^HTTP\/1\.1 400 /, head);
  }
});

test("a refusal that passes with time says when", async () => {
  const answer = await post("/v3.1/send", "slow down");
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "3"]);
  assert.match(answer.body, /^<html><body><h1>429 Too Many Requests<\/h1>/);
});

test("a defect is answered with an identifier and logged once, without what it says", async () => {
  for (const [target, reason] of [
    ["/v3.1/send", "Internal Server Error"],
    ["/v3/send", "Internal error"],
  ] as const) {
    lines.length = 0;
    const answer = await post(target, "defect");
    assert.deepEqual([answer.status, answer.reason], [500, reason]);
    const { ErrorIdentifier } = JSON.parse(answer.body);
    assert.equal(ErrorIdentifier, answer.headers.get("x-mj-request-guid"));
    const errors = lines.filter((line) => line.level === "error");
    assert.equal(errors.length, 1);
    assert.deepEqual([errors[0]?.fields.requestId, errors[0]?.fields.error], [ErrorIdentifier, "TypeError"]);
    assert.doesNotMatch(JSON.stringify(errors), /person@example\.com/);
  }
});

test("each request is one line in the log, without ids, addresses or its query", async () => {
  lines.length = 0;
  await get("/v3/REST/Thing/foo+bar@example.com/polish?Secret=foo@bar");
  await get("/v3/person@example.com");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(
    lines.map(({ event, fields }) => [event, fields.method, fields.route, fields.status, fields.accountId]),
    [
      ["http.request", "GET", "/v3/REST/thing/:key/polish", 404, 7n],
      ["http.request", "GET", "/v3/*", 500, 7n],
    ],
  );
  assert.doesNotMatch(lines.map((line) => Object.values(line.fields).join()).join(), /@/);
});
