// The borders of ARCHITECTURE.md, enforced. tests/borders.test.ts breaks every rule once and expects its name.

// The ladder of core/, lowest first: a module may import only modules that stand before it.
const ladder = [
  "audit",
  "keys",
  "events",
  "accounts",
  "domains",
  "contacts",
  "consent",
  "suppressions",
  "templates",
  "tracking",
  "delivery",
  "messages",
  "reports",
  "inbound",
  "campaigns",
  "statistics",
  "webhooks",
  "billing",
  "support",
  "disclosure",
  "incidents",
  "policy",
];

// app.ts hands these every module's holdings, so they import nobody and nobody imports them.
const apart = ["retention", "rights"];

const test = "[.]test[.]ts$";
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const climbing = ladder.map((name, step) =>
  forbid(
    `ladder-${name}`,
    `${name} may import only: ${ladder.slice(0, step).join(", ") || "nothing of core/"}. To reach up, record an event.`,
    { path: `^src/core/${name}/`, pathNot: test },
    { path: "^src/core/", pathNot: `^src/core/(${ladder.slice(0, step + 1).join("|")})/` },
  ),
);

const standingApart = apart.map((name) =>
  forbid(
    `ladder-${name}`,
    `${name} imports no other module: app.ts hands it what it needs.`,
    { path: `^src/core/${name}/`, pathNot: test },
    { path: "^src/core/", pathNot: `^src/core/${name}/` },
  ),
);

module.exports = {
  forbidden: [
    forbid("no-cycles", "Files in a cycle are one file.", {}, { circular: true }),
    forbid(
      "base-is-the-floor",
      "base/ knows no mail and no product.",
      { path: "^src/base/", pathNot: test },
      { path: "^src/", pathNot: "^src/base/" },
    ),
    forbid(
      "mail-is-standards",
      "mail/ knows RFCs only: no product, no database, no settings.",
      { path: "^src/mail/", pathNot: test },
      { path: "^src/", pathNot: ["^src/mail/", "^src/base/(?!database|migrate|postgres|embedded)"] },
    ),
    forbid(
      "core-below-edge",
      "core/ speaks neither HTTP nor settings.",
      { path: "^src/core/", pathNot: test },
      { path: "^src/(edge/|config/|app[a-z-]*[.]ts|main[.]ts)" },
    ),
    forbid(
      "edge-below-app",
      "Only app.ts and main.ts join things; an edge is handed what it needs.",
      { path: "^src/edge/", pathNot: test },
      { path: "^src/(app[a-z-]*|main)[.]ts" },
    ),
    forbid(
      "on-the-ladder",
      "A module of core/ has a place on the ladder: add it to the list in dependency-cruiser.cjs and ARCHITECTURE.md.",
      { path: "^src/core/", pathNot: `^src/core/(${[...ladder, ...apart].join("|")})/` },
      {},
    ),
    forbid(
      "through-the-door",
      "Enter another module by its index.ts.",
      { path: "^src/core/([^/]+)/", pathNot: test },
      { path: "^src/core/", pathNot: ["^src/core/$1/", "^src/core/[^/]+/index[.]ts$"] },
    ),
    forbid(
      "through-the-door-from-outside",
      "Enter a module by its index.ts.",
      { path: "^src/(edge/|app[a-z-]*[.]ts|main[.]ts)", pathNot: test },
      { path: "^src/core/", pathNot: "^src/core/[^/]+/index[.]ts$" },
    ),
    forbid(
      "edges-are-strangers",
      "http, smtp, pages, worker and cli share through core/.",
      { path: "^src/edge/([^/]+)/", pathNot: test },
      { path: "^src/edge/", pathNot: "^src/edge/$1/" },
    ),
    forbid(
      "settings-stop-at-app",
      "Only app.ts and main.ts read config/; the rest is handed values.",
      { path: "^src/", pathNot: ["^src/(config/|app[a-z-]*[.]ts|main[.]ts)", test] },
      { path: "^src/config/" },
    ),
    forbid(
      "one-driver",
      "Only base/database.ts speaks to PostgreSQL.",
      { path: "^src/", pathNot: ["^src/base/database[.]ts$", test] },
      { path: "(^|node_modules/)(@types/)?(pg|pg-[a-z]+|postgres)(/|$)" },
    ),
    forbid(
      "one-log",
      "Only base/log.ts writes the log; the rest is handed one.",
      { path: "^src/", pathNot: ["^src/base/log[.]ts$", test] },
      { path: "(^|node_modules/)pino(/|$)" },
    ),
    forbid(
      "http-at-the-edge",
      "Only edge/ knows that there is HTTP.",
      { path: "^src/", pathNot: ["^src/edge/", test] },
      { path: "(^|node_modules/)(fastify|@fastify/[a-z-]+)(/|$)" },
    ),
    forbid(
      "sockets-at-the-rim",
      "Only mail/smtp, mail/dns, mail/mta-sts, edge and base open sockets.",
      { path: "^src/", pathNot: ["^src/(mail/(smtp|dns|mta-sts)|edge|base)/", test] },
      {
        path: "^(node:)?(net|tls|dgram|http|https|http2|dns|dns/promises)$",
        dependencyTypes: ["core"],
      },
    ),
    forbid(
      "programs-at-the-rim",
      "Only base/ (PostgreSQL) and config/ (the command that fetches the root key) start programs.",
      { path: "^src/", pathNot: ["^src/(base|config)/", test] },
      { path: "^(node:)?(child_process|cluster)$", dependencyTypes: ["core"] },
    ),
    forbid(
      "tests-stay-outside",
      "What runs in production imports no test, script or tool.",
      { path: "^src/", pathNot: [test, "/testing/"] },
      { path: ["^(tests|scripts|bin)/", test, "/testing/"] },
    ),
    forbid(
      "no-tools-in-production",
      "A package of the tests is not there in production: move it to dependencies.",
      { path: "^src/", pathNot: [test, "/testing/"] },
      {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["npm", "type-only"],
        pathNot: "node_modules/@types/",
      },
    ),
    forbid(
      "web-uses-the-api",
      "The dashboard knows the HTTP contract only.",
      { path: "^web/" },
      { path: "^(src|tests|scripts|bin)/" },
    ),
    forbid(
      "web-is-no-part",
      "The dashboard is built for browsers: what it has to say goes over HTTP.",
      { path: "^(src|tests|scripts|bin)/" },
      { path: "^web/" },
    ),
    forbid("resolves", "Names no file.", {}, { couldNotResolve: true }),
    forbid("no-orphans", "Dead file.", { orphan: true, pathNot: ["[.](test|d)[.]ts$", "^tests/"] }, {}),
    ...climbing,
    ...standingApart,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    // Packages that offer only an `import` entry are found as node finds them.
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
