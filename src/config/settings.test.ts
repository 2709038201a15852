import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { type Variable, variables } from "./env.ts";
import { describeProblems, publicUrlAt, readSettings } from "./settings.ts";
import type { Problem, Settings } from "./shape.ts";

const place = { folder: "/srv/facteur", isReadable: (file: string) => !file.includes("absent") };

function settingsOf(source: Record<string, string>): Settings {
  const reading = readSettings(source, place);
  if (reading.kind === "refused") assert.fail(describeProblems(reading.problems));
  return reading.settings;
}

function problemsOf(source: Record<string, string>): Problem[] {
  const reading = readSettings(source, place);
  return reading.kind === "refused" ? reading.problems : assert.fail("The settings were accepted.");
}

const operator = {
  FACTEUR_OPERATOR_NAME: "Example Association",
  FACTEUR_OPERATOR_ADDRESS: "privacy@example.org",
  FACTEUR_OPERATOR_POSTAL: "1 rue de la Poste, Paris",
  FACTEUR_OPERATOR_COUNTRY: "FR",
};
const production = {
  FACTEUR_MODE: "production",
  FACTEUR_PUBLIC_URL: "https://mail.example.org",
  ...operator,
};

test("an empty environment is a development set-up on this machine with everything embedded", () => {
  assert.deepEqual(settingsOf({}), {
    mode: "development",
    dataFolder: "/srv/facteur/data",
    databaseUrl: null,
    http: {
      host: "127.0.0.1",
      port: 8080,
      publicUrl: "http://127.0.0.1:8080",
      linksUrl: null,
      tls: null,
      isTlsInFront: false,
      proxies: [],
    },
    linkHosts: { certificates: null, https: null, http: null, challenges: null },
    submission: { host: "127.0.0.1", port: 2587, implicitTls: null, tls: null },
    inbound: { host: "127.0.0.1", port: 2525 },
    delivery: {
      way: { kind: "direct" },
      routes: [],
      resolver: null,
      helo: "localhost",
      returnPath: null,
      sourceAddresses: [],
      warmUps: [],
      tlsCaFile: null,
      tracking: "identified",
      countriesFile: null,
      machineNetworks: [],
      allowsPrivateWebhooks: true,
    },
    operator: null,
    rootKey: { kind: "file", file: "/srv/facteur/data/secrets/root.key" },
    limits: { recipientsPerDay: null, requestsPerSecond: 1000 },
    roles: ["http", "smtp", "inbound", "worker", "retention"],
    metricsToken: null,
    logLevel: "info",
  });
});

test("a limit of none is none, also where the default is a number", () => {
  const { limits } = settingsOf({ FACTEUR_RATE: "none", FACTEUR_DAILY_QUOTA: "none" });
  assert.deepEqual(limits, { recipientsPerDay: null, requestsPerSecond: null });
});

test("all problems are reported at once, each with its variable, its reason and a right value", () => {
  const problems = problemsOf({
    FACTEUR_MODE: "prod",
    FACTEUR_HTTP: "8080",
    FACTEUR_ROUTES: "example.org=nowhere:x",
    FACTEUR_RESOLVER_VALIDATES: "true",
    FACTEUR_HTTP_TLS_CERT: "cert.pem",
    FACTEUR_TLS_CA: "absent.pem",
    FACTEUR_ROOT_KEY: "short",
    FACTEUR_ROLES: "http,postman",
    FACTEUR_DAILY_QUOTA: "many",
  });
  assert.deepEqual(
    problems.map(({ variable, wrong }) => `${variable} ${wrong}`),
    [
      "FACTEUR_MODE is none of development, production",
      "FACTEUR_HTTP lacks the port",
      "FACTEUR_HTTP_TLS_KEY is missing: FACTEUR_HTTP_TLS_CERT needs its key",
      "FACTEUR_RESOLVER is missing: FACTEUR_RESOLVER_VALIDATES=true speaks of a resolver you name",
      'FACTEUR_ROUTES holds "example.org=nowhere:x", whose right side is not host:port (an IPv6 address stands in brackets)',
      "FACTEUR_TLS_CA names a file that cannot be read",
      "FACTEUR_ROOT_KEY is not 32 bytes in base64 or hexadecimal",
      "FACTEUR_DAILY_QUOTA is neither a whole number from 1 on nor `none`",
      'FACTEUR_ROLES holds "postman", which is none of http, smtp, inbound, worker, retention',
    ],
  );
  const text = describeProblems(problems);
  for (const { variable, example } of problems) assert.ok(text.includes(`${variable}=${example}`), variable);
});

