import { setTimeout as pause } from "node:timers/promises";
import { createApiKey, deleteApiKey, makeSignInLink, updateApiKey } from "../../core/accounts/index.ts";
import {
  ensureSynthetic,
  type Finding,
  Findings,
  type Probe,
  type ProbeContext,
} from "../../core/policy/index.ts";
import { ask, type WireAnswer } from "./ask.ts";
import { type ServicePlace, unreachable } from "./web.ts";

// A key or a session that was ended stops working on every node within seconds; more than that is too late.
const endedMsMax = 10_000;
const lookMs = 100;

/** The probes that let somebody in, and shut them out again.
 *  @param waitMsMax how long what was ended may go on working */
export function accessProbes(context: ProbeContext, place: ServicePlace, waitMsMax = endedMsMax): Probe[] {
  const probe = (name: string, look: (url: string) => Promise<Finding>): Probe => ({
    name,
    everyMinutes: 60,
    isPatient: true,
    run: async () => {
      const where = place();
      return where === null ? unreachable : look(where.url);
    },
  });
  return [
    probe("grants", (url) => lookAtGrants(context, url, waitMsMax)),
    probe("session-cookie", (url) => lookAtSession(context, url, waitMsMax)),
  ];
}

/** Gives a program a key for reading, tries to do more with it, and takes it back. */
async function lookAtGrants(context: ProbeContext, url: string, waitMsMax: number): Promise<Finding> {
  const { database, keyring, ids, clock } = context;
  const { second: accountId } = await ensureSynthetic(context);
  const findings = new Findings();
  const { id, publicKey, secretKey } = await database.write({ role: "operator" }, async (tx) => {
    await keyring.load(tx, [accountId]);
    const wish = { accountId, name: "", scopes: ["read" as const], isPrimary: false };
    return createApiKey(tx, { keyring, ids, now: clock.now() }, wish);
  });
  try {
    const authorization = `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString("base64")}`;
    const json = { authorization, "content-type": "application/json" };
    const read = () => ask(url, "/api/v1/messages?limit=1", { headers: { authorization } });
    findings.check(
      (await ask(url, "/api/v1/messages?limit=1")).status === 401,
      "data is told to whoever asks",
    );
    findings.check((await read()).status === 200, "a key for reading cannot read");
    const form = '{"address":"nobody@canary.facteur.example"}';
    const more = await ask(url, "/api/v1/suppressions", { method: "POST", headers: json, form });
    findings.check(more.status === 403, "a key for reading can change something");
    const everything = await ask(url, "/api/v1/export", { headers: { authorization } });
    findings.check(everything.status === 403, "a key for reading takes everything out");
    await database.write({ role: "operator" }, (tx) =>
      updateApiKey(tx, { accountId, id }, { isActive: false, sealedName: null, revokedAt: clock.now() }),
    );
    findings.check(await isRefused(read, waitMsMax), "a key that was taken back still works");
  } finally {
    await database.write({ role: "operator" }, (tx) => deleteApiKey(tx, { accountId, id }));
  }
  return findings.finding(
    "A program got a key for reading: it read, and could do nothing else. Once the key was taken back it was refused within seconds; without a key nothing is told.",
  );
}

/** Signs in by a link as a browser does, and out again. */
async function lookAtSession(context: ProbeContext, url: string, waitMsMax: number): Promise<Finding> {
  const { database, keyring, ids, clock } = context;
  const { second: accountId } = await ensureSynthetic(context);
  const findings = new Findings();
  const { token } = await database.write({ role: "operator" }, async (tx) => {
    await keyring.load(tx, [accountId]);
    return makeSignInLink(tx, { keyring, ids, now: clock.now() }, accountId);
  });
  const ours = { "content-type": "application/json", "sec-fetch-site": "same-origin" };
  const before = await ask(url, "/dashboard/");
  findings.check(before.headers["set-cookie"] === undefined, "a cookie is set before anybody signs in");
  const path = "/api/v1/session";
  const signedIn = await ask(url, path, { method: "POST", headers: ours, form: JSON.stringify({ token }) });
  const cookies = signedIn.headers["set-cookie"] ?? [];
  const [cookie = ""] = cookies;
  findings.check(
    signedIn.status === 201 && cookies.length === 1,
    "signing in does not set exactly one cookie",
  );
  checkCookie(cookie, url, findings);
  const register = await ask(url, "/privacy/data-map");
  const name = cookie.split("=")[0]?.replace("__Host-", "") ?? "";
  findings.check(
    name !== "" && register.body.includes(`<code>${name}</code>`),
    "a cookie is not in the public list",
  );
  const sent = { ...ours, cookie: cookie.split(";")[0] ?? "" };
  const read = () => ask(url, path, { headers: sent });
  findings.check((await read()).status === 200, "the cookie does not let in whom it was made for");
  findings.check((await ask(url, path)).status === 401, "without the cookie somebody is let in");
  await ask(url, path, { method: "DELETE", headers: sent });
  findings.check(await isRefused(read, waitMsMax), "a session that was ended still works");
  return findings.finding(
    "Before signing in there was no cookie; after it exactly one, which no script and no other site can use, and which the public list names. It let in, nothing did without it, and after signing out it meant nothing.",
  );
}

function checkCookie(cookie: string, url: string, findings: Findings): void {
  const isMarked =
    /; HttpOnly/.test(cookie) && /; SameSite=Strict/.test(cookie) && !/; Domain=/i.test(cookie);
  findings.check(isMarked, "scripts or other sites can use the cookie");
  const isBound = !url.startsWith("https:") || (/^__Host-/.test(cookie) && /; Secure/.test(cookie));
  findings.check(isBound, "the cookie is not bound to this host and to TLS");
  const value = decodeURIComponent(/^[^=]*=([^;]*)/.exec(cookie)?.[1] ?? "");
  const said = `${value} ${Buffer.from(value, "base64").toString("latin1")}`;
  // A whole address: a lone @ stands by chance in many a secret.
  const names = /[\w.+-]{3,}@[\w-]+\.[a-z]{2,}|canary/i.test(said);
  findings.check(!names, "the cookie says who somebody is");
}

async function isRefused(read: () => Promise<WireAnswer>, waitMsMax: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs <= waitMsMax; waitedMs += lookMs) {
    if ((await read()).status === 401) return true;
    await pause(lookMs);
  }
  return false;
}
