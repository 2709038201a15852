import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { mailjet6 } from "../support/mailjet-clients.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

// What clients put on the wire that no HTTP library would: written to the socket byte by byte.

let sink: SmtpServer;
let service: TestService;
let authorization: string;

before(async () => {
  sink = await startSmtpServer();
  service = await new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } }).start();
  const { accountId, apiKey, secretKey } = service.first;
  await service.command("domain", "approve", "shop.example", "--account", accountId);
  authorization = `Authorization: Basic ${Buffer.from(`${apiKey}:${secretKey}`).toString("base64")}`;
});
after(async () => {
  await service?.remove();
  await sink?.close();
});

interface Answer {
  status: number;
  reason: string;
  headers: Record<string, string>;
  body: string;
}

/** Writes a request as it is and reads the answer until the server closes. */
async function ask(requestLine: string, body = "", headers: string[] = []): Promise<Answer> {
  const { hostname, port, host } = new URL(service.url);
  const lines = [
    requestLine,
    `Host: ${host}`,
    authorization,
    "Connection: close",
    ...(body === "" ? [] : ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`]),
    ...headers,
  ];
  const socket = connect(Number(port), hostname);
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  const text = await readAll(socket);
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [statusLine = "", ...fields] = head.split("\r\n");
  const [, status = "0", ...reason] = statusLine.split(" ");
  const pairs = fields.map((field) => [
    field.slice(0, field.indexOf(":")).toLowerCase(),
    field.slice(field.indexOf(":") + 1).trim(),
  ]);
  return {
    status: Number(status),
    reason: reason.join(" "),
    headers: Object.fromEntries(pairs),
    body: rest.join("\r\n\r\n"),
  };
}

async function readAll(socket: Socket): Promise<string> {
  let text = "";
  for await (const bytes of socket) text += bytes;
  return text;
}

const message = (address: string) =>
  JSON.stringify({
    Messages: [
      { From: { Email: "news@shop.example" }, To: [{ Email: address }], Subject: "s", TextPart: "t" },
    ],
  });

for (const target of [
  "https://api.mailjet.com/v3.1/send",
  "http://any.host.example:80/v3.1/send",
  "HTTP://API.MAILJET.COM/V3.1/SEND",
]) {
  test(`a proxy's absolute target is taken: ${target}`, async () => {
    const { status, body } = await ask(`POST ${target} HTTP/1.1`, message("ada@example.net"));
    assert.equal(status, 200, body);
  });
}