test("no environment makes the reading throw, and every refusal names a variable", () => {
  const names = Object.values(variables).map(({ name }) => name);
  const examples = Object.values(variables).map(({ example }) => example);
  const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(...examples), fc.webUrl());
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), text), (source) => {
      const reading = readSettings(source, place);
      if (reading.kind === "refused")
        for (const { variable, wrong } of reading.problems)
          assert.ok(names.includes(variable as never) && wrong !== "");
      else assert.ok(path.isAbsolute(reading.settings.dataFolder));
    }),
    { numRuns: 2000 },
  );
});

test("every example in the table is a right value of its variable", () => {
  const together: Record<string, Record<string, string>> = {
    FACTEUR_HTTP_TLS_CERT: { FACTEUR_HTTP_TLS_KEY: "key.pem" },
    FACTEUR_HTTP_TLS_KEY: { FACTEUR_HTTP_TLS_CERT: "cert.pem" },
    FACTEUR_SUBMISSION_TLS_CERT: { FACTEUR_SUBMISSION_TLS_KEY: "key.pem" },
    FACTEUR_SUBMISSION_TLS_KEY: { FACTEUR_SUBMISSION_TLS_CERT: "cert.pem" },
    FACTEUR_LINK_CERTIFICATES: { FACTEUR_LINK_HTTPS: "0.0.0.0:443" },
    FACTEUR_LINK_HTTPS: { FACTEUR_LINK_CERTIFICATES: "live" },
    FACTEUR_LINK_HTTP: { FACTEUR_ACME_FOLDER: "acme" },
    FACTEUR_RESOLVER_VALIDATES: { FACTEUR_RESOLVER: "127.0.0.1" },
    FACTEUR_WARM_UP: { FACTEUR_SOURCE_ADDRESSES: "203.0.113.10" },
    FACTEUR_MODE: production,
  };
  for (const { name, example } of Object.values<Variable>(variables)) {
    if (name === variables.rootKey.name || name === variables.metricsToken.name) continue; // No key may stand in a document: somebody would use it.
    settingsOf({ ...together[name], [name]: example });
  }
});

test("submission has the certificate of its own, else that of HTTP", () => {
  const http = { FACTEUR_HTTP_TLS_CERT: "cert.pem", FACTEUR_HTTP_TLS_KEY: "key.pem" };
  const own = { FACTEUR_SUBMISSION_TLS_CERT: "ca.pem", FACTEUR_SUBMISSION_TLS_KEY: "key.pem" };
  assert.equal(settingsOf(http).submission.tls?.certificateFile, settingsOf(http).http.tls?.certificateFile);
  assert.match(settingsOf({ ...http, ...own }).submission.tls?.certificateFile ?? "", /ca\.pem$/);
  const places = settingsOf({
    FACTEUR_SUBMISSION: "[::1]:587",
    FACTEUR_SUBMISSION_TLS: "0.0.0.0:465",
  }).submission;
  assert.deepEqual(
    [places.host, places.port, places.implicitTls],
    ["::1", 587, { host: "0.0.0.0", port: 465 }],
  );
});

test("in production others reach submission with a certificate only", () => {
  const wrong = (source: Record<string, string>) =>
    problemsOf({ ...production, ...source }).map(({ variable, wrong: clause }) => `${variable} ${clause}`);
  assert.match(
    wrong({ FACTEUR_SUBMISSION: "0.0.0.0:587" }).join(),
    /^FACTEUR_SUBMISSION can be reached.*_TLS_CERT/,
  );
  assert.match(
    wrong({ FACTEUR_SUBMISSION_TLS: "127.0.0.1:465" }).join(),
    /^FACTEUR_SUBMISSION_TLS needs a certificate/,
  );
  const certificate = { FACTEUR_SUBMISSION_TLS_CERT: "cert.pem", FACTEUR_SUBMISSION_TLS_KEY: "key.pem" };
  settingsOf({
    ...production,
    ...certificate,
    FACTEUR_SUBMISSION: "0.0.0.0:587",
    FACTEUR_SUBMISSION_TLS: "[::]:465",
  });
  settingsOf({ FACTEUR_SUBMISSION: "0.0.0.0:587" });
});

