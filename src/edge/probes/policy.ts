import { createHash } from "node:crypto";
import { europeanUnion } from "../../base/countries.ts";
import {
  type Finding,
  Findings,
  languages,
  type PolicyVersion,
  type Probe,
  type ProbeContext,
  selectPolicyVersions,
} from "../../core/policy/index.ts";
import { ask } from "./ask.ts";
import { type ServicePlace, unreachable } from "./web.ts";

/** The probes that read the policy as everybody does. */
export function policyProbes({ database, holdings, clock }: ProbeContext, place: ServicePlace): Probe[] {
  const probe = (name: string, look: (url: string) => Promise<Finding>): Probe => ({
    name,
    everyMinutes: 60,
    run: async () => {
      const where = place();
      return where === null ? unreachable : look(where.url);
    },
  });
  return [
    probe("policy-page", async (url) => {
      const versions = await database.read({ role: "operator" }, selectPolicyVersions);
      return lookAtPolicy(url, versions, clock.now());
    }),
    probe("controller", lookAtController),
    probe("location", lookAtLocation),
    probe("data-map", async (url) => {
      const findings = new Findings();
      const page = await ask(url, "/privacy/data-map");
      const record = await ask(url, "/privacy/ropa.json");
      for (const { table, column } of holdings) {
        const name = `${table}.${column}`;
        findings.check(page.body.includes(`<code>${name}</code>`), `the data map does not show ${name}`);
        findings.check(record.body.includes(`"${name}"`), `the record of processing lacks ${name}`);
      }
      const purposes = new Set(activitiesOf(record.body).map(({ purpose }) => purpose));
      for (const { purpose } of holdings)
        findings.check(purposes.has(purpose), `the record of processing lacks a purpose: ${purpose}`);
      return findings.finding(
        `The public data map and the record of processing show all ${holdings.length} columns and all ${purposes.size} purposes.`,
      );
    }),
  ];
}

interface ServedVersion {
  number: number;
  standing: string;
  publishedAt: string;
  effectiveAt: string;
  holdsFrom: string | null;
  hash: string;
  document: string;
}

interface ServedPolicy {
  inForce: number;
  controller: Record<string, string | null> | null;
  versions: ServedVersion[];
}

async function readPolicy(url: string, path: string): Promise<ServedPolicy | null> {
  const { status, body } = await ask(url, path);
  if (status !== 200) return null;
  try {
    return JSON.parse(body) as ServedPolicy;
  } catch {
    return null;
  }
}

function activitiesOf(body: string): { purpose: string }[] {
  try {
    return (JSON.parse(body) as { activities: { purpose: string }[] }).activities;
  } catch {
    return [];
  }
}

async function lookAtPolicy(url: string, stored: readonly PolicyVersion[], now: Date): Promise<Finding> {
  const findings = new Findings();
  const policy = await readPolicy(url, "/.well-known/privacy-register.json");
  const versions = policy?.versions ?? [];
  const isWhole =
    versions.map(({ hash }) => hash).join() === stored.map(({ hash }) => hash.toString("hex")).join();
  findings.check(isWhole, "the versions that are shown are not those that were published");
  for (const version of versions)
    findings.check(
      hashOf(version) === version.hash,
      `version ${version.number} has another hash than its text`,
    );
  const current = versions.find(({ number }) => number === policy?.inForce);
  const isCurrent = current !== undefined && new Date(current.holdsFrom ?? Number.NaN) <= now;
  findings.check(isCurrent, "the policy in force is not shown");
  if (current !== undefined) await checkPages(url, current, versions, findings);
  return findings.finding(
    `The policy was read without signing in, in ${languages.length} languages: each shows the date from which it holds and the hash of what was published. ${versions.length} versions can be read, each at an address of its own and in the feed.`,
  );
}

async function checkPages(
  url: string,
  current: ServedVersion,
  versions: readonly ServedVersion[],
  findings: Findings,
): Promise<void> {
  const upcoming = versions.filter(({ standing }) => standing === "announced");
  for (const language of languages) {
    const { status, headers, body } = await ask(url, `/privacy?lang=${language}`);
    findings.check(
      status === 200 && headers["set-cookie"] === undefined,
      "the policy cannot be read by everybody",
    );
    findings.check(
      body.includes(`datetime="${current.holdsFrom}"`),
      "the policy does not show since when it holds",
    );
    findings.check(body.includes(current.hash), "the policy does not show its hash");
    const numbers = body.match(/<li id="P\d+"/g) ?? [];
    findings.check(numbers.length === promisesOf(current), "the policy does not show all of its promises");
    for (const { number } of upcoming)
      findings.check(body.includes(`/privacy/versions/${number}`), `version ${number} is not announced`);
  }
  const history = await ask(url, "/privacy/history");
  const feed = await ask(url, "/privacy/history.atom");
  for (const { number, hash } of versions) {
    const own = await ask(url, `/privacy/versions/${number}`);
    const isThere = own.status === 200 && own.body.includes(hash);
    findings.check(isThere, `version ${number} has no page of its own`);
    const isListed = history.body.includes(hash) && feed.body.includes(hash);
    findings.check(isListed, `version ${number} is not in the history`);
  }
}

function hashOf({ number, publishedAt, effectiveAt, document }: ServedVersion): string {
  const head = JSON.stringify([number, publishedAt, effectiveAt]);
  return createHash("sha256").update(`${head}\n`).update(document).digest("hex");
}

function promisesOf({ document }: ServedVersion): number {
  return (JSON.parse(document) as { promises: unknown[] }).promises.length;
}

async function lookAtController(url: string): Promise<Finding> {
  const policy = await readPolicy(url, "/privacy.json");
  const findings = new Findings();
  findings.check(policy !== null, "the policy cannot be read");
  const controller = policy?.controller;
  if (policy !== null && controller == null) {
    const detail = "This is a trial: no operator is named, so there is nobody to show.";
    return { outcome: "unknown", detail, checks: 0 };
  }
  const told = Object.entries(controller ?? {}).filter(([, value]) => value !== null);
  for (const name of ["name", "postal", "address", "country", "dataCountry"])
    findings.check(
      told.some(([each]) => each === name),
      `the operator's ${name} is not published`,
    );
  for (const language of languages) {
    const { body } = await ask(url, `/privacy?lang=${language}`);
    for (const [name, value] of told)
      findings.check(
        body.includes(`<dd>${escaped(value ?? "")}</dd>`),
        `the policy does not show the operator's ${name}`,
      );
    findings.check(
      /<dt>[^<]*(uthorit|utorité|behörde)[^<]*<\/dt><dd>[^<]+/.test(body),
      "no supervisory authority is named",
    );
  }
  return findings.finding(
    `The policy names who is responsible, with name, postal address, mail address, country and where the data is, and the supervisory authority, in ${languages.length} languages.`,
  );
}

// What the operator has declared to this service; whether it is so, only a statement can say.
async function lookAtLocation(url: string): Promise<Finding> {
  const policy = await readPolicy(url, "/privacy.json");
  const findings = new Findings();
  findings.check(policy !== null, "the policy cannot be read");
  if (policy !== null && policy.controller == null) {
    const detail = "This is a trial: nobody has declared where the data is.";
    return { outcome: "unknown", detail, checks: 0 };
  }
  const country = policy?.controller?.dataCountry ?? "";
  findings.check(
    europeanUnion.has(country),
    `the data is declared to be in ${country}, outside the European Union`,
  );
  return findings.finding(
    `The service was set up with its data in ${country}, within the European Union; it does not start with another country.`,
  );
}

const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
