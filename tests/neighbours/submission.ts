// Other people's programs hand in mail: `npm run neighbours`. It fetches packages, so it is no part of `npm test`.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { startExim } from "../support/exim.ts";
import { eventually } from "../support/neighbour.ts";
import { startPostfix } from "../support/postfix.ts";
import { Records } from "../support/records.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";
import { createAuthority } from "../support/tls.ts";

const run = promisify(execFile);
const many = 200;
let service: TestService;
let sink: SmtpServer;
let folder: string;
const arrived = new Map<string, Buffer[]>();

before(async () => {
  await install({ swaks: "swaks", postfix: "postfix" });
  folder = await mkdtemp(path.join(tmpdir(), "facteur-neighbours-"));
  sink = await startSmtpServer({
    keep: "messages",
    on: {
      message: ({ to, data }) => {
        for (const address of to)
          arrived.set(address, [...(arrived.get(address) ?? []), data ?? Buffer.alloc(0)]);
        return undefined;
      },
    },
  });
  service = await new TestService({
    env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}`, FACTEUR_SUBMISSION_TLS: "127.0.0.1:0" },
  }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
});
after(async () => {
  await service?.remove();
  await sink?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

async function install(programs: Record<string, string>): Promise<void> {
  const missing = Object.entries(programs).filter(([program]) =>
    ["/usr/bin", "/usr/sbin"].every((place) => !existsSync(path.join(place, program))),
  );
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  await run("apt-get", ["update"], { env });
  await run("apt-get", ["install", "-y", "--no-install-recommends", ...missing.map(([, name]) => name)], {
    env,
  });
}

/** Each has arrived once and is known to have. */
async function assertArrived(addresses: string[]): Promise<void> {
  await eventually(
    async () => addresses.every((address) => arrived.has(address)),
    () =>
      `Only ${addresses.filter((address) => arrived.has(address)).length} of ${addresses.length} arrived.`,
  );
  const records = await Records.open(service);
  try {
    await records.emptied();
  } finally {
    await records.close();
  }
  for (const address of addresses) assert.equal(arrived.get(address)?.length, 1, address);
}

const bodyOf = (address: string) =>
  arrived.get(address)?.[0]?.toString("latin1").split("\r\n\r\n").slice(1).join("\r\n\r\n");

for (const [way, options] of [
  ["STARTTLS and AUTH PLAIN", ["--tls", "--auth", "PLAIN"]],
  ["STARTTLS and AUTH LOGIN", ["--tls", "--auth", "LOGIN"]],
  ["TLS from the first octet", ["--tls-on-connect", "--auth", "PLAIN"]],
  ["PIPELINING", ["--tls", "--auth", "PLAIN", "--pipeline"]],
] as const)
  test(`swaks hands in over ${way}`, async () => {
    const to = `swaks-${way.replace(/\W+/g, "-").toLowerCase()}@example.org`;
    const isImplicit = options.includes("--tls-on-connect" as never);
    const port = isImplicit ? service.submissionTlsPort : service.submissionPort;
    const { apiKey, secretKey } = service.first;
    const { stdout } = await run("swaks", [
      ...["--server", "127.0.0.1", "--port", String(port), ...options],
      ...["--auth-user", apiKey, "--auth-password", secretKey, "--from", "news@shop.example", "--to", to],
      ...["--header", "Subject: from swaks", "--body", "Hello\n.\n..dots\n"],
    ]);
    assert.match(stdout, /^<~\s+250 /m);
    await assertArrived([to]);
    assert.match(bodyOf(to) ?? "", /^Hello\r\n\.\r\n\.\.dots\r\n/);
  });

test("swaks is told why, with a code for its kind, when the password is wrong or the sender is not ours", async () => {
  const { apiKey, secretKey } = service.first;
  const ask = (password: string, from: string) =>
    run("swaks", [
      ...["--server", "127.0.0.1", "--port", String(service.submissionPort), "--tls", "--auth", "PLAIN"],
      ...["--auth-user", apiKey, "--auth-password", password, "--from", from, "--to", "ada@example.org"],
    ]).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  assert.match(await ask("wrong", "news@shop.example"), /^<~\*\s*535 5\.7\.8 /m);
  assert.match(await ask(secretKey, "news@stranger.example"), /^<~\*\s*55\d 5\.7\.\d+ /m);
});

test("smtp-source, which cannot log in, is refused on each of many connections, and others are served meanwhile", async () => {
  const child = spawn(
    "smtp-source",
    [
      ...["-s", "20", "-m", "500", "-c", "-f", "news@shop.example", "-t", "ada@example.org"],
      `inet:127.0.0.1:${service.submissionPort}`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const { apiKey, secretKey } = service.first;
  await run("swaks", [
    ...["--server", "127.0.0.1", "--port", String(service.submissionPort), "--tls", "--auth", "PLAIN"],
    ...["--auth-user", apiKey, "--auth-password", secretKey],
    ...["--from", "news@shop.example", "--to", "beside-smtp-source@example.org"],
  ]);
  await ended;
  assert.match(said, /530 5\.7\.0/);
  await assertArrived(["beside-smtp-source@example.org"]);
});

test(`Postfix relays ${many} messages, which arrive once, as they were`, async () => {
  const { apiKey, secretKey } = service.first;
  await install({ "../share/doc/libsasl2-modules": "libsasl2-modules" });
  const passwords = path.join(folder, "sasl");
  await writeFile(passwords, `[127.0.0.1]:${service.submissionPort} ${apiKey}:${secretKey}\n`, {
    mode: 0o644,
  });
  await run("postmap", [`texthash:${passwords}`]).catch(() => undefined);
  await using postfix = await startPostfix({
    tls: createAuthority().issue(["mx.example.net"]),
    settings: {
      mynetworks: "127.0.0.0/8",
      smtpd_relay_restrictions: "permit_mynetworks, reject_unauth_destination",
      relayhost: `[127.0.0.1]:${service.submissionPort}`,
      smtp_sasl_auth_enable: "yes",
      smtp_sasl_password_maps: `texthash:${passwords}`,
      smtp_sasl_security_options: "noanonymous",
      smtp_tls_security_level: "encrypt",
      smtp_destination_concurrency_limit: "20",
    },
  });
  // Postfix's own source: one recipient a message, numbered.
  await run("smtp-source", [
    ...[
      "-s",
      "10",
      "-m",
      String(many),
      "-N",
      "-l",
      "3000",
      "-f",
      "news@shop.example",
      "-t",
      "relayed@example.org",
    ],
    `inet:127.0.0.1:${postfix.port}`,
  ]);
  const addresses = Array.from({ length: many }, (_, index) => `${index + 1}relayed@example.org`);
  await assertArrived(addresses);
  assert.doesNotMatch(postfix.log(), /status=(deferred|bounced)|fatal|panic|protocol error/);
});

test("Exim relays, logging in its own way, and each message arrives once", async () => {
  const { apiKey, secretKey } = service.first;
  await using exim = await startExim({ port: service.submissionPort, user: apiKey, password: secretKey });
  const to = Array.from({ length: 20 }, (_, index) => `exim-${index}@example.org`);
  for (const address of to)
    await run("swaks", [
      ...[
        "--server",
        "127.0.0.1",
        "--port",
        String(exim.port),
        "--from",
        "news@shop.example",
        "--to",
        address,
      ],
      ...["--body", "Grüße\n"],
    ]);
  await assertArrived(to).catch((error: unknown) => {
    throw new Error(`${(error as Error).message} Exim logged:\n${exim.log()}`);
  });
  assert.match(bodyOf(to[0] ?? "") ?? "", /Gr/);
});
