import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi } from "../testing/api-client.ts";
import { readSessionCookie } from "./session-cookie.ts";

const secret = "s".repeat(43);
// Tests that leave nothing behind share it; making one takes a while.
const shared = createApi();
const ours = { "sec-fetch-site": "same-origin" };
const withCookie = { authorization: undefined, cookie: `facteur_session=${secret}` };

test("a link is exchanged for a cookie that no script and no other site can use", async () => {
  const { ask, memory } = createApi();
  const signedIn = await ask("POST", "/session", { token: "word" }, { authorization: undefined, ...ours });
  assert.equal(signedIn.status, 201);
  assert.equal(
    signedIn.headers["set-cookie"],
    `facteur_session=${secret}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict`,
  );
  assert.deepEqual(signedIn.json, {
    account: { id: "7", name: "Example", address: "owner@example.org" },
    permissions: ["send", "read", "manage"],
    mode: "development",
    publicUrl: "http://127.0.0.1:8080",
    delivery: "direct",
    submission: null,
    version: "0.1.0",
    expiresAt: "2026-03-01T08:00:00.500Z",
  });
  const read = await ask("GET", "/session", undefined, withCookie);
  assert.deepEqual([read.status, read.json], [200, signedIn.json]);
  const again = await ask("POST", "/session", { token: "word" }, { authorization: undefined, ...ours });
  assert.deepEqual([again.status, again.json.code], [401, "sign_in_link_invalid"]);
  assert.match(again.json.remedy, /facteur sign-in/);
  assert.equal(again.headers["set-cookie"], undefined);
  const out = await ask("DELETE", "/session", undefined, { ...withCookie, ...ours });
  assert.deepEqual([out.status, memory.ended], [204, 1]);
  assert.match(String(out.headers["set-cookie"]), /^facteur_session=; Path=\/; Max-Age=0; HttpOnly/);
});

test("under https the cookie is never sent without it, and comes from this very host", async () => {
  const { ask, memory } = createApi();
  memory.publicUrl = "https://mail.example.org";
  const { headers } = await ask("POST", "/session", { token: "word" }, { authorization: undefined, ...ours });
  assert.match(String(headers["set-cookie"]), /^__Host-facteur_session=.*; Path=\/;.*; Secure$/);
  const read = async (name: string) =>
    (await ask("GET", "/session", undefined, { authorization: undefined, cookie: `${name}=${secret}` }))
      .status;
  assert.equal(await read("__Host-facteur_session"), 200);
  // A neighbouring host can set this name for all its domain, and cannot set the other.
  assert.equal(await read("facteur_session"), 401);
});

test("GET never signs in, whatever it brings", async () => {
  const { ask, memory } = shared;
  for (const target of ["/session?token=word", "/session/word"]) {
    const answer = await ask("GET", target, undefined, { authorization: undefined, ...ours });
    assert.ok([401, 404].includes(answer.status), target);
    assert.equal(answer.headers["set-cookie"], undefined);
  }
  assert.equal(memory.token, "word");
});

const foreign: Record<string, Record<string, string | undefined>> = {
  "another site": { "sec-fetch-site": "cross-site" },
  "a neighbouring host": { "sec-fetch-site": "same-site" },
  "an address somebody typed": { "sec-fetch-site": "none" },
  "another origin": { origin: "https://evil.example" },
  "a sandboxed frame": { origin: "null" },
  "our host by another way": { origin: "https://127.0.0.1:8080" },
  "a program that says nothing of itself": {},
  "another site that names ours": { "sec-fetch-site": "cross-site", origin: "http://127.0.0.1:8080" },
};

for (const [who, headers] of Object.entries(foreign)) {
  test(`with a cookie, ${who} changes nothing`, async () => {
    const { ask, memory } = shared;
    for (const [method, target, body] of [
      ["POST", "/domains", { name: "new.example" }],
      ["POST", "/messages/1152921509597813712/cancel", undefined],
      ["DELETE", "/inbox", undefined],
      ["DELETE", "/session", undefined],
    ] as const) {
      const { status, json } = await ask(method, target, body, { ...withCookie, ...headers });
      assert.deepEqual([status, json.code], [403, "cross_origin"], target);
    }
    const signIn = await ask("POST", "/session", { token: "word" }, { authorization: undefined, ...headers });
    assert.deepEqual([signIn.status, signIn.json.code], [403, "cross_origin"]);
    assert.deepEqual([memory.token, memory.ended], ["word", 0]);
  });
}

for (const [who, headers] of Object.entries({
  "a page of ours": ours,
  "a page of ours in an old browser": { origin: "http://127.0.0.1:8080" },
  "a page of ours under another name of this machine": { origin: "http://here:8080", host: "here:8080" },
})) {
  test(`with a cookie, ${who} changes things`, async () => {
    const { ask } = shared;
    const added = await ask("POST", "/domains", { name: "new.example" }, { ...withCookie, ...headers });
    assert.equal(added.status, 201);
    const cancelled = await ask("POST", "/messages/1152921509597813712/cancel", undefined, {
      ...withCookie,
      ...headers,
    });
    assert.equal(cancelled.status, 200);
  });
}

