import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Database } from "../../src/base/database.ts";
import { startEmbedded } from "../../src/base/embedded-postgres.ts";
import { migrate } from "../../src/base/migrate.ts";
import { silent } from "../support/database.ts";

/** A migrated database on the disk, with the settings of production, and no service. */
export interface BenchDatabase extends AsyncDisposable {
  database: Database;
}

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "facteur-bench-database-"));
  const server = await startEmbedded({ folder, log: silent });
  const database = await connect({ ...server.connection, applicationName: "bench", log: silent });
  await migrate(database, { now: new Date(), log: silent });
  return {
    database,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
