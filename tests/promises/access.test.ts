import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, type TestContext, test } from "node:test";
import { servePolicy } from "../../src/app-policy.ts";
import { sql } from "../../src/base/database.ts";
import { createLog } from "../../src/base/log.ts";
import { Authenticator } from "../../src/core/accounts/index.ts";
import { storedInBrowsers } from "../../src/core/policy/index.ts";
import { registerApi } from "../../src/edge/http/api/register.ts";
import { sessionCookieName } from "../../src/edge/http/api/session-cookie.ts";
import { createHttpServer } from "../../src/edge/http/server.ts";
import { apiServices } from "../../src/edge/http/services/api.ts";
import type { ServiceContext } from "../../src/edge/http/services/context.ts";
import { principalOf } from "../../src/edge/http/services/principal.ts";
import { accessProbes } from "../../src/edge/probes/access.ts";
import { openProbedWorld } from "./context.ts";
import { type PassingAnswer, serveThrough } from "./proxy.ts";

// Time goes twenty times as fast here: what was ended is known to be so at once.
const waitMsMax = 1500;

let killed = 0;
let planted = 0;
after(() => process.stdout.write(`Mutations of access: ${killed} of ${planted} turned red.\n`));

// One world serves all; what breaks the database comes last.
const world = await openProbedWorld({ after });
// What a process remembers of keys and sessions grows old by the clock.
const ticking = setInterval(() => world.clock.advance(1000), 50);
after(() => clearInterval(ticking));

const log = createLog({ level: "silent" });
const authenticator = new Authenticator(world.database, world.keyring, world.clock);
const server = createHttpServer({
  log,
  clock: world.clock,
  authenticate: async (user, secret) => principalOf(await authenticator.authenticate(user, secret)),
});
const publicUrl = "http://mail.example.org";
const installation = { mode: "development", delivery: "inbox", submission: null, version: "0.1.0" };
const context = { ...world, ...world.context, log, publicUrl, installation } as unknown as ServiceContext;
registerApi(server, apiServices(context));
const core = { ...world, log } as unknown as Parameters<typeof servePolicy>[1];
servePolicy(server, core, { controller: null, publicUrl: () => publicUrl });
const { port } = await server.listen("127.0.0.1", 0);
after(() => server.close());

async function look(t: TestContext, probe: string, change?: Parameters<typeof serveThrough>[2]) {
  const url = await serveThrough(t, `http://127.0.0.1:${port}`, change);
  const found = accessProbes(world.context, () => ({ url, hasTlsInFront: false }), waitMsMax).find(
    ({ name }) => name === probe,
  );
  return found!.run(new AbortController().signal);
}

for (const probe of ["grants", "session-cookie"]) {
  test(`of the service as it is, ${probe} finds nothing wrong`, async (t) => {
    const { outcome, detail } = await look(t, probe);
    assert.equal(outcome, "kept", detail);
  });
}

test("the public list names every cookie and all storage of the dashboard, and nothing else", () => {
  const memory = readFileSync(path.resolve(import.meta.dirname, "../../web/src/shell/memory.ts"), "utf8");
  const choices = [...(/type Choice = ([^;]+);/.exec(memory)?.[1] ?? "").matchAll(/"(\w+)"/g)].map(
    ([, choice]) => `facteur.${choice}`,
  );
  const names = storedInBrowsers.map(({ name }) => name).sort();
  assert.deepEqual(names, [sessionCookieName("http://x"), ...choices].sort());
});

interface Mutation {
  name: string;
  probe: string;
  at: RegExp;
  change: (answer: PassingAnswer) => Partial<PassingAnswer>;
}

const statusInstead = (from: number, to: number) => (answer: PassingAnswer) =>
  answer.status === from ? { status: to } : {};
const cookieWithout =
  (what: RegExp, by = "") =>
  ({ headers }: PassingAnswer) => ({
    headers:
      headers["set-cookie"] === undefined
        ? headers
        : { ...headers, "set-cookie": headers["set-cookie"].replace(what, by) },
  });

const mutations: Mutation[] = [
  {
    name: "data that is told to whoever asks",
    probe: "grants",
    at: /messages/,
    change: statusInstead(401, 200),
  },
  {
    name: "a key for reading that changes something",
    probe: "grants",
    at: /suppressions/,
    change: statusInstead(403, 201),
  },
  {
    name: "a key for reading that takes everything out",
    probe: "grants",
    at: /export/,
    change: statusInstead(403, 200),
  },
  { name: "a key that may nothing", probe: "grants", at: /messages/, change: statusInstead(200, 403) },
  {
    name: "a cookie before signing in",
    probe: "session-cookie",
    at: /dashboard/,
    change: () => ({ headers: { "set-cookie": "a=1" } }),
  },
  {
    name: "a cookie that scripts can read",
    probe: "session-cookie",
    at: /session/,
    change: cookieWithout(/; HttpOnly/),
  },
  {
    name: "a cookie that other sites can use",
    probe: "session-cookie",
    at: /session/,
    change: cookieWithout(/Strict/, "None"),
  },
  {
    name: "a cookie for neighbouring hosts",
    probe: "session-cookie",
    at: /session/,
    change: cookieWithout(/$/, "; Domain=example.org"),
  },
  {
    name: "a cookie that says who somebody is",
    probe: "session-cookie",
    at: /session/,
    change: cookieWithout(/=[^;]*/, "=ann@example.org"),
  },
  {
    name: "a cookie that is not listed",
    probe: "session-cookie",
    at: /data-map/,
    change: ({ body }) => ({ body: body.replaceAll("facteur_session", "other") }),
  },
  {
    name: "somebody who is let in without a cookie",
    probe: "session-cookie",
    at: /session/,
    change: statusInstead(401, 200),
  },
];

for (const { name, probe, at, change } of mutations) {
  test(`${probe} turns red at ${name}`, async (t) => {
    planted += 1;
    const { outcome, detail } = await look(t, probe, (where, answer) =>
      at.test(where) ? { ...answer, ...change(answer) } : answer,
    );
    assert.equal(outcome, "broken", detail);
    killed += 1;
  });
}

for (const { name, probe, statement } of [
  {
    name: "a key that was taken back and still works",
    probe: "grants",
    statement: "create trigger keep before update on api_key for each row execute function keep()",
  },
  {
    name: "a session that does not end",
    probe: "session-cookie",
    statement: "create trigger keep before delete on session for each row execute function keep()",
  },
]) {
  test(`${probe} turns red at ${name}`, async (t) => {
    planted += 1;
    await world.database.write({ role: "operator" }, (tx) =>
      tx.run(
        sql.script(`create or replace function keep() returns trigger language plpgsql as 'begin return null; end';
          ${statement}`),
      ),
    );
    const { outcome, detail } = await look(t, probe);
    assert.equal(outcome, "broken", detail);
    killed += 1;
  });
}