test("a form of our own page changes nothing either: only JSON does", async () => {
  const { ask } = shared;
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    const headers = { ...withCookie, ...ours, "content-type": type };
    const { status, json } = await ask("POST", "/domains", '{"name":"new.example"}', headers);
    assert.deepEqual([status, json.code], [403, "cross_origin"], type);
  }
});

test("another site reads nothing with a cookie it should not have been sent", async () => {
  const { ask } = shared;
  const read = (site: string) =>
    ask("GET", "/messages", undefined, { ...withCookie, "sec-fetch-site": site });
  assert.equal((await read("cross-site")).json.code, "cross_origin");
  assert.equal((await read("same-site")).json.code, "cross_origin");
  assert.equal((await read("none")).status, 200);
});

test("a key pair needs no page, and counts more than a cookie beside it", async () => {
  const { ask, lines } = shared;
  const added = await ask("POST", "/domains", { name: "new.example" }, { cookie: withCookie.cookie });
  assert.equal(added.status, 201);
  assert.deepEqual(lines.at(-1)?.fields.keyId, 70n);
  const wrong = await ask("GET", "/messages", undefined, { ...withCookie, authorization: "Basic eDp5" });
  assert.equal(wrong.status, 401);
  const read = await ask("GET", "/session");
  assert.deepEqual([read.status, read.json.expiresAt], [200, null]);
  assert.equal((await ask("DELETE", "/session")).json.code, "not_found");
});

test("who is not signed in is told so, without a dialog of the browser", async () => {
  const { ask } = shared;
  const page = { authorization: undefined, ...ours, "sec-fetch-dest": "empty" };
  const nobody = await ask("GET", "/session", undefined, page);
  assert.deepEqual([nobody.status, nobody.headers["www-authenticate"]], [401, 'Session realm="facteur"']);
  const ended = await ask("GET", "/session", undefined, { ...page, cookie: "facteur_session=x" });
  assert.deepEqual([ended.status, ended.headers["www-authenticate"]], [401, 'Session realm="facteur"']);
  const program = await ask("GET", "/session", undefined, { authorization: undefined });
  assert.match(String(program.headers["www-authenticate"]), /^Basic /);
});

test("a session of a suspended account is refused, and the log names the session, not the cookie", async () => {
  const { ask, memory, lines } = createApi();
  assert.equal((await ask("GET", "/messages", undefined, withCookie)).status, 200);
  assert.deepEqual([lines.at(-1)?.fields.sessionId, lines.at(-1)?.fields.keyId], [90n, undefined]);
  assert.ok(!lines.some((line) => JSON.stringify(line.fields, textOf).includes(secret)));
  memory.session = { ...memory.session, isSuspended: true };
  assert.equal((await ask("GET", "/messages", undefined, withCookie)).json.code, "account_suspended");
});

const textOf = (_name: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

test("behind a proxy that is named each reader waits for their own attempts; a stranger's header counts for nothing", async () => {
  const statusesOf = async (proxies: string[], addresses: string[]) => {
    const { ask } = createApi({ proxies });
    const attempt = (address: string) =>
      ask(
        "POST",
        "/session",
        { token: "guess" },
        {
          authorization: undefined,
          ...ours,
          "x-forwarded-for": address,
        },
      );
    for (let count = 0; count < 10; count++) await attempt("192.0.2.1");
    const statuses: number[] = [];
    for (const address of addresses) statuses.push((await attempt(address)).status);
    return statuses;
  };
  // What stands before the address that our own proxy has seen, the asker may have written.
  const addresses = ["192.0.2.1", "198.51.100.7, 192.0.2.1", "192.0.2.2"];
  assert.deepEqual(await statusesOf(["127.0.0.0/8"], addresses), [429, 429, 401]);
  assert.deepEqual(await statusesOf(["10.0.0.0/8"], addresses), [429, 429, 429]);
  assert.deepEqual(await statusesOf([], addresses), [429, 429, 429]);
});

test("who tries to sign in again and again is told to wait", async () => {
  const { ask } = createApi();
  const attempt = () => ask("POST", "/session", { token: "guess" }, { authorization: undefined, ...ours });
  for (let count = 0; count < 10; count++) assert.equal((await attempt()).status, 401);
  const refused = await attempt();
  assert.deepEqual([refused.status, refused.json.code], [429, "rate_limited"]);
  assert.ok(Number(refused.headers["retry-after"]) >= 1);
});

test("a cookie is read among others, and two of its name are none", () => {
  const read = (header: string | undefined) => readSessionCookie(header, "http://127.0.0.1:8080");
  assert.equal(read("a=1; facteur_session=x; b=2"), "x");
  assert.equal(read("facteur_session=x"), "x");
  for (const header of [
    undefined,
    "",
    "a=1",
    "facteur_session",
    "xfacteur_session=x",
    "facteur_session=x; facteur_session=y",
  ])
    assert.equal(read(header), null, header);
});