test("a variable that is set to nothing counts as not set", () => {
  assert.equal(settingsOf({ FACTEUR_HTTP: "  " }).http.port, 8080);
});

test("a misspelt variable is named in a warning", () => {
  const reading = readSettings({ FACTEUR_RESOLVR: "127.0.0.1", FACTEUR_TEST_X: "1", HOME: "/root" }, place);
  assert.deepEqual(reading.kind === "settings" && reading.warnings, [
    "FACTEUR_RESOLVR is not a setting of Facteur and has no effect.",
  ]);
});

test("routes keep their order and know domains, international ones and a star", () => {
  const { routes } = settingsOf({
    FACTEUR_ROUTES: "Bücher.example=127.0.0.1:2525, b.test=[::1]:26,*=sink:1025",
  }).delivery;
  assert.deepEqual(routes, [
    { domain: "xn--bcher-kva.example", host: "127.0.0.1", port: 2525 },
    { domain: "b.test", host: "::1", port: 26 },
    { domain: "*", host: "sink", port: 1025 },
  ]);
});

test("new source addresses are named with the day they began, and must be source addresses", () => {
  const FACTEUR_SOURCE_ADDRESSES = "203.0.113.10,2001:db8::10";
  const both = "203.0.113.10=2026-11-23, 2001:db8::10=2026-12-01";
  assert.deepEqual(settingsOf({ FACTEUR_SOURCE_ADDRESSES, FACTEUR_WARM_UP: both }).delivery.warmUps, [
    { address: "203.0.113.10", startedOn: "2026-11-23" },
    { address: "2001:db8::10", startedOn: "2026-12-01" },
  ]);
  const wrongs = [
    ["203.0.113.11=2026-11-23", "names 203.0.113.11, which is not among FACTEUR_SOURCE_ADDRESSES"],
    ["203.0.113.10", 'holds "203.0.113.10", which is not address=day'],
    ["mail.example=2026-11-23", 'holds "mail.example=2026-11-23", whose left side is not an IP address'],
    [
      "203.0.113.10=2026-02-30",
      'holds "203.0.113.10=2026-02-30", whose right side is not a day such as 2026-11-23',
    ],
    ["203.0.113.10=2026-11-23,203.0.113.10=2026-11-24", "names 203.0.113.10 twice"],
  ];
  for (const [FACTEUR_WARM_UP = "", wrong] of wrongs) {
    const problems = problemsOf({ FACTEUR_SOURCE_ADDRESSES, FACTEUR_WARM_UP });
    assert.deepEqual(
      problems.map((problem) => [problem.variable, problem.wrong]),
      [["FACTEUR_WARM_UP", wrong]],
    );
  }
});

test("a smart host is read from a URL, with its own ports and an encoded password", () => {
  const { way } = settingsOf({ FACTEUR_DELIVERY: "smtp://me%40org:p%2Fw%25@relay.example" }).delivery;
  assert.ok(way.kind === "smarthost" && way.login !== null);
  assert.deepEqual(
    [way.host, way.port, way.tls, way.login.user, way.login.password.reveal()],
    ["relay.example", 587, "starttls", "me@org", "p/w%"],
  );
  const implicit = settingsOf({ FACTEUR_DELIVERY: "smtps://relay.example" }).delivery.way;
  assert.deepEqual(implicit, {
    kind: "smarthost",
    host: "relay.example",
    port: 465,
    tls: "implicit",
    login: null,
  });
});

test("settings can be printed without showing a secret", () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64");
  const settings = settingsOf({
    DATABASE_URL: "postgresql://u:hunter2@db/x",
    FACTEUR_DELIVERY: "smtp://u:hunter2@relay.example",
    FACTEUR_ROOT_KEY: key,
  });
  for (const text of [
    JSON.stringify(settings),
    inspect(settings, { depth: 10, showHidden: true }),
    `${settings.databaseUrl}`,
  ])
    assert.ok(!text.includes("hunter2") && !text.includes(key), text);
});

test("a complaint about a secret does not repeat it", () => {
  const problems = problemsOf({
    FACTEUR_ROOT_KEY: "hunter2",
    DATABASE_URL: "mysql://u:hunter2@db/x",
    FACTEUR_DELIVERY: "smtp://u:hunter2@relay.example/path",
  });
  assert.equal(problems.length, 3);
  assert.ok(!describeProblems(problems).includes("hunter2"));
});

