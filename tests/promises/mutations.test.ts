import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, type TestContext, test } from "node:test";
import { coreProbes, type ProbeContext } from "../../src/core/policy/index.ts";
import { webProbes } from "../../src/edge/probes/web.ts";
import { openProbedWorld } from "./context.ts";
import { mutations } from "./mutations.ts";

let killed = 0;
let planted = 0;

const score = () => `${planted === 0 ? 0 : Math.floor((100 * killed) / planted)} %`;

after(() =>
  process.stdout.write(
    `Mutations of the promises: ${killed} of ${planted} turned their probe red (${score()}).\n`,
  ),
);

for (const name of new Set(mutations.map(({ probe }) => probe))) {
  test(`in a healthy world, ${name} finds nothing wrong`, async (t) => {
    const world = await openProbedWorld(t);
    const { outcome, detail } = await world.probe(name);
    assert.equal(outcome, name === "tracking" ? "unknown" : "kept", detail);
  });
}

for (const { name, probe, violate } of mutations) {
  test(`${probe} turns red at ${name}`, async (t) => {
    planted += 1;
    const world = await openProbedWorld(t);
    await violate(world);
    const { outcome, detail } = await world.probe(probe);
    assert.equal(outcome, "broken", detail);
    killed += 1;
  });
}

test("durability turns red at a server that does not wait for the disk", async (t) => {
  planted += 1;
  // The server of the tests is one.
  const { outcome } = await (await openProbedWorld(t)).probe("durability");
  assert.equal(outcome, "broken");
  killed += 1;
});

const good = {
  "content-type": "text/html",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

interface WebMutation {
  name: string;
  probe: string;
  headers?: Record<string, string | undefined>;
  body?: string;
  status?: number;
  /** The only path that is answered so; every one when left out. */
  path?: string;
}

const webMutations: WebMutation[] = [
  {
    name: "no content security policy",
    probe: "web-headers",
    headers: { "content-security-policy": undefined },
  },
  {
    name: "a policy with a hole",
    probe: "web-headers",
    headers: {
      "content-security-policy": "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'none'",
    },
  },
  { name: "framing", probe: "web-headers", headers: { "content-security-policy": "default-src 'none'" } },
  { name: "guessing of types", probe: "web-headers", headers: { "x-content-type-options": undefined } },
  { name: "referrers", probe: "web-headers", headers: { "referrer-policy": "unsafe-url" } },
  { name: "an answer that fails", probe: "web-headers", status: 500 },
  { name: "a cookie", probe: "web-cookies", headers: { "set-cookie": "visitor=1" } },
  { name: "a script", probe: "web-cookies", body: "<script>1</script>" },
  { name: "a picture from elsewhere", probe: "web-cookies", body: '<img src="https://ads.example/1.gif">' },
  {
    name: "a script of the dashboard from elsewhere",
    probe: "web-cookies",
    path: "/dashboard/",
    body: '<script type="module" src="//cdn.example/a.js"></script>',
  },
  {
    name: "a font from elsewhere",
    probe: "web-cookies",
    body: "<style>@import url(//fonts.example)</style>",
  },
];

async function findingOf(
  t: TestContext,
  { probe, headers = {}, body = "<p>Hello</p>", status = 200, path }: WebMutation,
) {
  const server = http.createServer((request, response) => {
    for (const [name, value] of Object.entries({ ...good, ...headers }))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(status).end(path === undefined || path === request.url ? body : "<p>Hello</p>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const found = webProbes(() => ({ url, hasTlsInFront: false })).find(({ name }) => name === probe);
  return found!.run(new AbortController().signal);
}

for (const probe of ["web-headers", "web-cookies", "web-tls"]) {
  test(`of a good answer, ${probe} finds nothing wrong`, async (t) => {
    const { outcome, detail } = await findingOf(t, { name: "nothing", probe });
    assert.equal(outcome, "kept", detail);
  });
}

test("of a dashboard that loads its own parts, web-cookies finds nothing wrong", async (t) => {
  const body =
    '<link rel="stylesheet" href="/dashboard/assets/a.css"><script src="/dashboard/assets/a.js"></script>';
  const wish = { name: "nothing", probe: "web-cookies", path: "/dashboard/", body };
  const { outcome, detail } = await findingOf(t, wish);
  assert.equal(outcome, "kept", detail);
});

for (const mutation of webMutations) {
  test(`${mutation.probe} turns red at ${mutation.name}`, async (t) => {
    planted += 1;
    const { outcome, detail } = await findingOf(t, mutation);
    assert.equal(outcome, "broken", detail);
    killed += 1;
  });
}

test("every probe has a violation that it must see", () => {
  const seen = new Set([...mutations, ...webMutations].map(({ probe }) => probe));
  // These two have tests of their own, above and below.
  for (const probe of ["durability", "web-tls"]) seen.add(probe);
  const all = [...webProbes(() => null), ...coreProbes({} as ProbeContext)].map(({ name }) => name);
  assert.deepEqual(
    all.filter((name) => !seen.has(name)),
    [],
  );
});

test("web-tls turns red at plain HTTP for other machines, and claims nothing behind a proxy", async () => {
  planted += 1;
  const tlsOf = (hasTlsInFront: boolean) => {
    const place = () => ({ url: "http://192.0.2.1:80", hasTlsInFront });
    return webProbes(place)
      .find(({ name }) => name === "web-tls")!
      .run(new AbortController().signal);
  };
  assert.equal((await tlsOf(false)).outcome, "broken");
  assert.equal((await tlsOf(true)).outcome, "unknown");
  killed += 1;
});

test("a service that does not answer proves nothing", async () => {
  for (const probe of webProbes(() => null)) {
    assert.equal((await probe.run(new AbortController().signal)).outcome, "unknown");
  }
});
