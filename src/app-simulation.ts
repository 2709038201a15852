import { randomBytes } from "node:crypto";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Core, openCore, type Service, type ServiceOptions, startService } from "./app.ts";
import { type Life, simulatedRootKey, Traces } from "./app-simulation-traces.ts";
import { searchFiles } from "./base/byte-search.ts";
import { notify, sql } from "./base/database.ts";
import { FiguresInForce } from "./base/figures.ts";
import { dateOf } from "./base/ids.ts";
import { createLog } from "./base/log.ts";
import { clockChannel, raiseClockOffset } from "./core/keys/index.ts";
import { listInbox } from "./core/messages/index.ts";
import { lookAtPromises, readRegister } from "./core/policy/index.ts";
import { createOwnedAccount } from "./edge/cli/accounts.ts";

const parameters = FiguresInForce.ofRelease;
const dayMs = 86_400_000;
// Delivery into the test inbox takes milliseconds; a machine that is busy gets this long.
const waitMsMax = 20_000;

/** What a simulation has seen. */
export interface SimulationReport {
  days: number;
  assertions: number;
  violations: string[];
}

/** The whole service on a clock that jumps: after each jump somebody sends mail, and what must be gone is looked for. */
export class Simulation {
  readonly #folder: string;
  // Of this run only, and in no file that is not searched.
  readonly #word = `simulated${randomBytes(8).toString("hex")}`;
  readonly #sent: { accountId: bigint; id: bigint }[] = [];
  readonly #accounts: { accountId: bigint; authorization: string }[] = [];
  readonly #report: SimulationReport = { days: 0, assertions: 0, violations: [] };
  readonly #core: Core;
  readonly #traces: Traces;
  #service: Service | null = null;
  /** When the day began: evidence from before it counts no more. */
  #jumpedAt = new Date(0);

  private constructor(core: Core, folder: string) {
    this.#core = core;
    this.#folder = folder;
    const life: Life = {
      core,
      folder,
      word: this.#word,
      url: () => this.#url(),
      until: (isSo) => this.#until(isSo),
      assert: (isRight, violation) => this.#assert(isRight, violation),
    };
    this.#traces = new Traces(life);
  }

