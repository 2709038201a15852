import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, type TestContext, test } from "node:test";
import { sql } from "../../src/base/database.ts";
import { createLog } from "../../src/base/log.ts";
import { consentPurposes, recordConsents } from "../../src/core/consent/index.ts";
import { readUnsubscribeToken } from "../../src/core/tracking/index.ts";
import { choicePage } from "../../src/edge/pages/choice.ts";
import { unsubscribePage } from "../../src/edge/pages/unsubscribe.ts";
import { toldApartProbe } from "../../src/edge/probes/told-apart.ts";
import { answerClick, answerOpen } from "../../src/edge/readers/answer.ts";
import { ReadingTokens } from "../../src/edge/readers/reading-tokens.ts";
import { ReadingWriter } from "../../src/edge/readers/reading-writer.ts";
import { openProbedWorld } from "./context.ts";
import { deliverInto } from "./delivering.ts";

let killed = 0;
let planted = 0;

after(() => process.stdout.write(`Mutations of who is told apart: ${killed} of ${planted} turned red.\n`));

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** A violation: of mail as it is delivered, of what is asked of the pages, of their answers, or of the database. */
interface Mutation {
  name: string;
  mail?: (source: string) => string;
  asked?: (method: string) => "GET" | "POST";
  agrees?: "GET" | "POST";
  answer?: (answer: Answer, path: string) => Answer;
  database?: string;
}

// One world serves all: each look is at addresses of its own, and what breaks the database comes last.
const world = await openProbedWorld({ after });
const tokens = new ReadingTokens(world.keyring);
const writer = new ReadingWriter({ ...world, log: createLog({ level: "silent" }), limit: "identified" });

async function answerTo(
  url: URL,
  method: "GET" | "POST",
  headers: http.IncomingHttpHeaders,
): Promise<Answer> {
  const token = url.pathname.split("/").at(-1) ?? "";
  const page = { method, token, language: "en" } as const;
  const reading = { method, token, headers, from: "192.0.2.1" };
  const { searchParams: query } = url;
  const wish = { purpose: query.get("purpose"), decision: query.get("decision") };
  const none = { status: 404, headers: {}, body: "" };
  if (url.pathname.startsWith("/u/")) return unsubscribePage(world, page);
  if (url.pathname.startsWith("/p/")) return choicePage(world, { ...page, ...wish });
  const answer = url.pathname.startsWith("/c/") ? answerClick : answerOpen;
  return (await answer(tokens, writer, reading)) ?? none;
}

/** Lets whoever has the link of a mail agree for its reader. */
async function agreeFor(token: string): Promise<void> {
  const { accountId, lookup } = readUnsubscribeToken(world.keyring, token) ?? assert.fail();
  const proof = { address: "", how: "page", wording: "I agree.", version: "" };
  const said = { lookup, purposes: consentPurposes, decision: "given", source: "api", proof } as const;
  const now = world.clock.now();
  const by = { accountId, actor: { kind: "link" } } as const;
  await world.database.write({ role: "request", accountId }, (tx) =>
    recordConsents(tx, { ...world, now }, by, [{ ...said, decidedAt: now }]),
  );
}

/** Records an agreement of a reader of an account that is nobody's probe. */
async function agreeAs(accountId: bigint): Promise<void> {
  const now = world.clock.now();
  const proof = { address: "ada@example.com", how: "page", wording: "I agree.", version: "" };
  const lookup = world.keyring.lookup(accountId, "ada@example.com");
  const said = { lookup, purposes: consentPurposes, decision: "given", source: "api", proof } as const;
  const by = { accountId, actor: { kind: "service" } } as const;
  await world.database.write({ role: "request", accountId }, (tx) =>
    recordConsents(tx, { ...world, now }, by, [{ ...said, decidedAt: now }]),
  );
}

