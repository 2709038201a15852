import assert from "node:assert/strict";
import { test } from "node:test";
import { testService } from "../support/service.ts";

test("the link that a start prints opens the dashboard once, and signing out closes it", async (t) => {
  const service = await testService(t, { roles: "http,retention" });
  const [place, token = ""] = service.signInUrl.split("#sign-in=");
  assert.equal(place, `${service.url}/dashboard/`);
  const root = await fetch(service.url, { headers: { accept: "text/html" }, redirect: "manual" });
  assert.deepEqual([root.status, root.headers.get("location")], [302, "/dashboard/"]);
  assert.equal((await fetch(service.url)).status, 404, "a program is told that nothing is here");
  const bare = await fetch(`${service.url}/dashboard`, { redirect: "manual" });
  assert.deepEqual([bare.status, bare.headers.get("location")], [302, "/dashboard/"]);
  const page = await fetch(`${service.url}/dashboard/messages/1`);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(page.headers.get("content-security-policy") ?? "", /^default-src 'none'/);
  assert.equal(page.headers.get("set-cookie"), null);

  const ask = async (method: string, cookie: string, body?: object) =>
    fetch(`${service.url}/api/v1/session`, {
      method,
      headers: { cookie, origin: service.url, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const signIn = await ask("POST", "", { token });
  assert.equal(signIn.status, 201, await signIn.clone().text());
  const cookie = (signIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const { account, mode, delivery } = (await signIn.json()) as Record<
    string,
    Record<string, string> | string
  >;
  assert.deepEqual([mode, delivery], ["development", "direct"]);
  assert.equal((account as Record<string, string>).id, service.first.accountId);
  assert.equal((await ask("GET", cookie)).status, 200);
  assert.equal((await ask("POST", "", { token })).status, 401, "it works once");

  const made = await service.command("sign-in", "--account", "owner@facteur.example");
  const other = String(made.signInUrl).split("#sign-in=")[1];
  assert.equal((await ask("POST", "", { token: other })).status, 201);

  assert.equal((await ask("DELETE", cookie)).status, 204);
  assert.equal((await ask("GET", cookie)).status, 401);
  await service.stop();
  await service.start();
  assert.notEqual(service.signInUrl.split("#sign-in=")[1], token, "each start makes a new one");
});
