import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SystemClock } from "./base/clock.ts";
import { connect, type Database } from "./base/database.ts";
import { type EmbeddedPostgres, startEmbedded } from "./base/embedded-postgres.ts";
import { FiguresInForce } from "./base/figures.ts";
import { IdSource } from "./base/ids.ts";
import type { Log } from "./base/log.ts";
import { migrate } from "./base/migrate.ts";
import { joinAsNode } from "./core/delivery/index.ts";
import {
  answerHandovers,
  claimInstallation,
  clockOffsetMs,
  dayOf,
  exportStates,
  Keyring,
  obtainChains,
} from "./core/keys/index.ts";
import { ensureFirstPolicy, figuresOf, readRegister, selectPolicyVersions } from "./core/policy/index.ts";
import { ensurePartitions, firstReadableHour } from "./core/retention/index.ts";
import { leaveSlot, type Slot, takeSlot } from "./edge/worker/slots.ts";

/** Where the database and the keys are. */
export interface CoreOptions {
  dataFolder: string;
  /** null starts the embedded server. */
  databaseUrl: string | null;
  rootKey: Buffer;
  log: Log;
  /** Does this process own lanes? */
  delivers: boolean;
}

/** What every command and the service itself stand on: the open database, the keys, the clock and a node number. */
export interface Core extends AsyncDisposable {
  database: Database;
  keyring: Keyring;
  clock: SystemClock;
  ids: IdSource;
  /** What the policy in force says, in numbers. */
  figures: FiguresInForce;
  nodeId: number;
  slot: Slot;
  dataFolder: string;
  log: Log;
  /** Reads the versions of the policy anew: a command may have published one. */
  followPolicy: () => Promise<void>;
  /** Gives nodes that have none the content keys. */
  answerNewNodes: () => Promise<number>;
}

/** Opens everything below the edges; migrates, and refuses keys that are not this database's. */
export async function openCore(options: CoreOptions): Promise<Core> {
  const { dataFolder, log } = options;
  mkdirSync(dataFolder, { recursive: true });
  const embedded =
    options.databaseUrl === null
      ? await startEmbedded({ folder: path.join(dataFolder, "postgres"), log })
      : null;
  const closers: (() => Promise<void> | void)[] = [];
  if (embedded !== null) closers.push(() => embedded.stop());
  try {
    const database = await connect({ ...addressOf(options, embedded), applicationName: "facteur", log });
    closers.push(() => database.close());
    const core = await build(options, database);
    closers.push(() => leaveSlot(core.slot));
    return { ...core, [Symbol.asyncDispose]: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function build(
  options: CoreOptions,
  database: Database,
): Promise<Omit<Core, typeof Symbol.asyncDispose>> {
  const { dataFolder, log } = options;
  const clock = new SystemClock();
  const figures = new FiguresInForce();
  await migrate(database, { now: clock.now(), log });
  clock.raiseOffset(await clockOffsetMs(database));
  await database.write({ role: "operator" }, (tx) => ensureFirstPolicy(tx, readRegister(), clock.now()));
  const followPolicy = async () => {
    figures.follow(figuresOf(await database.read({ role: "accept" }, selectPolicyVersions)));
  };
  await followPolicy();
  const chains = await obtainChains(database, options.rootKey, {
    folder: path.join(dataFolder, "secrets"),
    first: { content: firstReadableHour(clock.now(), figures), accounts: dayOf(clock.now()) },
    now: () => new Date(clock.real()),
  });
  const keyring = new Keyring(options.rootKey, chains);
  await claimInstallation(database, keyring);
  const journals = path.join(dataFolder, "journal");
  const slot = await takeSlot(journals);
  const name = `${folderIdOf(journals)}/${slot.number}`;
  const nodeId = await database.write({ role: "delivery" }, (tx) =>
    joinAsNode(tx, { name, delivers: options.delivers }, new Date(clock.real())),
  );
  await ensurePartitions({ database, clock });
  const answerNewNodes = () =>
    answerHandovers(database, options.rootKey, () => exportStates(chains), new Date(clock.real()));
  return {
    database,
    keyring,
    clock,
    ids: new IdSource(nodeId),
    figures,
    nodeId,
    slot,
    dataFolder,
    log,
    followPolicy,
    answerNewNodes,
  };
}

function addressOf(
  options: CoreOptions,
  embedded: EmbeddedPostgres | null,
): { url: string } | EmbeddedPostgres["connection"] {
  if (embedded !== null) return embedded.connection;
  return { url: options.databaseUrl ?? "" };
}

/** Names the data folder among others of the same installation; it is no secret and means nothing elsewhere. */
export function folderIdOf(journals: string): string {
  const file = path.join(journals, "folder-id");
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const id = randomUUID();
    mkdirSync(journals, { recursive: true, mode: 0o700 });
    writeFileSync(file, id, { mode: 0o600, flag: "wx" });
    return id;
  }
}

/** Closes what was opened, the last one first; one that fails does not keep the others open. */
export async function closeAll(closers: (() => Promise<void> | void)[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch {
      // Nothing can be done about a part that does not close; the process ends anyway.
    }
  }
}
