import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, type TestContext, test } from "node:test";
import { sql } from "../../src/base/database.ts";
import type { PageAnswer } from "../../src/edge/pages/page.ts";
import { regretPath, resubscribePage, unsubscribePage } from "../../src/edge/pages/unsubscribe.ts";
import { unsubscribeProbe } from "../../src/edge/probes/unsubscribe.ts";
import type { World } from "../support/world.ts";
import { openProbedWorld } from "./context.ts";
import { deliverInto } from "./delivering.ts";

let killed = 0;
let planted = 0;

after(() =>
  process.stdout.write(`Mutations of the readers' promises: ${killed} of ${planted} turned red.\n`),
);

/** A violation: of mail as it is delivered, of what is asked of the pages, of their answers, or of the database. */
interface Mutation {
  name: string;
  mail?: (source: string) => string;
  asked?: (method: string, path: string) => "GET" | "POST";
  answer?: (page: PageAnswer) => PageAnswer;
  database?: string;
}

const usual = (method: string) => (method === "POST" ? "POST" : "GET");

async function serve(t: TestContext, world: World, { asked = usual, answer = (page) => page }: Mutation) {
  const server = http.createServer(async ({ url = "", method = "" }, response) => {
    const { pathname } = new URL(url, "http://readers.test");
    const request = {
      method: asked(method, pathname),
      token: pathname.split("/").at(-1) ?? "",
      language: "en",
    } as const;
    const pageOf = pathname.startsWith(regretPath) ? resubscribePage : unsubscribePage;
    const { status, headers, body } = answer(await pageOf(world, request));
    response.writeHead(status, headers).end(method === "HEAD" ? "" : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// One world serves all: each look is at an address of its own, and what breaks the database comes last.
const world = await openProbedWorld({ after });

async function findingOf(t: TestContext, mutation: Mutation) {
  const { database = null } = mutation;
  if (database !== null)
    await world.database.write({ role: "operator" }, (tx) => tx.run(sql.script(database)));
  await using _ = deliverInto(world, mutation.mail);
  const url = await serve(t, world, mutation);
  const probe = unsubscribeProbe(world.context, () => ({ url, hasTlsInFront: false }));
  return await probe.run(new AbortController().signal);
}

test("in a healthy world, unsubscribe finds nothing wrong", async (t) => {
  const { outcome, detail, checks } = await findingOf(t, { name: "nothing" });
  assert.equal(outcome, "kept", detail);
  assert.ok(checks >= 10, String(checks));
});

const field = (name: string) => RegExp(`^${name}:.*\\r\\n(?:[ \\t].*\\r\\n)*`, "im");

const mutations: Mutation[] = [
  { name: "mail without List-Unsubscribe", mail: (source) => source.replace(field("List-Unsubscribe"), "") },
  {
    name: "mail that offers no one-click",
    mail: (source) => source.replace(field("List-Unsubscribe-Post"), ""),
  },
  { name: "HTML without a link", mail: (source) => source.replace(/<p style[\s\S]*?<\/p>/, "") },
  { name: "a link that unsubscribes on GET", asked: () => "POST" },
  { name: "a click that does nothing", asked: () => "GET" },
  {
    name: "a mistake that cannot be taken back",
    asked: (method, path) => (path.startsWith(regretPath) ? "GET" : usual(method)),
  },
  { name: "a cookie", answer: (page) => ({ ...page, headers: { ...page.headers, "set-cookie": "a=1" } }) },
  { name: "a link that leads nowhere", answer: (page) => ({ ...page, status: 404 }) },
  {
    name: "an unsubscription that is not written",
    database: `create function forget() returns trigger language plpgsql as 'begin return null; end';
      create trigger forget before insert on suppression for each row execute function forget()`,
  },
];

for (const mutation of mutations) {
  test(`unsubscribe turns red at ${mutation.name}`, async (t) => {
    planted += 1;
    const { outcome, detail } = await findingOf(t, mutation);
    assert.equal(outcome, "broken", detail);
    killed += 1;
  });
}