  /** Starts the service, runs through the jumps (days each), and stops it again. */
  static async run(jumps: readonly number[], tell: (line: string) => void): Promise<SimulationReport> {
    const folder = mkdtempSync(path.join(tmpdir(), "facteur-simulation-"));
    try {
      const log = createLog({ level: "info", stream: createWriteStream(path.join(folder, "service.log")) });
      const place = { dataFolder: folder, databaseUrl: null, rootKey: simulatedRootKey };
      await using core = await openCore({ ...place, log, delivers: true });
      const simulation = new Simulation(core, folder);
      return await simulation.#runThrough(jumps, tell);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #runThrough(jumps: readonly number[], tell: (line: string) => void): Promise<SimulationReport> {
    this.#service = await startService(this.#core, options);
    try {
      for (const owner of ["first", "second"]) await this.#open(owner);
      await this.#traces.begin(this.#accounts);
      await this.#liveOneDay();
      let told = 0;
      for (const jump of jumps) {
        await this.#advance(jump);
        await this.#liveOneDay();
        const { days, assertions, violations } = this.#report;
        for (const violation of violations.slice(told)) tell(violation);
        told = violations.length;
        tell(`day ${days}: ${assertions} assertions, ${violations.length} violations`);
      }
    } finally {
      await this.#service.stop();
    }
    return this.#report;
  }

  async #open(owner: string): Promise<void> {
    const wish = { address: `${this.#word}-${owner}@shop.example`, name: this.#word };
    const { account, key } = await createOwnedAccount(this.#core, wish);
    const pair = Buffer.from(`${key.publicKey}:${key.secretKey}`).toString("base64");
    this.#accounts.push({ accountId: account.id, authorization: `Basic ${pair}` });
  }

  async #advance(days: number): Promise<void> {
    const { database, clock, keyring } = this.#core;
    const offsetMs = clock.offsetMs + days * dayMs;
    this.#jumpedAt = new Date(Date.now() + offsetMs);
    await raiseClockOffset(database, offsetMs);
    await database.write({ role: "operator" }, (tx) => notify(tx, clockChannel, ""));
    const firstHour = Math.floor((Date.now() + offsetMs - parameters.contentDays * dayMs) / 3_600_000);
    await this.#until(async () => clock.offsetMs >= offsetMs && keyring.firstContentHour >= firstHour);
    await this.#until(async () => !(await this.#hasAgedPartitions()));
    this.#report.days += days;
  }

  async #liveOneDay(): Promise<void> {
    for (const account of this.#accounts) await this.#send(account);
    await this.#lookAtInboxes();
    await this.#lookAtPromises();
    await this.#lookAtEvents();
    await this.#traces.live();
    await this.#lookAtFiles();
  }

  async #send({ accountId, authorization }: { accountId: bigint; authorization: string }): Promise<void> {
    const word = this.#word;
    const from = this.#accounts[0]?.accountId === accountId ? "first" : "second";
    const message = {
      From: { Email: `${word}-${from}@shop.example`, Name: word },
      To: [{ Email: `${word}-to@example.net`, Name: word }],
      Subject: `${word} subject`,
      TextPart: `${word} text`,
      HTMLPart: `<p>${word}</p>`,
      CustomID: word,
      EventPayload: word,
      CustomCampaign: word,
      Attachments: [
        {
          ContentType: "text/plain",
          Filename: `${word}.txt`,
          Base64Content: Buffer.from(word).toString("base64"),
        },
      ],
    };
    const response = await fetch(`${this.#url()}/v3.1/send`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ Messages: [message] }),
    });
    const text = await response.text();
    const id = BigInt(/"MessageID":(\d+)/.exec(text)?.[1] ?? 0);
    this.#assert(
      response.status === 200 && id > 0n,
      `a message is not accepted: ${text.replaceAll(word, "…")}`,
    );
    this.#sent.push({ accountId, id });
  }

  /** Readable for six days, and by nobody after them. */
  async #lookAtInboxes(): Promise<void> {
    const { database, keyring, clock } = this.#core;
    const inboxOf = async (accountId: bigint) => {
      const items = await database.read({ role: "request", accountId }, async (reader) => {
        await keyring.load(reader, [accountId]);
        return listInbox(reader, keyring, { accountId, beforeId: null, limit: 100 });
      });
      return new Set(items.map(({ messageId }) => messageId));
    };
    for (const { accountId } of this.#accounts) {
      const own = this.#sent.filter((each) => each.accountId === accountId);
      await this.#until(async () => (await inboxOf(accountId)).has(own.at(-1)?.id ?? 0n));
      const visible = await inboxOf(accountId);
      for (const { id } of own) {
        const ageDays = (clock.now().getTime() - dateOf(id).getTime()) / dayMs;
        // Its hour's key is destroyed when the oldest message of the hour reaches six days.
        if (ageDays > parameters.contentDays - 1 / 24 && ageDays < parameters.contentDays) continue;
        const isRight = visible.has(id) === ageDays < parameters.contentDays;
        this.#assert(
          isRight,
          `a message of ${ageDays.toFixed(2)} days is ${visible.has(id) ? "" : "not "}readable`,
        );
      }
    }
  }

  // By the service's own watch: a second one beside it would look at the same accounts at the same time. What it has found
  // by itself since the clock jumped counts, too.
  async #lookAtPromises(): Promise<void> {
    await this.#service?.promises.runDueInTurn();
    const { counts, promises } = await lookAtPromises(this.#core, readRegister());
    const latest = new Map(promises.flatMap(({ evidence }) => evidence.map((each) => [each.probe, each])));
    for (const { probe, outcome, detail, at } of latest.values()) {
      this.#assert(outcome === "kept" && at >= this.#jumpedAt, `${probe} finds: ${detail}`);
    }
    this.#assert(latest.size === this.#service?.promises.names.length, "a probe of the service has not run");
    const isWhole = counts.broken === 0 && counts.stale === 0;
    this.#assert(isWhole, "the page shows a promise as broken or without proof");
  }

  async #lookAtEvents(): Promise<void> {
    const { database, clock } = this.#core;
    const oldest = clock.now();
    oldest.setUTCMonth(oldest.getUTCMonth() - parameters.eventMonths);
    for (const table of ["message", "event"]) {
      const row = await database.read({ role: "operator" }, (reader) =>
        reader.row<{ id: bigint | null }>(sql`select min(id) as id from ${sql.identifier(table)}`),
      );
      const isRight = row?.id == null || dateOf(row.id) >= oldest;
      this.#assert(isRight, `${table} has a row older than ${parameters.eventMonths} months`);
    }
  }

  async #lookAtFiles(): Promise<void> {
    const found = await searchFiles(this.#folder, [this.#word, ...this.#traces.destroyedSecrets()], {
      bytesMax: Number.POSITIVE_INFINITY,
    });
    this.#report.assertions += found.files - 1;
    this.#assert(found.hits.length === 0, `in clear: ${found.hits.join(", ")}`);
  }

  async #hasAgedPartitions(): Promise<boolean> {
    const { database, clock } = this.#core;
    const rows = await database.read({ role: "operator" }, (reader) =>
      reader.rows<{ day: string }>(sql`
        select right(c.relname, 8) as day from pg_class c
        where c.relispartition and c.relkind = 'r' and (c.relname like 'content\_2%' or c.relname like 'inbox\_2%')`),
    );
    const limit = clock.now().getTime() - (parameters.contentDays + 1) * dayMs;
    const startOf = (day: string) =>
      Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
    return rows.some(({ day }) => startOf(day) <= limit);
  }

  async #until(isSo: () => Promise<boolean>): Promise<void> {
    for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += 50) {
      if (await isSo()) return;
      await pause(50);
    }
    this.#assert(false, "the service did not follow in time");
  }

  #assert(isRight: boolean, violation: string): void {
    this.#report.assertions += 1;
    if (!isRight) this.#report.violations.push(`day ${this.#report.days}: ${violation}`);
  }

  #url(): string {
    return `http://127.0.0.1:${this.#service?.address?.port ?? 0}`;
  }
}

