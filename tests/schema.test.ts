import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { dumpSchema } from "../src/base/migrate.ts";
import { testDatabase } from "./support/database.ts";

test("db/schema.sql is what the migrations make", async (t) => {
  const { database } = await testDatabase(t);
  const made = await dumpSchema(database);
  const written = readFileSync(new URL("../db/schema.sql", import.meta.url), "utf8");
  assert.ok(made === written, "db/schema.sql is not current. Run: node scripts/schema.ts");
});
