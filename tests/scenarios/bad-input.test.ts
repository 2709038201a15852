import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { naughty, naughtyText, spoiled, withEachReplaced } from "../support/naughty.ts";
import { Records } from "../support/records.ts";
import { acceptedIn } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

// Everything a request can hold, spoiled: an answer in words, never a 500, and nothing stored but what was accepted.

const file = { ContentType: "text/plain", Filename: "a.txt", Base64Content: "SGVsbG8=" };
const rightV31 = {
  Messages: [
    {
      From: { Email: "news@shop.example", Name: "News" },
      Sender: { Email: "news@shop.example", Name: "News" },
      To: [{ Email: "ada@example.net", Name: "Ada" }],
      Cc: [{ Email: "grace@example.net" }],
      Bcc: [{ Email: "alan@example.net" }],
      ReplyTo: { Email: "answers@shop.example" },
      Subject: "Subject",
      TextPart: "Text",
      HTMLPart: "<p>HTML</p>",
      TemplateLanguage: false,
      TemplateErrorDeliver: false,
      TemplateErrorReporting: null,
      TemplateID: null,
      Attachments: [file],
      InlinedAttachments: [{ ...file, ContentID: "a" }],
      Priority: 2,
      CustomCampaign: "campaign",
      DeduplicateCampaign: false,
      TrackOpens: "account_default",
      TrackClicks: "account_default",
      CustomID: "id",
      EventPayload: "payload",
      MonitoringCategory: "",
      URLTags: "a=b",
      Headers: { "X-A": "a", "List-Unsubscribe": "<https://example.net/u>" },
      Variables: { name: "value", list: [1, 2] },
      StatisticsContactsListID: 1,
    },
  ],
  Globals: { Subject: "Global", Headers: { "X-B": "b" } },
  SandboxMode: false,
  AdvanceErrorHandling: false,
};
const rightV3 = {
  FromEmail: "news@shop.example",
  FromName: "News",
  Subject: "Subject",
  "Text-part": "Text",
  "Html-part": "<p>HTML</p>",
  Recipients: [{ Email: "ada@example.net", Name: "Ada", Vars: { a: 1 } }],
  "Mj-TemplateLanguage": false,
  "Mj-prio": 2,
  "Mj-campaign": "campaign",
  "Mj-deduplicatecampaign": 0,
  "Mj-trackopen": 0,
  "Mj-trackclick": 0,
  "Mj-CustomID": "id",
  "Mj-EventPayLoad": "payload",
  Headers: { "Reply-To": "answers@shop.example" },
  Vars: { name: "value" },
  Attachments: [{ "Content-type": "text/plain", Filename: "a.txt", content: "SGVsbG8=" }],
  Inline_attachments: [{ "Content-type": "image/gif", Filename: "a.gif", content: "SGVsbG8=" }],
};
const rightOwn = {
  from: { address: "news@shop.example", name: "News" },
  to: [{ address: "ada@example.net", name: "Ada" }],
  cc: [{ address: "grace@example.net" }],
  bcc: [{ address: "alan@example.net" }],
  replyTo: { address: "answers@shop.example" },
  subject: "Subject",
  text: "Text",
  html: "<p>HTML</p>",
  templateLanguage: false,
  variables: { name: "value" },
  attachments: [{ filename: "a.txt", contentType: "text/plain", content: "SGVsbG8=" }],
  headers: { "X-A": "a" },
  customId: "id",
  eventPayload: "payload",
  campaign: "campaign",
  deduplicateCampaign: false,
  linkParameters: "a=b",
  tracking: { opens: "account", clicks: "off" },
  priority: "high",
  sandbox: false,
};
const bodies: [method: string, target: string, right: object][] = [
  [
    "POST",
    "/v3/REST/sender",
    { Email: "x@shop.example", Name: "X", EmailType: "bulk", IsDefaultSender: false },
  ],
  [
    "POST",
    "/v3/REST/template",
    {
      Name: "T",
      Author: "A",
      EditMode: 2,
      Locale: "en_US",
      Categories: ["full"],
      Purposes: ["transactional"],
      OwnerType: "apikey",
      IsStarred: false,
    },
  ],
  ["POST", "/v3/REST/metasender", { Email: "*@shop.example", Description: "D", IsEnabled: true }],
  [
    "POST",
    "/v3/REST/apikeyaccess",
    { APIKeyID: 1, UserID: 1, CustomName: "N", AllowedAccess: "stats", IsActive: true },
  ],
  [
    "PUT",
    "/v3/REST/myprofile",
    {
      Firstname: "A",
      AddressCountry: "FR",
      BirthdayAt: "2000-01-01T00:00:00Z",
      EstimatedVolume: 1,
      Website: "https://example.net",
    },
  ],
  ["POST", "/api/v1/domains", { name: "shop.example" }],
  ["POST", "/api/v1/suppressions", { address: "a@example.net" }],
];

