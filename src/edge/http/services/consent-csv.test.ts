import assert from "node:assert/strict";
import { after, test } from "node:test";
import { withdrawConsent } from "../../../core/messages/index.ts";
import { registerApi } from "../api/register.ts";
import type { Principal } from "../principal.ts";
import { basic, createTestServer } from "../testing/server.ts";
import { apiServices } from "./api.ts";
import { importConsentFile } from "./consent-csv.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const services = apiServices(world.context);
const names = "address,purpose,decision,decided_at,how,wording";
const query = { beforeId: null, limit: 10, address: null, purpose: null };

const principals = new Map<string, Principal>();
const authenticate = async (user: string) => principals.get(user) ?? null;
const { server } = createTestServer({ clock: world.clock, authenticate });
registerApi(server, services);
after(() => server.app.close());

/** The API as an account asks it. */
function asking(principal: Principal) {
  const user = String(principal.accountId);
  principals.set(user, principal);
  const ask = (method: "GET" | "POST", url: string, payload?: string | Buffer) =>
    server.app.inject({
      method,
      url: `/api/v1/consents${url}`,
      headers: {
        authorization: basic(user),
        ...(payload === undefined ? {} : { "content-type": "text/csv" }),
      },
      ...(payload === undefined ? {} : { payload }),
    });
  return {
    exported: async () => (await ask("GET", "/export")).body,
    bringIn: (csv: string | Buffer) => ask("POST", "/import-file", csv),
  };
}

/** How a reader of an account stands to the counting of what they open. */
const stateOf = async (principal: Principal, address: string) =>
  (await services.consentStandings(principal, address)).purposes.opens.state;

for (const [what, line] of [
  ["blank lines", "\n"],
  ["lines that cannot be taken", "x,,,,,\n"],
] as const) {
  test(`while a file of ${what} is read, others get their turn`, async () => {
    const principal = await world.principal();
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await importConsentFile(world.context, principal, `${names}\n${line.repeat(30_000)}`);
    isOver = true;
    assert.ok(turns > 20, String(turns));
  });
}

test("what a reader has taken back by an old link goes out with their address, and comes in again", async () => {
  const principal = await world.principal();
  const { accountId } = principal;
  const proof = { how: "form", wording: "I agree.", version: "" };
  await services.decideConsent(principal, {
    ...{ address: "ada@example.com", purposes: ["opens"], decision: "given", decidedAt: world.clock.now() },
    ...proof,
  });
  const { keyring, ids, clock } = world;
  const reader = { accountId, messageId: 7n, lookup: keyring.lookup(accountId, "ada@example.com") };
  await world.database.write({ role: "request", accountId }, (tx) =>
    withdrawConsent(tx, { keyring, ids, now: clock.now() }, reader, "opens"),
  );
  const csv = await asking(principal).exported();
  assert.equal(csv.match(/^ada@example\.com,opens,/gm)?.length, 2, csv);
  const other = await world.principal("Elsewhere");
  const read = (await asking(other).bringIn(csv)).json();
  assert.deepEqual([read.recorded, read.problems], [2, []]);
  assert.equal(await stateOf(other, "ada@example.com"), "withdrawn");
});

test("an instant that no calendar has, or that is older than mail, costs its line alone", async () => {
  const principal = await world.principal();
  const csv = [
    names,
    "bob@example.com,,withdrawn,0000-01-01,,",
    "bob@example.com,,withdrawn,2026-02-30,,",
    "bob@example.com,opens,withdrawn,2026-02-28,,",
  ].join("\n");
  const read = (await asking(principal).bringIn(csv)).json();
  assert.deepEqual(
    read.problems?.map(({ line, code }: { line: number; code: string }) => [line, code]),
    [
      [2, "no_instant"],
      [3, "no_instant"],
    ],
  );
  assert.equal(read.recorded, 1);
});

test("a file in another encoding than UTF-8 is refused with the remedy, and nothing of it stands", async () => {
  const principal = await world.principal();
  const csv = `${names}\ncy@example.com,,given,2026-11-01,Formular,Ich m\u00f6chte das.\n`;
  const answer = await asking(principal).bringIn(Buffer.from(csv, "latin1"));
  assert.equal(answer.statusCode, 400);
  assert.match(answer.json().detail, /CSV UTF-8/);
  assert.deepEqual(await services.listConsents(principal, query), []);
  assert.equal((await asking(principal).bringIn(`\ufeff${csv}`)).json().recorded, 2);
});

test("a withdrawal without its instant is recorded once, and outranks what the file itself says of before", async () => {
  const principal = await world.principal();
  const csv = [
    names,
    "dan@example.com,opens,withdrawn,,,",
    "dan@example.com,opens,withdrawn,2026-11-01,,",
    "dan@example.com,opens,given,2026-11-02,form,I agree.",
  ].join("\n");
  const recorded = async () => {
    world.clock.advance(60_000);
    const { recorded, known } = (await asking(principal).bringIn(csv)).json();
    return [recorded, known];
  };
  assert.deepEqual(await recorded(), [3, 0]);
  assert.equal(await stateOf(principal, "dan@example.com"), "withdrawn");
  assert.deepEqual(await recorded(), [0, 3]);
  assert.equal((await services.listConsents(principal, query)).length, 3);
});
