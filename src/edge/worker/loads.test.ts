import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database, Sql } from "../../base/database.ts";
import type { ClaimedDelivery, Loaded, MessageLoader } from "../../core/messages/index.ts";
import { Loads } from "./loads.ts";

/** Loads whose transactions end when the test says so. */
function openLoads() {
  const groups: bigint[][] = [];
  const state = { most: Infinity };
  const ends: ((error?: Error) => void)[] = [];
  const database = {
    read: async (_scope: unknown, work: (reader: Sql) => Promise<unknown>) => {
      await new Promise<void>((resolve, reject) =>
        ends.push((error) => (error === undefined ? resolve() : reject(error))),
      );
      return work({} as Sql);
    },
  } as Database;
  const loader = {
    unpack: () => null,
    load: async (_reader: Sql, deliveries: ClaimedDelivery[]) => {
      groups.push(deliveries.map(({ id }) => id));
      return deliveries.map(
        (delivery, index): Loaded => ({ kind: index < state.most ? "gone" : "later", delivery }),
      );
    },
  } as unknown as MessageLoader;
  return { loads: new Loads({ database, loader }), groups, ends, state };
}

function messages(...ids: number[]): ClaimedDelivery[] {
  return ids.map((id) => ({ id: BigInt(id) }) as ClaimedDelivery);
}

function idsOf(loaded: Loaded[]): bigint[] {
  return loaded.map(({ delivery }) => delivery.id);
}

async function turns(): Promise<void> {
  for (let each = 0; each < 3; each++) await new Promise((resolve) => setImmediate(resolve));
}

test("who asks while a load is under way shares the next one, and gets what he asked for", async () => {
  const { loads, groups, ends } = openLoads();
  const asked = [messages(1), messages(2, 3), messages(4)].map((each) => loads.load(each, 0));
  ends[0]?.();
  await turns();
  ends[1]?.();
  assert.deepEqual((await Promise.all(asked)).map(idsOf), [[1n], [2n, 3n], [4n]]);
  assert.deepEqual(groups, [[1n], [2n, 3n, 4n]]);
});

test("a load that fails is told to those who shared it, and the next goes on", async () => {
  const { loads, ends } = openLoads();
  const failed = [loads.load(messages(1), 0)];
  const later = [loads.load(messages(2), 0), loads.load(messages(3), 0)];
  ends[0]?.(new Error("away"));
  await assert.rejects(failed[0] as Promise<Loaded[]>, /away/);
  await turns();
  ends[1]?.();
  assert.deepEqual((await Promise.all(later)).map(idsOf), [[2n], [3n]]);
});

test("who asks for more than fits into memory gets the first of it, and whoever got nothing is next", async () => {
  const { loads, ends, state, groups } = openLoads();
  const first = loads.load(messages(1), 0);
  const asked = [messages(2, 3, 4), messages(5, 6)].map((each) => loads.load(each, 0));
  state.most = 2;
  for (let end = 0; end < 3; end++) {
    ends[end]?.();
    await turns();
  }
  assert.deepEqual(idsOf(await first), [1n]);
  assert.deepEqual((await Promise.all(asked)).map(idsOf), [
    [2n, 3n],
    [5n, 6n],
  ]);
  assert.deepEqual(groups, [[1n], [2n, 3n, 4n, 5n, 6n], [5n, 6n]]);
});

test("a transaction loads no more than 200 messages, but for one request that is larger", async () => {
  const { loads, groups, ends } = openLoads();
  const many = (count: number) => messages(...Array.from({ length: count }, (_, index) => index));
  const asked = [1, 150, 100, 300, 1].map((count) => loads.load(many(count), 0));
  for (let end = 0; end < 5; end++) {
    ends[end]?.();
    await turns();
  }
  await Promise.all(asked);
  assert.deepEqual(
    groups.map((group) => group.length),
    [1, 150, 100, 300, 1],
  );
});
