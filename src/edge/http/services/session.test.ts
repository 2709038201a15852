import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { makeSignInLink } from "../../../core/accounts/index.ts";
import { registerApi } from "../api/register.ts";
import { basic, createTestServer } from "../testing/server.ts";
import { apiServices } from "./api.ts";
import { openServiceWorld } from "./testing/service-world.ts";

// A browser's way through our own API, with everything real below it.

const world = await openServiceWorld({ after });
const { context, clock, database, ids, keyring } = world;
const { server } = createTestServer({ clock });
registerApi(server, apiServices(context));
after(() => server.app.close());

const page = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" };

async function ask(method: "GET" | "POST" | "PATCH" | "DELETE", target: string, wish: Asked = {}) {
  const { cookie, body, headers = page } = wish;
  const answer = await server.app.inject({
    method,
    url: `/api/v1${target}`,
    headers: {
      ...headers,
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  const json = answer.body === "" ? null : answer.json();
  return {
    status: answer.statusCode,
    json,
    challenge: answer.headers["www-authenticate"],
    cookie: String(answer.headers["set-cookie"] ?? "").split(";")[0],
  };
}

interface Asked {
  cookie?: string | undefined;
  body?: object;
  headers?: Record<string, string>;
}

async function linkTo(accountId: bigint): Promise<string> {
  const making = { keyring, ids, now: clock.now() };
  return (await database.write({ role: "operator" }, (tx) => makeSignInLink(tx, making, accountId))).token;
}

async function signedIn(name?: string, parentId?: bigint) {
  const principal = await world.principal(name, parentId);
  // The limit on attempts is another test's.
  clock.advance(2000);
  const { status, cookie, json } = await ask("POST", "/session", {
    body: { token: await linkTo(principal.accountId) },
  });
  assert.equal(status, 201, JSON.stringify(json));
  return { ...principal, cookie, session: json };
}

test("whoever signs in sees their own account, and may do everything in it", async () => {
  const { accountId, cookie, session } = await signedIn("Shop");
  assert.deepEqual(session.account, { id: String(accountId), name: "Shop", address: "owner@example.org" });
  assert.deepEqual(session.permissions, ["send", "read", "manage"]);
  assert.deepEqual(
    [session.mode, session.publicUrl, session.delivery],
    ["production", "https://mail.operator.example", "direct"],
  );
  await world.approve(accountId, "shop.example");
  const message = { from: { address: "a@shop.example" }, to: [{ address: "ann@example.net" }], text: "t" };
  assert.equal((await ask("POST", "/messages", { cookie, body: message })).status, 202);
  assert.equal((await ask("GET", "/messages", { cookie })).json.items.length, 1);
  const key = await ask("POST", "/api-keys", {
    cookie,
    body: { name: "Made by a person", scopes: ["send"] },
  });
  assert.equal(key.status, 201);
  const audit = await world.audit(accountId);
  assert.deepEqual(
    audit.map(({ action }) => action),
    ["session.started", "api_key.created"],
  );
  const [started] = audit;
  assert.ok(audit.every(({ actor }) => actor === `session/${started?.subjectId}`));
});

test("signing out ends the session for good, and is in the audit", async () => {
  const { accountId, cookie } = await signedIn();
  assert.equal((await ask("DELETE", "/session", { cookie })).status, 204);
  const later = await ask("GET", "/session", { cookie });
  assert.deepEqual([later.status, later.json.code], [401, "unauthorized"]);
  assert.equal((await world.audit(accountId)).at(-1)?.action, "session.ended");
});

test("a link works once; used, old or made up it is refused alike", async () => {
  const { accountId } = await world.principal();
  const token = await linkTo(accountId);
  const old = await linkTo(accountId);
  const refusals = [];
  assert.equal((await ask("POST", "/session", { body: { token } })).status, 201);
  refusals.push(await ask("POST", "/session", { body: { token } }));
  clock.advance(3_600_000);
  refusals.push(await ask("POST", "/session", { body: { token: old } }));
  refusals.push(await ask("POST", "/session", { body: { token: "made-up" } }));
  for (const { status, json, cookie, challenge } of refusals) {
    assert.deepEqual([status, json.code, cookie], [401, "sign_in_link_invalid", ""]);
    assert.doesNotMatch(String(challenge), /^Basic/, "the browser asks for a password over the page");
  }
  assert.equal(new Set(refusals.map(({ json }) => json.detail)).size, 1);
});

test("a link to another account asks first and stays good; one to the same account does not ask", async () => {
  const mine = await signedIn("Mine");
  const other = await world.principal("Other");
  const [token, again] = [await linkTo(other.accountId), await linkTo(mine.accountId)];
  const follow = (body: object) => ask("POST", "/session", { cookie: mine.cookie, body });
  const asked = await follow({ token });
  assert.deepEqual([asked.status, asked.json.code, asked.cookie], [409, "other_account", ""]);
  const read = await ask("GET", "/session", { cookie: mine.cookie });
  assert.equal(read.json.account.id, String(mine.accountId));
  assert.equal((await follow({ token: again })).status, 201);
  const agreed = await follow({ token, replace: true });
  assert.deepEqual([agreed.status, agreed.json.account.name], [201, "Other"]);
});

test("a list of addresses goes out and comes in by a session, and its formulas are none", async () => {
  const { cookie } = await signedIn("Lists");
  const csv = "address,cause\r\n=1+1@shop.example,unsubscribe\r\n";
  const sendList = (type: string, payload: string | Buffer = csv) =>
    server.app.inject({
      method: "POST",
      url: "/api/v1/suppressions/import",
      headers: { ...page, cookie, "content-type": type },
      payload,
    });
  assert.equal((await sendList("text/plain")).statusCode, 403);
  // As a spreadsheet writes it on Windows: the address would be another one.
  const foreign = await sendList("text/csv", Buffer.from("address\r\nj\u00f6rg@shop.example\r\n", "latin1"));
  assert.deepEqual([foreign.statusCode, foreign.json().code], [400, "malformed_encoding"]);
  assert.equal((await sendList("text/csv")).json().added, 1);
  const exported = async () =>
    (
      await server.app.inject({
        method: "GET",
        url: "/api/v1/suppressions/export",
        headers: { ...page, cookie },
      })
    ).body;
  assert.match(await exported(), /^'=1\+1@shop\.example,unsubscribe,import,/m);
  const again = await server.app.inject({
    method: "POST",
    url: "/api/v1/suppressions/import",
    headers: { ...page, cookie, "content-type": "text/csv" },
    payload: await exported(),
  });
  assert.deepEqual([again.json().added, again.json().known], [0, 1]);
});

test("a session sees and touches nothing of another account, its parent's and its sub-account's neither", async () => {
  const mine = await signedIn("Mine");
  await world.approve(mine.accountId, "mine.example");
  const [id] = await world.send(mine.accountId, { from: "a@mine.example", to: ["ann@example.net"] });
  const key = (await ask("POST", "/api-keys", { cookie: mine.cookie, body: { name: "K", scopes: ["read"] } }))
    .json;
  const suppressed = await ask("POST", "/suppressions", {
    cookie: mine.cookie,
    body: { address: "sam@example.net" },
  });
  const strangers = [await signedIn("Stranger"), await signedIn("Sub", mine.accountId)];
  const parent = await signedIn("Parent");
  const sub = await signedIn("Its sub-account", parent.accountId);
  await world.approve(sub.accountId, "sub.example");
  const [subId] = await world.send(sub.accountId, { from: "a@sub.example", to: ["ann@example.net"] });
  assert.equal((await ask("GET", `/messages/${subId}`, { cookie: parent.cookie })).status, 404);
  for (const { cookie } of strangers) {
    for (const list of ["messages", "inbox", "domains", "suppressions"])
      assert.deepEqual((await ask("GET", `/${list}`, { cookie })).json.items, [], list);
    assert.ok(!JSON.stringify((await ask("GET", "/api-keys", { cookie })).json).includes(key.publicKey));
    for (const [method, target] of [
      ["GET", `/messages/${id}`],
      ["POST", `/messages/${id}/cancel`],
      ["DELETE", `/api-keys/${key.id}`],
      ["DELETE", `/suppressions/${suppressed.json.id}`],
      ["POST", "/domains/mine.example/check"],
    ] as const)
      assert.equal((await ask(method, target, { cookie })).status, 404, `${method} ${target}`);
  }
  assert.equal((await ask("GET", `/messages/${id}`, { cookie: mine.cookie })).json.message.state, "queued");
});

test("a suspended account's link and session are refused within seconds", async () => {
  const { accountId, cookie } = await signedIn();
  const token = await linkTo(accountId);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update account set state = 'suspended' where id = ${accountId}`),
  );
  clock.advance(2001);
  const read = await ask("GET", "/messages", { cookie });
  assert.deepEqual([read.status, read.json.code], [403, "account_suspended"]);
  const signIn = await ask("POST", "/session", { body: { token } });
  assert.deepEqual([signIn.status, signIn.json.code, signIn.cookie], [403, "account_suspended", ""]);
});

test("another site signs nobody in and uses no session", async () => {
  const { accountId, cookie } = await signedIn();
  const token = await linkTo(accountId);
  const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
  for (const [method, target, body] of [
    ["POST", "/session", { token }],
    ["POST", "/suppressions", { address: "sam@example.net" }],
    ["DELETE", "/inbox", undefined],
    ["DELETE", "/session", undefined],
  ] as const) {
    const answer = await ask(method, target, { cookie, headers, ...(body === undefined ? {} : { body }) });
    assert.deepEqual([answer.status, answer.json.code, answer.cookie], [403, "cross_origin", ""], target);
  }
  assert.equal((await ask("GET", "/session", { cookie })).status, 200);
  assert.equal((await ask("POST", "/session", { body: { token } })).status, 201, "the link is still good");
});

test("a cookie is no key, and a key pair is no cookie", async () => {
  const { cookie } = await signedIn();
  const secret = cookie?.split("=")[1] ?? "";
  const asKey = await ask("GET", "/messages", { headers: { authorization: basic(secret, secret) } });
  assert.equal(asKey.status, 401);
  assert.equal((await ask("GET", "/messages", { cookie: `facteur_session=${"0".repeat(43)}` })).status, 401);
});
