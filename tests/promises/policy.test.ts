import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type ControllerIdentity, servePolicy } from "../../src/app-policy.ts";
import { createLog } from "../../src/base/log.ts";
import { publishPolicy, readRegister } from "../../src/core/policy/index.ts";
import { createHttpServer } from "../../src/edge/http/server.ts";
import { policyProbes } from "../../src/edge/probes/policy.ts";
import { openProbedWorld } from "./context.ts";
import { type PassingAnswer, serveThrough } from "./proxy.ts";

const controller: ControllerIdentity = {
  name: "Example & Sons",
  address: "privacy@example.org",
  postal: "1 rue de la Poste, 75001 Paris",
  country: "FR",
  dataCountry: "DE",
  register: "SARL, RCS Paris 123 456 789",
  authority: "CNIL, 3 place de Fontenoy, 75007 Paris",
  declarations: "1234567, 7654321",
};

let killed = 0;
let planted = 0;
after(() => process.stdout.write(`Mutations of the policy's pages: ${killed} of ${planted} turned red.\n`));

const world = await openProbedWorld({ after });
await world.database.write({ role: "operator" }, (tx) =>
  publishPolicy(
    tx,
    readRegister(),
    { figures: { contentDays: 5 }, reason: { en: "Less is more.", fr: "Moins.", de: "Weniger." } },
    { now: world.clock.now(), effectiveAt: new Date(world.clock.now().getTime() + 31 * 86_400_000) },
  ),
);

async function serve(identity: ControllerIdentity | null): Promise<string> {
  const log = createLog({ level: "silent" });
  const server = createHttpServer({ log, clock: world.clock, authenticate: async () => null });
  const core = { ...world, log } as unknown as Parameters<typeof servePolicy>[1];
  servePolicy(server, core, { controller: identity, publicUrl: () => "https://mail.example.org" });
  const { port } = await server.listen("127.0.0.1", 0);
  after(() => server.close());
  return `http://127.0.0.1:${port}`;
}

const named = await serve(controller);
const nameless = await serve(null);

async function look(probe: string, url: string) {
  const found = policyProbes(world.context, () => ({ url, hasTlsInFront: false })).find(
    ({ name }) => name === probe,
  );
  return found!.run(new AbortController().signal);
}

for (const probe of ["policy-page", "controller", "location", "data-map"]) {
  test(`of the policy as it is served, ${probe} finds nothing wrong`, async () => {
    const { outcome, detail } = await look(probe, named);
    assert.equal(outcome, "kept", detail);
  });
}

test("where nobody is named, controller proves nothing", async () => {
  assert.equal((await look("controller", nameless)).outcome, "unknown");
});

interface Mutation {
  name: string;
  probe: string;
  at: RegExp;
  change: (answer: PassingAnswer) => Partial<PassingAnswer>;
}

const replace =
  (what: RegExp | string, by = "") =>
  ({ body }: PassingAnswer) => ({ body: body.replace(what, by) });

const mutations: Mutation[] = [
  {
    name: "a policy without its date",
    probe: "policy-page",
    at: /^\/privacy\?/,
    change: replace(/datetime="/g, 'title="'),
  },
  {
    name: "a policy with the hash of another",
    probe: "policy-page",
    at: /^\/privacy\?/,
    change: replace(/[0-9a-f]{64}/, "0".repeat(64)),
  },
  {
    name: "a promise that is left out",
    probe: "policy-page",
    at: /^\/privacy\?lang=fr/,
    change: replace(/<li id="P106"[\s\S]*?<\/li>/),
  },
  {
    name: "a policy for those who have a cookie",
    probe: "policy-page",
    at: /^\/privacy\?/,
    change: () => ({ headers: { "set-cookie": "a=1" } }),
  },
  {
    name: "a change that is not announced",
    probe: "policy-page",
    at: /^\/privacy\?/,
    change: replace(/<p class="note"[\s\S]*?<\/p>/),
  },
  {
    name: "a document with another figure",
    probe: "policy-page",
    at: /privacy-register/,
    change: replace('\\"contentDays\\": 6', '\\"contentDays\\": 7'),
  },
  {
    name: "a version that is hidden",
    probe: "policy-page",
    at: /privacy-register/,
    change: ({ body }) => {
      const policy = JSON.parse(body) as { versions: unknown[] };
      return { body: JSON.stringify({ ...policy, versions: policy.versions.slice(1) }) };
    },
  },
  {
    name: "an old version without a page",
    probe: "policy-page",
    at: /versions\/1/,
    change: () => ({ status: 404 }),
  },
  {
    name: "a history that leaves one out",
    probe: "policy-page",
    at: /history$/,
    change: replace(/[0-9a-f]{64}/g),
  },
  {
    name: "a feed that leaves one out",
    probe: "policy-page",
    at: /atom/,
    change: replace(/<entry>[\s\S]*?<\/entry>/),
  },
  {
    name: "an operator without a postal address",
    probe: "controller",
    at: /^\/privacy\?/,
    change: replace(/<dt>Postanschrift[\s\S]*?<\/dd>/),
  },
  {
    name: "a declaration that is not shown",
    probe: "controller",
    at: /^\/privacy\?lang=en/,
    change: replace("1234567, 7654321"),
  },
  {
    name: "no supervisory authority",
    probe: "controller",
    at: /^\/privacy\?lang=en/,
    change: replace(/<dt>Supervisory[\s\S]*?<\/dd>/),
  },
  {
    name: "a policy that names nobody's name",
    probe: "controller",
    at: /privacy\.json/,
    change: replace('"name":"Example & Sons"', '"name":null'),
  },
  {
    name: "data that is declared to be elsewhere",
    probe: "location",
    at: /privacy\.json/,
    change: replace('"dataCountry":"DE"', '"dataCountry":"US"'),
  },
  {
    name: "a column that the public data map hides",
    probe: "data-map",
    at: /data-map/,
    change: replace("<code>message.sealed</code>"),
  },
  {
    name: "a purpose that the record of processing lacks",
    probe: "data-map",
    at: /ropa/,
    change: replace("quota and billing"),
  },
];

for (const { name, probe, at, change } of mutations) {
  test(`${probe} turns red at ${name}`, async (t) => {
    planted += 1;
    const url = await serveThrough(t, named, (path, answer) =>
      at.test(path) ? { ...answer, ...change(answer) } : answer,
    );
    const { outcome, detail } = await look(probe, url);
    assert.equal(outcome, "broken", detail);
    killed += 1;
  });
}
