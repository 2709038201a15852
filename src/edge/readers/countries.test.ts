import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { mmdbOf } from "../../../tests/support/mmdb.ts";
import { Countries } from "./countries.ts";

async function opened(t: TestContext, octets: Buffer) {
  const folder = await mkdtemp(path.join(tmpdir(), "facteur-countries-"));
  const file = path.join(folder, "countries.mmdb");
  writeFileSync(file, octets);
  t.after(() => rm(folder, { recursive: true }));
  const told: string[] = [];
  const note = (event: string) => void told.push(event);
  const log = { error: note, warn: note, info: note, debug: note };
  const countries = await Countries.open(file, { log, everyMs: 3_600_000 });
  t.after(() => countries.close());
  return { countries, told, write: (text: Buffer) => writeFileSync(file, text) };
}

const list = mmdbOf({ "192.0.2.0/24": "FR", "198.51.100.0/25": "DE", "203.0.113.7/32": "xx" });

test("the country of an address is what the list says, also of one that is written as IPv6", async (t) => {
  const { countries } = await opened(t, list);
  const asked = [
    "192.0.2.1",
    "192.0.2.255",
    "::ffff:198.51.100.3",
    "198.51.100.200",
    "203.0.113.7",
    "2001:db8::1",
    "x",
  ];
  assert.deepEqual(
    asked.map((address) => countries.countryOf(address)),
    ["FR", "FR", "DE", null, null, null, null],
  );
});

test("lists that keep the code elsewhere are read, too", async (t) => {
  const { countries } = await opened(
    t,
    mmdbOf({ "192.0.2.0/24": "FR" }, (code) => ({ country_code: code, country: "France" })),
  );
  assert.equal(countries.countryOf("192.0.2.1"), "FR");
});

test("a list that changes is taken over, and one that breaks leaves the one before", async (t) => {
  const { countries, told, write } = await opened(t, list);
  write(mmdbOf({ "192.0.2.0/24": "BE", "198.51.100.0/24": "BE" }));
  await countries.look();
  assert.equal(countries.countryOf("192.0.2.1"), "BE");
  write(list.subarray(0, 100));
  await countries.look();
  assert.equal(countries.countryOf("192.0.2.1"), "BE");
  assert.deepEqual(told, ["countries.reloaded", "countries.unusable"]);
});

test("a file that is no list, or is not there, is an error that names it and the setting", async (t) => {
  await assert.rejects(
    opened(t, Buffer.from("no list")),
    /countries\.mmdb is in no such format.*FACTEUR_COUNTRIES/,
  );
  const log = { error() {}, warn() {}, info() {}, debug() {} };
  await assert.rejects(Countries.open("/nowhere.mmdb", { log }), /\/nowhere\.mmdb cannot be read/);
});
