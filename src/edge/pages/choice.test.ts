import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { idAt } from "../../base/ids.ts";
import { consentsInForce, listConsents, openProof } from "../../core/consent/index.ts";
import { languages } from "../../core/policy/index.ts";
import { type ChoiceRequest, choicePage } from "./choice.ts";
import { unsubscribePage } from "./unsubscribe.ts";

const world = await openWorld({ after });
const { accountId } = await world.account("<b>Shop</b>");
const lookupOf = (address: string) => world.keyring.lookup(accountId, address);

function tokenFor(address: string): string {
  const reader = { accountId, messageId: idAt(world.clock.now()), lookup: lookupOf(address) };
  return world.links.choice(reader).split("/p/")[1] ?? "";
}

const ask = (token: string, more: Partial<ChoiceRequest> = {}) =>
  choicePage(world, { method: "GET", token, language: "en", purpose: null, decision: null, ...more });

/** Presses the only button that a page has for a purpose. */
function press(token: string, body: string, purpose: string) {
  const [action = assert.fail(body)] = body.match(RegExp(`\\?purpose=${purpose}&amp;[^"]+`)) ?? [];
  const query = new URLSearchParams(action.replaceAll("&amp;", "&"));
  const language = languages.find((each) => each === query.get("lang")) ?? assert.fail(action);
  const wish = { purpose: query.get("purpose"), decision: query.get("decision") };
  return ask(token, { method: "POST", language, ...wish });
}

async function inForce(address: string): Promise<boolean[]> {
  const target = { accountId, lookup: lookupOf(address) };
  const found = await world.database.read({ role: "delivery" }, (db) => consentsInForce(db, [target]));
  return [found.has(target, "opens"), found.has(target, "clicks")];
}

for (const language of languages) {
  test(`the page shows in ${language} what the sender learns; looking at it, and a POST that says nothing, change nothing`, async () => {
    const token = tokenFor("ada@example.com");
    const odd = { method: "POST", purpose: "profile", decision: "given" } as const;
    for (const more of [{}, { method: "POST" } as const, odd]) {
      const { status, headers, body } = await ask(token, { language, ...more });
      assert.equal(status, 200);
      assert.match(body, RegExp(`<html lang="${language}">`));
      assert.equal([...body.matchAll(/<form method="post"/g)].length, 2);
      assert.match(body, /<strong>&lt;b&gt;Shop&lt;\/b&gt;<\/strong>/);
      assert.doesNotMatch(body, /<script|\bsrc=|<link|url\(|ada|https?:|checked/);
      assert.match(headers["content-security-policy"] ?? "", /^default-src 'none'/);
      assert.equal(headers["cache-control"], "no-store");
    }
    assert.deepEqual(await inForce("ada@example.com"), [false, false]);
  });
}

test("one click agrees to one purpose, and one click on the same place takes it back", async () => {
  const token = tokenFor("bob@example.com");
  const agreed = await press(token, (await ask(token, { language: "de" })).body, "opens");
  assert.match(agreed.body, /Ihre Entscheidung gilt/);
  assert.match(agreed.body, /Seit dem 2026-11-23/);
  assert.deepEqual(await inForce("bob@example.com"), [true, false]);
  world.clock.advance(1000);
  const back = await press(token, agreed.body, "opens");
  assert.deepEqual(await inForce("bob@example.com"), [false, false]);
  assert.match(back.body, /decision=given/);
  assert.doesNotMatch(back.body, /decision=withdrawn/);
});

test("what was agreed to is kept as it was shown, and shown to the reader", async () => {
  const token = tokenFor("cy@example.com");
  const { body } = await press(token, (await ask(token, { language: "fr" })).body, "clicks");
  const page = { beforeId: null, limit: 10, lookup: lookupOf("cy@example.com"), purpose: null };
  const [row = assert.fail()] = await world.database.read({ role: "request", accountId }, (db) =>
    listConsents(db, accountId, page),
  );
  assert.deepEqual([row.source, row.actor], ["reader", "link"]);
  const { wording, version } = openProof(world.keyring, row);
  assert.match(wording, /^J'accepte que <b>Shop<\/b> voie quels liens/);
  assert.match(version, /\/fr$/);
  assert.ok(body.includes("J&#39;accepte que &lt;b&gt;Shop"));
});

test("the unsubscribe page leads here, and a link that is not ours leads nowhere", async () => {
  const token = tokenFor("eve@example.com");
  const { body } = await unsubscribePage(world, { method: "GET", token, language: "fr" });
  assert.ok(body.includes(`<a href="/p/${token}?lang=fr">`));
  assert.equal((await ask(`${token}A`)).status, 404);
  assert.equal((await ask("x", { method: "POST", purpose: "opens", decision: "given" })).status, 404);
});
