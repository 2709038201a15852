import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refusal } from "../../../base/errors.ts";
import type { DecisionWish } from "../api/consent-api.ts";
import { consentApi } from "./api-consents.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const services = consentApi(world.context);
const principal = await world.principal();
const decidedAt = new Date(world.clock.now().getTime() - 3_600_000);

function wish(address: string, more: Partial<DecisionWish> = {}): DecisionWish {
  const proof = { how: "sign-up form", wording: "I agree.", version: "3" };
  return { address, purposes: ["opens", "clicks"], decision: "given", decidedAt, ...proof, ...more };
}

const withdrawal = { decision: "withdrawn", decidedAt: null, how: "", wording: "" } as const;
const query = { beforeId: null, limit: 10, address: null, purpose: null };

test("a consent is recorded and withdrawn, and both stand in the history of the address and the audit", async () => {
  const { purposes } = await services.decideConsent(principal, wish("Ada@Example.com"));
  assert.deepEqual(purposes.opens, { state: "given", since: decidedAt });
  const more = { ...withdrawal, purposes: ["clicks"] as DecisionWish["purposes"] };
  const after = await services.decideConsent(principal, wish("ada@example.com", more));
  assert.deepEqual([after.purposes.opens.state, after.purposes.clicks.state], ["given", "withdrawn"]);
  const listed = await services.listConsents(principal, { ...query, address: "ADA@example.com" });
  assert.deepEqual(
    listed.map((each) => [each.decision, each.purpose, each.address, each.actor]),
    [
      ["withdrawn", "clicks", "ada@example.com", `key/${principal.keyId}`],
      ["given", "clicks", "Ada@example.com", `key/${principal.keyId}`],
      ["given", "opens", "Ada@example.com", `key/${principal.keyId}`],
    ],
  );
  const actions = (await world.audit(principal.accountId)).map(({ action }) => action);
  assert.deepEqual(actions.slice(-2), ["consent.given", "consent.withdrawn"]);
  assert.doesNotMatch(await world.dump(["consent", "audit"]), /example\.com|I agree/i);
});

test("of many decisions those that cannot be taken are named, and the others recorded", async () => {
  const { recorded, problems } = await services.importConsents(principal, [
    wish("bob@example.com"),
    wish("not an address"),
    wish("cy@example.com", { wording: "" }),
    wish("cy@example.com", { decidedAt: null }),
    wish("dan@example.com", withdrawal),
  ]);
  assert.equal(recorded, 2);
  assert.deepEqual(
    problems.map(({ index }) => index),
    [1, 2, 3],
  );
  const state = async (address: string) =>
    (await services.consentStandings(principal, address)).purposes.opens.state;
  assert.equal(await state("bob@example.com"), "given");
  assert.equal(await state("cy@example.com"), "unknown");
  assert.equal(await state("dan@example.com"), "withdrawn");
});

test("a file is taken in once however often it comes, and each line that cannot be taken is named", async () => {
  const csv = [
    "address;purpose;decision;decided_at;how;wording;version",
    "fay@example.com;;given;2026-11-01T10:00:00Z;form;I agree;2",
    "fay@example.com;clicks;withdrawn;;;;",
    '"gus@example.com";opens;given;2026-11-01T10:00:00+01:00;form;"I agree;\nto all of it";',
    "gus@example.com;opens;given;2026-11-01T09:00:00Z;other form;I agree;",
    "nobody;;given;2026-11-01T10:00:00Z;form;I agree;",
    "hal@example.com;reading;given;2026-11-01T10:00:00Z;form;I agree;",
    "hal@example.com;;maybe;2026-11-01T10:00:00Z;form;I agree;",
    "hal@example.com;;given;yesterday;form;I agree;",
    "hal@example.com;;given;2036-11-01T10:00:00Z;form;I agree;",
    "hal@example.com;;given;2026-11-01T10:00:00Z;form;;",
  ].join("\n");
  const owner = await world.principal();
  const read = await services.importConsentFile(owner, csv);
  assert.deepEqual([read.recorded, read.known, read.problemsTotal], [4, 1, 6]);
  assert.deepEqual(
    read.problems.map(({ line, code }) => [line, code]),
    [
      [7, "no_address"],
      [8, "unknown_purpose"],
      [9, "unknown_decision"],
      [10, "no_instant"],
      [11, "future"],
      [12, "no_proof"],
    ],
  );
  const { purposes } = await services.consentStandings(owner, "fay@example.com");
  assert.deepEqual([purposes.opens.state, purposes.clicks.state], ["given", "withdrawn"]);
  const [gus] = await services.listConsents(owner, { ...query, address: "gus@example.com" });
  assert.deepEqual([gus?.wording, gus?.source], ["I agree;\nto all of it", "import"]);
  const again = await services.importConsentFile(owner, csv);
  assert.deepEqual([again.recorded, again.known], [0, 5]);
  await assert.rejects(
    services.importConsentFile(owner, "Ann,ann@example.com"),
    (error) => error instanceof Refusal && error.code === "invalid",
  );
});

test("an account sees no other's readers, and a consent without its instant is refused", async () => {
  const stranger = await world.principal();
  await services.decideConsent(principal, wish("eve@example.com"));
  assert.deepEqual(await services.listConsents(stranger, query), []);
  const { purposes } = await services.consentStandings(stranger, "eve@example.com");
  assert.deepEqual(purposes.opens, { state: "unknown", since: null });
  await assert.rejects(
    services.decideConsent(principal, wish("eve@example.com", { decidedAt: null })),
    (error) => error instanceof Refusal && error.code === "invalid",
  );
});