let sink: SmtpServer;
let service: TestService;
let records: Records;
/** Recipients of all accepted messages: as many rows there must be. */
const accepted = new Set<bigint>();

before(async () => {
  sink = await startSmtpServer({ keep: "messages" });
  service = await new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  await sink?.close();
});

interface Answer {
  status: number;
  text: string;
}

async function ask(
  method: string,
  target: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { apiKey, secretKey } = service.first;
  const authorization = `Basic ${Buffer.from(`${apiKey}:${secretKey}`).toString("base64")}`;
  const response = await fetch(`${service.url}${target}`, {
    method,
    headers: { authorization, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** Whatever was wrong, it is said in words, and it was not our fault. */
function assertInWords({ status, text }: Answer, what: string): void {
  assert.ok(status < 500 || status === 503, `${status} ${text}\n${what.slice(0, 2000)}`);
  if (status >= 400 && status !== 401)
    assert.match(text, /"(ErrorMessage|detail)" ?: ?"[^"]/, `${status} ${what.slice(0, 2000)}`);
}

function idsIn(text: string): bigint[] {
  const spaced = [...text.matchAll(/"MessageID" : (\d+)/g)].map(([, id = "0"]) => BigInt(id));
  const own = [...text.matchAll(/"id":"(\d+)","uuid"/g)].map(([, id = "0"]) => BigInt(id));
  return [...acceptedIn(text).map(({ id }) => id), ...spaced, ...own].filter((id) => id > 0n);
}

/** Sends what is spoiled in every way, and counts rows: as many as recipients were accepted. */
async function assertNothingHalf(target: string, right: object, runs: number): Promise<void> {
  assert.equal(await records.count("message"), accepted.size);
  await fc.assert(
    fc.asyncProperty(spoiled(right), async (body) => {
      const answer = await ask("POST", target, JSON.stringify(body));
      assertInWords(answer, JSON.stringify(body));
      const ids = idsIn(answer.text);
      for (const id of ids) accepted.add(id);
      if (ids.length === 0)
        assert.equal(await records.count("message"), accepted.size, JSON.stringify(body).slice(0, 2000));
    }),
    { numRuns: runs },
  );
  assert.equal(await records.count("message"), accepted.size);
}

test("Send API v3.1 survives every field spoiled", () => assertNothingHalf("/v3.1/send", rightV31, 400));
test("Send API v3 survives every field spoiled", () => assertNothingHalf("/v3/send", rightV3, 300));
test("our own API survives every field spoiled", () => assertNothingHalf("/api/v1/messages", rightOwn, 300));

test("a line of its own for a header, tried in every field of every dialect, becomes none", async () => {
  for (const injection of [
    "a\r\nBcc: victim@example.net",
    "a\nX-Injected: yes\n\nbody",
    "a\rX-Injected: yes",
    "=?utf-8?q?a=0d=0aX-Injected:_yes?=",
    "news@shop.example>\r\nX-Injected: yes\r\nX-A: <a@example.net",
  ]) {
    for (const [target, right] of [
      ["/v3.1/send", rightV31],
      ["/v3/send", rightV3],
      ["/api/v1/messages", rightOwn],
    ] as const) {
      for (const body of withEachReplaced(right, injection)) {
        const answer = await ask("POST", target, JSON.stringify(body));
        assertInWords(answer, JSON.stringify(body));
        for (const id of idsIn(answer.text)) accepted.add(id);
      }
    }
  }
});

test("what was accepted in spite of its oddity is delivered or refused for a reason, never stuck, and injects nothing", async () => {
  await records.emptied();
  const odd = (await records.messages()).filter(
    ({ state, reason }) => state !== "sent" && (reason === 10 || reason === null),
  );
  assert.deepEqual(odd, [], "no fault of ours");
  for (const { data, to } of sink.transactions) {
    const head = data?.subarray(0, data.indexOf("\r\n\r\n")).toString("latin1") ?? "";
    assert.notEqual(to[0], "victim@example.net");
    assert.doesNotMatch(head, /^(bcc|x-injected):/im, JSON.stringify(to));
    assert.doesNotMatch(head, /[^\r]\n|\r[^\n]/, "no bare line end");
  }
  assert.deepEqual(sink.violations, []);
});

for (const [method, target, right] of bodies) {
  test(`${method} ${target} survives every field spoiled`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoiled(right), naughty), async (body) => {
        const text = JSON.stringify(body) ?? "";
        assertInWords(await ask(method, target, text), text);
      }),
      { numRuns: 80 },
    );
  });
}