const options: ServiceOptions = {
  roles: new Set(["http", "worker", "retention"] as const),
  http: { host: "127.0.0.1", port: 0, tls: null, proxies: [] },
  submission: { host: "127.0.0.1", port: 0, implicitTls: null, certificate: null },
  inbound: { host: "127.0.0.1", port: 0 },
  publicUrl: "http://127.0.0.1:0",
  linksUrl: null,
  linkHosts: { certificates: null, https: null, http: null, challenges: null },
  trackingLimit: "identified",
  machineNetworks: [],
  countriesFile: null,
  dashboardFolder: "/nowhere",
  metricsToken: null,
  isDevelopment: true,
  delivery: { kind: "inbox" },
  fixedRoutes: [],
  resolver: { servers: ["127.0.0.1:9"], validating: false },
  heloName: "mail.facteur.example",
  sourceAddresses: [],
  warmUps: [],
  returnPathDomain: null,
  allowsPrivateWebhooks: false,
  ca: null,
  dayQuotaDefault: Number.POSITIVE_INFINITY,
  hasTlsInFront: false,
  operatorNames: {
    spfInclude: "mail.facteur.example",
    returnPathTarget: "mail.facteur.example",
    sourceAddresses: [],
  },
  controller: {
    name: "Simulated Association",
    address: "privacy@facteur.example",
    postal: "1 rue de la Poste, 75001 Paris",
    country: "FR",
    dataCountry: "FR",
    register: null,
    authority: null,
    declarations: null,
  },
  systemSender: { address: "postmaster@facteur.example", name: "Facteur" },
  systemAccountId: null,
  requestsPerSecond: null,
};