async function serve(
  t: TestContext,
  { asked = usual, agrees, answer = (same) => same }: Mutation,
): Promise<string> {
  const server = http.createServer(async ({ url = "", method = "", headers }, response) => {
    const target = new URL(url, "http://readers.test");
    const isPage = target.pathname.startsWith("/p/");
    if (isPage && method === agrees && target.searchParams.get("decision") === "given")
      await agreeFor(target.pathname.split("/").at(-1) ?? "");
    const given = await answerTo(target, isPage ? asked(method) : usual(method), headers);
    const { status, headers: fields, body } = answer(given, target.pathname);
    response.writeHead(status, fields).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function usual(method: string): "GET" | "POST" {
  return method === "POST" ? "POST" : "GET";
}

async function findingOf(t: TestContext, mutation: Mutation) {
  const { database = null } = mutation;
  if (database !== null)
    await world.database.write({ role: "operator" }, (tx) => tx.run(sql.script(database)));
  await using _ = deliverInto(world, mutation.mail);
  const url = await serve(t, mutation);
  const probe = toldApartProbe(world.context, () => ({ url, hasTlsInFront: false }));
  return await probe.run(new AbortController().signal);
}

test("in a healthy world, told-apart finds nothing wrong", async (t) => {
  const { outcome, detail, checks } = await findingOf(t, { name: "nothing" });
  assert.equal(outcome, "kept", detail);
  assert.ok(checks >= 10, String(checks));
  assert.match(detail, /a picture and a link of the reader's own/);
});

test("told-apart leaves no decision of its own behind, and takes nobody else's away", async (t) => {
  const { accountId } = await world.account();
  await agreeAs(accountId);
  assert.equal((await findingOf(t, { name: "nothing" })).outcome, "kept");
  const rows = await world.database.read({ role: "operator" }, (reader) =>
    reader.rows<{ accountId: bigint; count: bigint }>(sql`
      select c.account_id as "accountId", count(*) as count from consent c group by 1`),
  );
  assert.deepEqual(rows, [{ accountId, count: BigInt(consentPurposes.length) }]);
});

let number = 0;

const mutations: Mutation[] = [
  {
    name: "a picture of each reader's own",
    mail: (source) => source.replace("/i/", () => `/i/${++number}`),
  },
  { name: "a page that agrees when it is looked at", agrees: "GET" },
  { name: "a page on which whoever has the link agrees", agrees: "POST" },
  { name: "a page that takes back when it is looked at", asked: () => "POST" },
  { name: "a page that cannot be told anything", asked: () => "GET" },
  {
    name: "mail that does not say where to take it back",
    mail: (source) => source.replace(/<p style[\s\S]*?<\/p>/, ""),
  },
  {
    name: "a page of the mail that leads nowhere else",
    answer: (given) => ({ ...given, body: String(given.body).replaceAll('href="/p/', 'href="/x/') }),
  },
  {
    name: "a picture that is not shown any more",
    answer: (given, path) => (path.startsWith("/i/") ? { ...given, status: 410 } : given),
  },
  {
    name: "a link that leads elsewhere",
    answer: (given, path) =>
      path.startsWith("/c/") ? { ...given, headers: { location: "https://elsewhere.example/" } } : given,
  },
  {
    name: "a withdrawal for links that is not written",
    database: `create function forget_clicks() returns trigger language plpgsql as
      'begin if new.decision = ''withdrawn'' and new.purpose = ''clicks'' then return null; end if; return new; end';
      create trigger forget_clicks before insert on consent for each row execute function forget_clicks()`,
  },
  {
    name: "a withdrawal that is not written",
    database: `create function forget() returns trigger language plpgsql as
      'begin if new.decision = ''withdrawn'' then return null; end if; return new; end';
      create trigger forget before insert on consent for each row execute function forget()`,
  },
];

for (const mutation of mutations) {
  test(`told-apart turns red at ${mutation.name}`, async (t) => {
    planted += 1;
    const { outcome, detail } = await findingOf(t, mutation);
    assert.equal(outcome, "broken", detail);
    killed += 1;
  });
}

test("where an agreement changes nothing, told-apart does not say that it was seen and taken back", async (t) => {
  const database = `create function forget_all() returns trigger language plpgsql as 'begin return null; end';
    create trigger forget_all before insert on consent for each row execute function forget_all()`;
  const { detail } = await findingOf(t, { name: "nothing is agreed to", database });
  assert.match(detail, /nobody is told apart here, so that taking it back could not be tried/);
  assert.doesNotMatch(detail, /own/);
});

test("where nothing is counted, told-apart says that it has seen no links", async (t) => {
  const mail = (source: string) => source.replaceAll(/<img[^>]+>/g, "").replaceAll("/c/", "/x/");
  const { detail } = await findingOf(t, { name: "nothing is counted", mail });
  assert.match(detail, /nothing is counted here/);
});
