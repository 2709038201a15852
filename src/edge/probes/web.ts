import { type Finding, Findings, type Probe } from "../../core/policy/index.ts";
import { acceptsOldTls, ask, type WireAnswer } from "./ask.ts";

/** Where the service answers, and whether a proxy in front of it speaks TLS; null when it does not answer here. */
export type ServicePlace = () => { url: string; hasTlsInFront: boolean } | null;

// What anybody can ask for without an account: pages, answers for machines, and a path that is not there.
const paths = [
  "/promises",
  "/promises?lang=de",
  "/promises.json",
  "/promises/badge.svg",
  "/privacy",
  "/privacy/history",
  "/privacy/data-map",
  "/privacy.json",
  "/confirm-sender/x",
  "/u/x",
];
// Needs script: a page for those who have an account.
const dashboard = "/dashboard/";
const otherPaths = [dashboard, "/health", "/ready", "/v3/REST/message", "/api/v1/inbox", "/not-there"];

/** What a probe says that found no service to ask. */
export const unreachable: Finding = {
  outcome: "unknown",
  detail: "The service does not answer HTTP here, so its answers could not be looked at.",
  checks: 0,
};

/** What a probe says whose mail nobody delivered. */
export const notDelivered: Finding = {
  outcome: "unknown",
  detail: "No process delivers mail here, so none could be looked at.",
  checks: 0,
};

/** The probes that look at the service from the network, as a stranger does. */
export function webProbes(place: ServicePlace): Probe[] {
  const probe = (name: string, look: (url: string, hasTlsInFront: boolean) => Promise<Finding>): Probe => ({
    name,
    everyMinutes: 60,
    run: async () => {
      const where = place();
      return where === null ? unreachable : look(where.url, where.hasTlsInFront);
    },
  });
  return [
    probe("web-headers", lookAtHeaders),
    probe("web-cookies", lookAtCookies),
    probe("web-tls", lookAtTls),
  ];
}

async function askAll(url: string): Promise<WireAnswer[]> {
  const answers: WireAnswer[] = [];
  for (const path of [...paths, ...otherPaths]) answers.push(await ask(url, path));
  return answers;
}

async function lookAtHeaders(url: string): Promise<Finding> {
  const findings = new Findings();
  const answers = await askAll(url);
  for (const { path, status, headers } of answers) {
    const policy = String(headers["content-security-policy"] ?? "");
    findings.check(status < 500, `${path} fails`);
    findings.check(
      /default-src 'none'/.test(policy),
      `${path} has no content security policy that begins with nothing`,
    );
    findings.check(!/unsafe-|\*/.test(policy), `the content security policy of ${path} has a hole`);
    findings.check(/frame-ancestors 'none'/.test(policy), `${path} may be framed`);
    findings.check(headers["x-content-type-options"] === "nosniff", `${path} lets browsers guess types`);
    findings.check(
      headers["referrer-policy"] === "no-referrer",
      `${path} tells other sites where one came from`,
    );
    const isStrict = !url.startsWith("https:") || headers["strict-transport-security"] !== undefined;
    findings.check(isStrict, `${path} does not insist on TLS`);
  }
  return findings.finding(
    `${answers.length} addresses were asked without signing in: each answer forbids everything it does not need, framing, guessing of types and referrers.`,
  );
}

async function lookAtCookies(url: string): Promise<Finding> {
  const findings = new Findings();
  const answers = await askAll(url);
  for (const { path, headers, body } of answers) {
    findings.check(headers["set-cookie"] === undefined, `${path} sets a cookie`);
    if (!String(headers["content-type"]).startsWith("text/html")) continue;
    if (path === dashboard) {
      findings.check(!namesAnotherSite(body), `${path} loads something from elsewhere`);
      continue;
    }
    findings.check(!/<(script|iframe|object|embed)\b/i.test(body), `${path} holds a script or a frame`);
    findings.check(!loadsFromElsewhere(body), `${path} loads something from elsewhere`);
  }
  return findings.finding(
    `${answers.length} addresses were asked without signing in: none sets a cookie or loads anything from another site, and none but the dashboard runs a script or shows a frame.`,
  );
}

// The parts of the dashboard come from here: their addresses have no host.
function namesAnotherSite(body: string): boolean {
  return /\b(src|srcset|href|action)\s*=\s*["']?\s*((?!data:)[a-z][a-z0-9+.-]*:|\/\/)|url\(|@import/i.test(
    body,
  );
}

// Links may lead anywhere; what a browser loads by itself may not.
function loadsFromElsewhere(body: string): boolean {
  return /\bsrc(set)?\s*=|<link\b[^>]*\brel=["']?(stylesheet|preload|prefetch|preconnect)|url\(|@import/i.test(
    body,
  );
}

async function lookAtTls(url: string, hasTlsInFront: boolean): Promise<Finding> {
  if (url.startsWith("https:")) {
    const findings = new Findings();
    findings.check(!(await acceptsOldTls(url)), "TLS 1.1 or older is accepted");
    return findings.finding("A client that knows nothing newer than TLS 1.1 is refused.");
  }
  if (hasTlsInFront) {
    return {
      outcome: "unknown",
      detail: "A proxy in front of the service speaks TLS; what it accepts cannot be seen from here.",
      checks: 0,
    };
  }
  const isHere = /^http:\/\/(127\.|localhost|\[::1\])/.test(url);
  const findings = new Findings();
  findings.check(isHere, "the service speaks to other machines without TLS");
  return findings.finding("The service listens on this machine only: no connection leaves it.");
}
