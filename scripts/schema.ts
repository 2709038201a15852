// Writes db/schema.sql: the schema as the migrations make it, for people to read and for tests to compare.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dumpSchema } from "../src/base/migrate.ts";
import { testDatabase } from "../tests/support/database.ts";

const cleanups: (() => Promise<void>)[] = [];
const { database } = await testDatabase({ after: (work) => void cleanups.push(work) });
writeFileSync(fileURLToPath(new URL("../db/schema.sql", import.meta.url)), await dumpSchema(database));
for (const cleanup of cleanups) await cleanup();
