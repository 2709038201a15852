import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { idAt } from "../../base/ids.ts";
import { languages } from "../../core/policy/index.ts";
import { regretPath, resubscribePage, type UnsubscribeRequest, unsubscribePage } from "./unsubscribe.ts";

const world = await openWorld({ after });
const { accountId } = await world.account("<b>Shop</b>");
const lookup = (address: string) => world.keyring.lookup(accountId, address);

function tokenFor(address: string, of = accountId): string {
  const reader = { accountId: of, messageId: idAt(world.clock.now()), lookup: lookup(address) };
  return world.links.unsubscribe(reader).split("/u/")[1] ?? "";
}

const ask = (method: UnsubscribeRequest["method"], token: string, language: "en" | "fr" | "de" = "en") =>
  unsubscribePage(world, { method, token, language });

async function suppressed(): Promise<bigint> {
  const row = await world.database.read({ role: "operator" }, (db) =>
    db.row<{ count: bigint }>(sql`select count(*) as count from suppression`),
  );
  return row?.count ?? 0n;
}

for (const language of languages) {
  test(`the page asks in ${language}, loads nothing, and looking at it changes nothing`, async () => {
    const before = await suppressed();
    for (let look = 0; look < 3; look += 1) {
      const { status, headers, body } = await ask("GET", tokenFor("ada@example.com"), language);
      assert.equal(status, 200);
      assert.match(body, RegExp(`<html lang="${language}">`));
      assert.match(body, /<form method="post"><button type="submit">/);
      assert.match(body, /<strong>&lt;b&gt;Shop&lt;\/b&gt;<\/strong>/);
      assert.match(body, /href="\?lang=fr" hreflang="fr" lang="fr"/);
      assert.doesNotMatch(body, /<script|\bsrc=|<link|url\(|ada|https?:/);
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["x-robots-tag"], "noindex");
      assert.match(headers["content-security-policy"] ?? "", /^default-src 'none'; style-src 'sha256-/);
    }
    assert.equal(await suppressed(), before);
  });
}

test("one click unsubscribes; afterwards the page says so, and only the first answer can take it back", async () => {
  const token = tokenFor("bob@example.com");
  const done = await ask("POST", token, "de");
  assert.equal(done.status, 200);
  assert.match(done.body, /Sie sind abgemeldet/);
  const back = RegExp(`action="${regretPath}([\\w-]+)\\?lang=de"`).exec(done.body)?.[1] ?? assert.fail();
  for (const method of ["GET", "POST"] as const) {
    const again = await ask(method, token);
    assert.match(again.body, /You are unsubscribed/);
    assert.doesNotMatch(again.body, /<form/);
  }
  const request = { token: back, language: "fr" } as const;
  const asked = await resubscribePage(world, { ...request, method: "GET" });
  assert.match(asked.body, /<form method="post"><button type="submit">Se réinscrire/);
  assert.match((await ask("GET", token)).body, /You are unsubscribed/, "looking takes nothing back");
  const returned = await resubscribePage(world, { ...request, method: "POST" });
  assert.match(returned.body, /Vous êtes réinscrit/);
  assert.match((await ask("GET", token)).body, /<form/);
  const late = await resubscribePage(world, { ...request, method: "POST" });
  assert.match(late.body, /plus possible/);
});

test("a link of an account that is gone works, without a name", async () => {
  const { accountId: gone } = await world.account("Gone");
  await world.database.write({ role: "operator" }, async (tx) => {
    await tx.run(sql`delete from account_key where account_id = ${gone}`);
    await tx.run(sql`delete from account where id = ${gone}`);
  });
  world.keyring.forget(gone);
  const token = tokenFor("eve@example.com", gone);
  assert.match((await ask("GET", token)).body, /the sender of this mail/);
  const done = await ask("POST", token);
  assert.equal(done.status, 200);
  assert.match(done.body, /You are unsubscribed/);
  assert.doesNotMatch(done.body, /<form/);
});

test("a link that is none gets a page that says so, in each method", async () => {
  const token = tokenFor("ada@example.com");
  for (const wrong of ["", "x", `${token}A`, token.slice(1), "%00", "'; drop table account; --"]) {
    for (const page of [unsubscribePage, resubscribePage]) {
      for (const method of ["GET", "POST"] as const) {
        const { status, body } = await page(world, { method, token: wrong, language: "en" });
        assert.equal(status, 404);
        assert.match(body, /This link does not work/);
      }
    }
  }
});