test("the official client works through plain HTTP when the service is its proxy", async () => {
  const { hostname, port } = new URL(service.url);
  const proxy = { protocol: "http", host: hostname, port: Number(port) };
  const client = mailjet6(service.first, "api.mailjet.com", { proxy });
  const body = {
    Messages: [
      {
        From: { Email: "news@shop.example" },
        To: [{ Email: "ada@example.net" }],
        Subject: "s",
        TextPart: "t",
      },
    ],
  };
  const answer = await client.call("post", "send", { version: "v3.1", body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal((await client.call("get", "apikey")).body.Count, 1);
});

for (const path of [
  "/v3/rest/APIKEY",
  "/V3/Rest/ApiKey",
  "/v3/REST/apikey/",
  "/v3/REST/apikey?limit=5&COUNTRECORDS=1",
]) {
  test(`paths and parameters are read in any case: ${path}`, async () => {
    const { status, body } = await ask(`GET ${path} HTTP/1.1`);
    assert.equal(status, 200, body);
    assert.match(body, /"APIKey" ?:/);
  });
}

test("message ids are bare integers beyond 2^53, and the same wherever they stand", async () => {
  const { body } = await ask("POST /v3.1/send HTTP/1.1", message("ids@example.net"));
  const [, id = ""] = /"MessageID":(\d{17,19})[,}]/.exec(body) ?? assert.fail(body);
  assert.ok(BigInt(id) > BigInt(Number.MAX_SAFE_INTEGER));
  assert.ok(body.includes(`/v3/REST/message/${id}"`));
  const stored = await ask(`GET /v3/REST/message/${id} HTTP/1.1`);
  assert.match(stored.body, new RegExp(`"ID" : ${id}[,\\s]`));
  const legacy = await ask(
    "POST /v3/send HTTP/1.1",
    '{"FromEmail":"news@shop.example","To":"ids@example.net","Subject":"s","Text-part":"t"}',
  );
  assert.match(legacy.body, /"MessageID" : \d{17,19}[,\s]/);
});

test("answers carry the request's id, and the framing that old clients expect", async () => {
  const { headers } = await ask("POST /v3.1/send HTTP/1.1", message("guid@example.net"));
  assert.match(headers["x-mj-request-guid"] ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(headers["content-type"], "application/json; charset=UTF-8");
  const rest = await ask("GET /v3/REST/apikey HTTP/1.1");
  assert.match(rest.headers["content-type"] ?? "", /^application\/json/);
  assert.match(rest.body, /^\{ ?"Count" : 1, "Data" : \[/);
  const old = await ask("GET /v3/REST/apikey HTTP/1.0");
  assert.equal(old.status, 200);
  assert.equal(old.headers["transfer-encoding"], undefined);
});

test("errors say what is wrong in the reason phrase too", async () => {
  const { status, reason, body } = await ask("GET /v3/REST/message/1234567 HTTP/1.1");
  assert.deepEqual([status, reason], [404, "Object not found"]);
  assert.match(body, /"ErrorMessage" : "Object not found"/);
});

test("an address as id is understood raw and encoded, and a DELETE with the body {} deletes", async () => {
  for (const [index, encode] of [
    (text: string) => text,
    (text: string) => encodeURIComponent(text),
    (text: string) => text.replace("+", "%2b"),
  ].entries()) {
    const address = `tag+${index}@shop.example`;
    const made = await ask("POST /v3/REST/sender HTTP/1.1", `{"Email":"${address}"}`);
    assert.equal(made.status, 201, made.body);
    const found = await ask(`GET /v3/REST/sender/${encode(address)} HTTP/1.1`);
    assert.equal(found.status, 200, found.body);
    assert.ok(found.body.includes(`"Email" : "${address}"`));
    const [, id = ""] = /"ID" : (\d+)/.exec(found.body) ?? [];
    const deleted = await ask(`DELETE /v3/REST/sender/${id} HTTP/1.1`, "{}");
    assert.deepEqual([deleted.status, deleted.body], [204, ""], deleted.body);
  }
});

test("a GET with a body is answered as one without", async () => {
  assert.equal((await ask("GET /v3/REST/apikey HTTP/1.1", "{}")).status, 200);
});

test("unknown request headers mean nothing", async () => {
  const { status } = await ask("POST /v3.1/send HTTP/1.1", message("headers@example.net"), [
    "X-Unknown: 1",
    "User-Agent: a client of 2012",
  ]);
  assert.equal(status, 200);
});

test("keys that do not fit get an empty 401 from v3 and a JSON one from v3.1", async () => {
  const kept = authorization;
  try {
    for (const wrong of [
      "Authorization: Basic bm9wZTpub3Bl",
      "Authorization: Bearer nope",
      "Authorization: Basic !!!",
      "X-No: authorization",
    ]) {
      authorization = wrong;
      const rest = await ask("GET /v3/REST/apikey HTTP/1.1");
      assert.deepEqual([rest.status, rest.body], [401, ""]);
      assert.match(rest.headers["content-type"] ?? "", /^text\/html/);
      assert.equal(rest.headers["www-authenticate"], 'Basic realm="Provide an apiKey and secretKey"');
      const legacy = await ask("POST /v3/send HTTP/1.1", "{}");
      assert.deepEqual([legacy.status, legacy.body], [401, ""]);
      const newer = await ask("POST /v3.1/send HTTP/1.1", message("nobody@example.net"));
      assert.equal(newer.status, 401);
      assert.equal((JSON.parse(newer.body) as { StatusCode: number }).StatusCode, 401);
    }
  } finally {
    authorization = kept;
  }
});

test("two requests on one connection are answered in order", async () => {
  const { hostname, port, host } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  const get = (path: string, end: string) =>
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\nConnection: ${end}\r\n\r\n`;
  socket.write(get("/v3/REST/user", "keep-alive") + get("/v3/REST/nothing", "close"));
  const text = await readAll(socket);
  assert.deepEqual(
    [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status),
    ["200", "400"],
  );
});

test("what was accepted over HTTP has arrived over SMTP", async () => {
  const sent = await send(service, service.first, {
    From: { Email: "news@shop.example" },
    To: [{ Email: "last@example.net" }],
  });
  assert.equal(sent.length, 1);
  while (!sink.transactions.some(({ to }) => to[0] === "last@example.net"))
    await new Promise((resolve) => setTimeout(resolve, 20));
});