test("ids and parameters of every list survive what is no id and no parameter", async () => {
  const lists = [
    "message",
    "messagehistory",
    "messageinformation",
    "sender",
    "dns",
    "template",
    "apikey",
    "messagestate",
    "metadata",
    "user",
  ];
  const names = [
    "Limit",
    "Offset",
    "Sort",
    "countOnly",
    "FromTS",
    "ToTS",
    "CustomID",
    "ContactAlt",
    "MessageStatus",
    "Name",
    "Email",
    "EditMode",
    "Contact",
    "MessageState",
    "x",
  ];
  const own = ["messages", "inbox", "domains", "suppressions", "queue", "api-keys"];
  const target = fc.oneof(
    fc.tuple(fc.constantFrom(...lists), naughtyText).map(([list, id]) => `/v3/REST/${list}/${encode(id)}`),
    fc
      .tuple(fc.constantFrom(...lists), fc.constantFrom(...names), naughtyText)
      .map(([list, name, value]) => `/v3/REST/${list}?${name}=${encode(value)}`),
    fc.tuple(fc.constantFrom(...own), naughtyText).map(([list, id]) => `/api/v1/${list}/${encode(id)}`),
    fc
      .tuple(
        fc.constantFrom(...own),
        fc.constantFrom("limit", "cursor", "recipient", "state", "customId"),
        naughtyText,
      )
      .map(([list, name, value]) => `/api/v1/${list}?${name}=${encode(value)}`),
  );
  await fc.assert(
    fc.asyncProperty(target, async (path) => assertInWords(await ask("GET", path), path)),
    { numRuns: 400 },
  );
});

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).slice(0, 6000);
}

test("bodies that are no JSON, no UTF-8 or no end of nesting are refused in words", async () => {
  const before = await records.count("message");
  const cases: [what: string, body: string | Buffer, headers?: Record<string, string>][] = [
    ["nothing", ""],
    ["half of a call", '{"Messages":[{"From":'],
    ["no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ["UTF-16", Buffer.from('{"Messages":[]}', "utf16le")],
    ["deep nesting", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["deep nesting inside", `{"Messages":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`],
    ["many values", `{"Messages":[${"{},".repeat(400_000)}{}]}`],
    ["a huge number", `{"Messages":${"9".repeat(100_000)}}`],
    ["a form", "Messages=1", { "content-type": "application/x-www-form-urlencoded" }],
    ["gzip that is none", "{}", { "content-encoding": "gzip" }],
    ["an unknown encoding", "{}", { "content-encoding": "br, zstd" }],
    ["a bomb", gzipSync(Buffer.alloc(200_000_000, " ")), { "content-encoding": "gzip" }],
  ];
  for (const target of ["/v3.1/send", "/v3/send", "/api/v1/messages", "/v3/REST/sender"]) {
    for (const [what, body, headers] of cases) {
      const answer = await ask("POST", target, body, headers);
      assert.ok(
        answer.status >= 400 && answer.status < 500,
        `${target}, ${what}: ${answer.status} ${answer.text}`,
      );
      assertInWords(answer, `${target}, ${what}`);
    }
  }
  assert.equal(await records.count("message"), before);
});

test("the service is well afterwards, and has nothing to complain of", async () => {
  const answer = await ask(
    "POST",
    "/v3.1/send",
    JSON.stringify({
      Messages: [{ From: { Email: "news@shop.example" }, To: [{ Email: "z@example.net" }], TextPart: "t" }],
    }),
  );
  assert.equal(answer.status, 200, answer.text);
  const complaints = service.output.split("\n").filter((line) => /"level":"?(50|60|error|fatal)/.test(line));
  assert.deepEqual(complaints, []);
});