test("production starts when the operator is named and nothing is unsafe", () => {
  const settings = settingsOf(production);
  assert.deepEqual(settings.operator, {
    name: "Example Association",
    address: "privacy@example.org",
    postal: "1 rue de la Poste, Paris",
    country: "FR",
    dataCountry: "FR",
    register: null,
    authority: null,
    declarations: null,
  });
  assert.equal(settings.delivery.helo, "mail.example.org");
});

for (const [what, variable, change] of [
  [
    "a place for link hosts without certificates",
    "FACTEUR_LINK_CERTIFICATES",
    { FACTEUR_LINK_HTTPS: "0.0.0.0:443" },
  ],
  ["their certificates without a place", "FACTEUR_LINK_HTTPS", { FACTEUR_LINK_CERTIFICATES: "live" }],
  ["a place for challenges without a folder", "FACTEUR_ACME_FOLDER", { FACTEUR_LINK_HTTP: "0.0.0.0:80" }],
] as const)
  test(`${what} is no set-up`, () => {
    assert.deepEqual(
      problemsOf(change).map((problem) => problem.variable),
      [variable],
    );
  });

test("production asks for the whole identity of the operator", () => {
  const problems = problemsOf({ FACTEUR_MODE: "production", FACTEUR_PUBLIC_URL: "https://mail.example.org" });
  assert.deepEqual(
    problems.map(({ variable }) => variable),
    Object.keys(operator),
  );
});

for (const [what, variable, change] of [
  ["a public URL without TLS", "FACTEUR_PUBLIC_URL", { FACTEUR_PUBLIC_URL: "http://mail.example.org" }],
  ["no public URL", "FACTEUR_PUBLIC_URL", { FACTEUR_PUBLIC_URL: "" }],
  ["links in mails without TLS", "FACTEUR_LINKS_URL", { FACTEUR_LINKS_URL: "http://links.example.org" }],
  ["a public address without TLS", "FACTEUR_HTTP", { FACTEUR_HTTP: "0.0.0.0:8080" }],
  ["every IPv6 address without TLS", "FACTEUR_HTTP", { FACTEUR_HTTP: "[::]:8080" }],
  ["the test inbox as the way of all mail", "FACTEUR_DELIVERY", { FACTEUR_DELIVERY: "inbox" }],
  ["data outside the European Union", "FACTEUR_DATA_COUNTRY", { FACTEUR_OPERATOR_COUNTRY: "US" }],
] as const)
  test(`production refuses ${what}`, () => {
    const found = problemsOf({ ...production, ...change });
    assert.deepEqual(
      found.map((problem) => problem.variable),
      [variable],
    );
  });

test("production listens on every address when TLS is served or declared in front", () => {
  settingsOf({ ...production, FACTEUR_HTTP: "0.0.0.0:8080", FACTEUR_HTTP_TLS_IN_FRONT: "true" });
  settingsOf({
    ...production,
    FACTEUR_HTTP: "0.0.0.0:8443",
    FACTEUR_HTTP_TLS_CERT: "cert.pem",
    FACTEUR_HTTP_TLS_KEY: "key.pem",
  });
});

test("an operator outside the European Union may keep the data inside it", () => {
  settingsOf({ ...production, FACTEUR_OPERATOR_COUNTRY: "CH", FACTEUR_DATA_COUNTRY: "DE" });
});

test("production warns of a database whose connection is not encrypted", () => {
  const far = readSettings({ ...production, DATABASE_URL: "postgresql://u:p@db.example/x" }, place);
  const near = readSettings({ ...production, DATABASE_URL: "postgresql://u:p@localhost/x" }, place);
  assert.ok(far.kind === "settings" && far.warnings.length === 1);
  assert.ok(near.kind === "settings" && near.warnings.length === 0);
});

test("the public URL follows a free port once it is known, and no other", () => {
  assert.equal(publicUrlAt(settingsOf({ FACTEUR_HTTP: "127.0.0.1:0" }), 41234), "http://127.0.0.1:41234");
  assert.equal(publicUrlAt(settingsOf({ FACTEUR_HTTP: "[::]:8080" }), 8080), "http://localhost:8080");
  assert.equal(publicUrlAt(settingsOf(production), 8080), "https://mail.example.org");
});
