import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { idAt } from "../../base/ids.ts";
import {
  consentPurposes,
  consentsInForce,
  listConsents,
  openProof,
  recordConsents,
} from "../../core/consent/index.ts";
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

/** Records that a reader has agreed to both, as the account tells it. */
function agree(address: string): Promise<void> {
  const { keyring, ids, clock } = world;
  const proof = { address, how: "the form of <i>shop.example</i>", wording: "I agree & more.", version: "" };
  const decision = {
    lookup: lookupOf(address),
    purposes: consentPurposes,
    decision: "given",
    proof,
  } as const;
  const by = { accountId, actor: { kind: "key", id: 5n } } as const;
  return world.database.write({ role: "request", accountId }, (tx) =>
    recordConsents(tx, { keyring, ids, now: clock.now() }, by, [
      { ...decision, decidedAt: clock.now(), source: "api" },
    ]),
  );
}

async function historyOf(address: string) {
  const page = { beforeId: null, limit: 10, lookup: lookupOf(address), purpose: null };
  return await world.database.read({ role: "request", accountId }, (db) => listConsents(db, accountId, page));
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
      assert.doesNotMatch(body, /<form|<button/);
      assert.match(body, /<strong>&lt;b&gt;Shop&lt;\/b&gt;<\/strong>/);
      assert.doesNotMatch(body, /<script|\bsrc=|<link|url\(|ada|https?:|checked/);
      assert.match(headers["content-security-policy"] ?? "", /^default-src 'none'/);
      assert.equal(headers["cache-control"], "no-store");
    }
    assert.deepEqual(await inForce("ada@example.com"), [false, false]);
  });
}

test("one click takes back one purpose, and says so; again, it writes nothing", async () => {
  await agree("bob@example.com");
  const token = tokenFor("bob@example.com");
  const asked = await ask(token, { language: "de" });
  assert.match(asked.body, /Seit dem 2026-11-23/);
  assert.ok(
    asked.body.includes("the form of &lt;i&gt;shop.example") && asked.body.includes("I agree &amp; more."),
  );
  const back = await press(token, asked.body, "opens");
  assert.match(back.body, /Ihre Entscheidung gilt/);
  assert.deepEqual(await inForce("bob@example.com"), [false, true]);
  assert.doesNotMatch(back.body, /purpose=opens/);
  const [row = assert.fail(), ...before] = await historyOf("bob@example.com");
  assert.deepEqual(
    [row.purpose, row.decision, row.source, row.actor],
    ["opens", "withdrawn", "reader", "link"],
  );
  assert.match(openProof(world.keyring, row).how, /page/);
  await press(token, asked.body, "opens");
  assert.equal((await historyOf("bob@example.com")).length, before.length + 1);
});

test("whoever has the link of a mail, as its sender may, can agree to nothing in the reader's name", async () => {
  const token = tokenFor("cy@example.com");
  for (const purpose of consentPurposes) {
    const { body } = await ask(token, { method: "POST", purpose, decision: "given" });
    assert.match(body, /You cannot agree on this page/);
  }
  assert.deepEqual(await inForce("cy@example.com"), [false, false]);
  assert.deepEqual(await historyOf("cy@example.com"), []);
});

test("the unsubscribe page leads here, and a link that is not ours leads nowhere", async () => {
  const token = tokenFor("eve@example.com");
  const { body } = await unsubscribePage(world, { method: "GET", token, language: "fr" });
  assert.ok(body.includes(`<a href="/p/${token}?lang=fr">`));
  assert.equal((await ask(`${token}A`)).status, 404);
  assert.equal((await ask("x", { method: "POST", purpose: "opens", decision: "given" })).status, 404);
});
