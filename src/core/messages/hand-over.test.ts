import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "../../base/database.ts";
import { type Claim, type Delivery, takeLanes } from "../delivery/index.ts";
import { addSuppressions } from "../suppressions/index.ts";
import { policyUnlessSet, ReaderLinks, type TrackingPolicy, writePolicy } from "../tracking/index.ts";
import { compose } from "./compose.ts";
import type { HandOver } from "./hand-over.ts";
import { type ClaimedDelivery, type Loaded, MessageLoader } from "./load.ts";
import { type Accepting, openAccepting, writingOtherwise } from "./testing/acceptance.ts";
import { contentOf, submissionOf } from "./testing/contents.ts";

const to = (...addresses: string[]) => addresses.map((address) => ({ address, name: "" }));
const nodeId = 1;

/** Delivery that takes everything, under the epoch it believes in, and what it was given. */
function takesAll(madeAt: number, epoch = 1n) {
  const given: ClaimedDelivery[][] = [];
  const handOver: HandOver = {
    reserve: (deliveries: readonly Delivery[]) => ({
      madeAt,
      claims: new Map(deliveries.map(({ id, lane }): [bigint, Claim] => [id, { id, lane, nodeId, epoch }])),
      end: (taken) => void given.push(taken),
    }),
  };
  return { handOver, given };
}

async function open(t: Parameters<typeof openAccepting>[0], epoch?: bigint) {
  const setup = await openAccepting(t);
  const now = setup.clock.now();
  await setup.database.write({ role: "delivery" }, (tx) => takeLanes(tx, nodeId, now, 64));
  const taking = takesAll(setup.clock.real(), epoch);
  const lanes: number[] = [];
  const acceptance = setup.acceptance({
    handOver: taking.handOver,
    onQueued: (queued) => void lanes.push(...queued),
  });
  return { ...setup, ...taking, taking: acceptance, lanes };
}

const queue = sql`select d.id, d.claimed_by as "claimedBy" from delivery d order by d.id`;

function load(setup: Accepting, loader: MessageLoader, held: ClaimedDelivery[]): Promise<Loaded[]> {
  return setup.database.read({ role: "delivery" }, (reader) => loader.load(reader, held));
}

function octetsOf(item: Loaded | null | undefined): string {
  assert.equal(item?.kind, "ready");
  const composed = item?.kind === "ready" ? compose(item.input) : null;
  return composed?.kind === "composed" ? composed.message.octets.toString() : "";
}

test("what is handed over is written with its claim, and nobody is told to look for it", async (t) => {
  const setup = await open(t);
  await setup.accept(
    { submissions: [submissionOf({ to: to("a@one.example", "b@two.example") })] },
    setup.taking,
  );
  const [given = []] = setup.given;
  assert.deepEqual(
    await setup.rows(queue),
    given.map(({ id }) => ({ id, claimedBy: nodeId })),
  );
  assert.equal(given.length, 2);
  assert.deepEqual(setup.lanes, []);
});

test("a node that has lost the lane gets nothing: the message waits for its new owner", async (t) => {
  const setup = await open(t, 7n);
  await setup.accept({}, setup.taking);
  assert.deepEqual(setup.given, [[]]);
  const rows = await setup.rows(queue);
  assert.deepEqual(
    rows.map(({ claimedBy }) => claimedBy),
    [null],
  );
  assert.equal(setup.lanes.length, 1);
});

test("what cannot be stored frees the room it had, and what is suppressed is not handed over", async (t) => {
  const setup = await open(t);
  const lookup = setup.keyring.lookup(setup.accountId, "gone@one.example");
  const sealed = Buffer.from("x");
  const cause = {
    cause: "bounce",
    source: "delivery",
    sourceId: null,
    createdAt: setup.clock.now(),
  } as const;
  await setup.database.write({ role: "delivery" }, (tx) =>
    addSuppressions(tx, [{ accountId: setup.accountId, lookup, id: 1n, sealed, ...cause }]),
  );
  const failing = writingOtherwise(setup.database, () => Promise.reject(new Error("full")));
  await setup.accept({ submissions: [submissionOf({ to: to("gone@one.example") })] }, setup.taking);
  const broken = setup.acceptance({ database: failing, handOver: setup.handOver });
  await assert.rejects(setup.accept({}, broken), /full/);
  assert.deepEqual(setup.given, [[], []]);
  assert.deepEqual(await setup.rows(queue), []);
});

test("what is carried composes to the same octets as what is read back, for shared contents and own ones", async (t) => {
  const setup = await open(t);
  const shared = contentOf({ subject: "Hello [[var:name]]", text: "shared \ud800" });
  await setup.accept(
    {
      submissions: [
        submissionOf({ content: shared, to: to("a@example.com"), variables: { name: "A" } }),
        submissionOf({ content: shared, to: to("b@example.com", "c@example.com"), variables: { name: "B" } }),
        submissionOf({ content: contentOf({ text: "own", html: "<p>\u00e9</p>" }), to: to("d@example.com") }),
      ],
    },
    setup.taking,
  );
  const [given = []] = setup.given;
  assert.equal(given.length, 4);
  const carrying = new MessageLoader(setup.keyring, setup.links);
  const reading = new MessageLoader(setup.keyring, setup.links);
  const real = setup.clock.real();
  const read = await load(setup, reading, given);
  for (const [index, delivery] of given.entries()) {
    assert.equal(octetsOf(carrying.unpack(delivery, real)), octetsOf(read[index]));
  }
});

test("what was carried for too long, or by an account whose keys are gone, is asked about anew", async (t) => {
  const setup = await open(t);
  await setup.accept({}, setup.taking);
  const delivery = setup.given[0]?.[0] as ClaimedDelivery;
  const loader = new MessageLoader(setup.keyring, setup.links);
  const real = setup.clock.real();
  assert.equal(loader.unpack(delivery, real + 500)?.kind, "ready");
  assert.equal(loader.unpack(delivery, real + 501), null);
  setup.keyring.forget(setup.accountId);
  assert.equal(loader.unpack(delivery, real), null);
});

test("a message obeys what its account had decided before it was accepted, and where readers are told apart each is asked", async (t) => {
  const setup = await open(t);
  const decide = (mode: TrackingPolicy["mode"]) =>
    setup.database.write({ role: "request", accountId: setup.accountId }, (tx) =>
      writePolicy(tx, setup.accountId, { ...policyUnlessSet, mode }, setup.clock.now()),
    );
  const links = new ReaderLinks(setup.keyring, () => "http://localhost", { limit: "identified" });
  const loader = new MessageLoader(setup.keyring, links);
  const seen: unknown[] = [];
  for (const mode of ["off", "anonymous", "identified"] as const) {
    await decide(mode);
    await setup.accept({}, setup.taking);
    const item = loader.unpack(setup.given.at(-1)?.[0] as ClaimedDelivery, setup.clock.real());
    seen.push(item?.kind === "ready" ? item.input.tracking.policy.mode : item);
  }
  assert.deepEqual(seen, ["off", "anonymous", null]);
});
