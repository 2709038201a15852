import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Records } from "../support/records.ts";
import { type Accepted, acceptedIn, type Message, send } from "../support/sending.ts";
import { type ServiceOptions, type TestService, testService } from "../support/service.ts";
import { fillDisk, smallDisk } from "../support/small-disk.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

// For what takes seconds. A wait without an end would be shot from outside, and nobody would know for what it waited.
const patienceMs = 100_000;

interface Scene {
  service: TestService;
  received: Map<string, number>;
}

const messages = (name: string, count: number): Message[] =>
  Array.from({ length: count }, (_, index) => ({
    From: { Email: "news@shop.example" },
    To: [{ Email: `${name}-${index}@d${index % 5}.example` }],
    TextPart: "Hello",
  }));

async function begin(t: TestContext, options: ServiceOptions = {}): Promise<Scene> {
  const received = new Map<string, number>();
  const sink = await startSmtpServer({
    keep: "counts",
    on: {
      message: ({ to: [address = ""] }) => {
        received.set(address, (received.get(address) ?? 0) + 1);
        return { delayMs: 15 };
      },
    },
  });
  t.after(() => sink.close());
  const env = { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` };
  const service = await testService(t, { ...options, env });
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  return { service, received };
}

async function sendMany({ service }: Scene, calls: number): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  for (let call = 0; call < calls; call++)
    accepted.push(...(await send(service, service.first, ...messages(`call${call}`, 50))));
  return accepted;
}

/** Waits for something within a time that no machine needs. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > end) assert.fail(`${what}: not after ${patienceMs / 1000} s`);
    await pause(5);
  }
}

/** Each message has arrived once and is known to have. */
async function assertExactlyOnce({ service, received }: Scene, accepted: Accepted[]): Promise<void> {
  // Its PostgreSQL may have been killed a moment ago.
  await until("the service is ready again", async () => {
    const signal = AbortSignal.timeout(5000);
    return await fetch(`${service.url}/ready`, { signal }).then(
      ({ status }) => status === 200,
      () => false,
    );
  });
  const records = await Records.open(service);
  try {
    await records.emptied();
    assert.deepEqual(
      accepted.filter(({ address }) => received.get(address) !== 1),
      [],
      "each arrived once",
    );
    const rows = await records.messages();
    assert.equal(rows.length, accepted.length);
    assert.deepEqual(
      rows.filter(({ state, wasUnknown }) => state !== "sent" || wasUnknown),
      [],
    );
  } finally {
    await records.close();
  }
}

test("while PostgreSQL hangs delivery waits for it, and nothing is lost or sent twice", async (t) => {
  const scene = await begin(t);
  const accepted = await sendMany(scene, 8);
  await until("100 messages have arrived", () => scene.received.size >= 100);
  const processes = processTree(scene.service.postgresPid());
  signal(processes, "SIGSTOP");
  try {
    await pause(4000);
  } finally {
    signal(processes, "SIGCONT");
  }
  await assertExactlyOnce(scene, accepted);
});

test("while PostgreSQL is killed three times in the middle, nothing is lost, in doubt or given up", async (t) => {
  const scene = await begin(t);
  const accepted = await sendMany(scene, 12);
  let killed = 0;
  for (let kill = 1; kill <= 3; kill++) {
    await until(`${kill * 120} messages have arrived`, () => scene.received.size >= kill * 120);
    // While a server starts there may be no pid, or that of the one before. Pid 0 would be this test itself.
    let running = 0;
    await until("another server runs", () => {
      running = scene.service.postgresPid();
      return running !== 0 && running !== killed;
    });
    killed = running;
    process.kill(killed, "SIGKILL");
  }
  await assertExactlyOnce(scene, accepted);
});

test("a full disk stops acceptance and delivery, and both go on when there is room again", async (t) => {
  const smallOne = smallDisk(160);
  if (smallOne === null) return t.skip("mounting a small disk needs root");
  const disk = smallOne.folder;
  let scene: Scene | null = null;
  t.after(async () => {
    await scene?.service.remove();
    smallOne.remove();
  });
  scene = await begin(t, { dataFolder: path.join(disk, "data") });
  const { service, received } = scene;
  const accepted = await sendMany(scene, 6);
  await until("50 messages have arrived", () => received.size >= 50);
  const filler = path.join(disk, "filler");
  fillDisk(disk, filler);
  // Until a call is refused: what fits into the last free pages is accepted, and must arrive.
  let refused = 0;
  for (let call = 0; call < 40 && refused === 0; call++) {
    const answer = await service.request(service.first, "POST", "/v3.1/send", {
      body: { Messages: messages(`full${call}`, 50) },
    });
    if (answer.status === 200) accepted.push(...acceptedIn(answer.text));
    else {
      assert.equal(answer.status, 503, answer.text);
      refused++;
    }
    fillDisk(disk, `${filler}-${call}`);
  }
  assert.equal(refused, 1, "a full disk refuses");
  await pause(2000);
  execFileSync("find", [disk, "-maxdepth", "1", "-name", "filler*", "-delete"]);
  const last = await insist(service, messages("last", 2));
  await assertExactlyOnce(scene, [...accepted, ...last]);
});

async function insist(service: TestService, Messages: Message[]): Promise<Accepted[]> {
  for (let tries = 0; tries < 120; tries++) {
    const headers = { "idempotency-key": "last" };
    const answer = await service.request(service.first, "POST", "/v3.1/send", {
      body: { Messages },
      headers,
    });
    if (answer.status === 200) return acceptedIn(answer.text);
    await pause(500);
  }
  return assert.fail("The service does not come back.");
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      // A process of PostgreSQL that has ended since it was counted.
      assert.equal((error as NodeJS.ErrnoException).code, "ESRCH");
    }
  }
}

/** A process and all below it. */
function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
  return [pid, ...children.flatMap(processTree)];
}
