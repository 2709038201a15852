import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { RawClient } from "../../../../tests/support/raw-client.ts";
import { decodeFrame, identityOf } from "../../../../tests/support/stored.ts";
import { openWorld } from "../../../../tests/support/world.ts";
import { type Query, sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import {
  type ApiKeyScope,
  Authenticator,
  type CreatedKey,
  createApiKey,
} from "../../../core/accounts/index.ts";
import { createSubmission, type SubmissionOptions } from "./server.ts";

const world = await openWorld({ after });
const { accountId, ...firstKey } = await world.account();
await world.approve(accountId, "example.org");
const log: { event: string; fields: object }[] = [];
const note = (event: string, fields: object = {}) => log.push({ event, fields });

interface Running extends AsyncDisposable {
  port: number;
  tlsPort: number;
}

async function start(change: Partial<SubmissionOptions> = {}): Promise<Running> {
  const server = createSubmission({
    name: "mail.example.org",
    clock: world.clock,
    log: { error: note, warn: note, info: note, debug: note },
    acceptance: world.acceptance,
    authenticator: new Authenticator(world.database, world.keyring, world.clock),
    waitOf: () => 0,
    refusals: { note: () => {} },
    certificate: { kind: "self_made", names: ["localhost"] },
    ...change,
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0, isImplicitTls: false });
  const { port: tlsPort } = await server.listen({ host: "127.0.0.1", port: 0, isImplicitTls: true });
  return { port, tlsPort, [Symbol.asyncDispose]: () => server.close() };
}

type KeyPair = Pick<CreatedKey, "publicKey" | "secretKey">;

const loginOf = ({ publicKey, secretKey }: KeyPair) =>
  `AUTH PLAIN ${Buffer.from(`\0${publicKey}\0${secretKey}`).toString("base64")}\r\n`;

async function greeted(port: number): Promise<RawClient> {
  const client = await RawClient.open(port);
  await client.reply();
  await client.ask("EHLO client.example\r\n");
  return client;
}

async function loggedIn({ port }: Running, key: KeyPair = firstKey): Promise<RawClient> {
  const client = await greeted(port);
  assert.match(await client.ask(loginOf(key)), /^235 /);
  return client;
}

const message = (...lines: string[]) =>
  ["From: Shop <shop@example.org>", ...lines, "", "Hello", "."].map((line) => `${line}\r\n`).join("");

/** Hands in a message and answers the reply to it. */
async function give(
  client: RawClient,
  text: string,
  { from = "MAIL FROM:<shop@example.org>", to = ["RCPT TO:<ada@example.com>"] } = {},
): Promise<string> {
  client.send([from, ...to, "DATA"].map((line) => `${line}\r\n`).join(""));
  for (let count = 0; count < to.length + 2; count++) {
    const answer = await client.reply();
    if (!/^[23]/.test(answer)) return answer;
  }
  return client.ask(text);
}

function rows<Row>(query: Query): Promise<Row[]> {
  return world.database.read({ role: "operator" }, (reader) =>
    reader.rows<Row & Record<string, unknown>>(query),
  );
}

const idOf = (answer: string) => BigInt(/Queued as (\d+)/.exec(answer)?.[1] ?? "0");

async function makeKey(scopes: ApiKeyScope[]): Promise<CreatedKey> {
  const context = { keyring: world.keyring, ids: world.ids, now: world.clock.now() };
  return world.database.write({ role: "operator" }, (tx) =>
    createApiKey(tx, context, { accountId, name: "test", scopes, isPrimary: false }),
  );
}

test("a message that is taken is on disk: one row a recipient, one content, in the queue", async () => {
  await using running = await start();
  using client = await loggedIn(running);
  const to = ["ada@example.com", "bob@example.com", "hidden@example.com", "ADA@example.com"];
  const answer = await give(
    client,
    message("To: Ada <ada@example.com>", "Cc: bob@example.com", "X-MJ-CustomID: 7"),
    {
      to: to.map((address) => `RCPT TO:<${address}>`),
    },
  );
  assert.match(answer, /^250 2\.0\.0 Queued as \d+, \d+, \d+\r\n$/);
  const found = await rows<{ id: bigint; contentId: bigint }>(sql`
    select m.id, m.content_id as "contentId" from message m join delivery d on d.id = m.id
    where m.id >= ${idOf(answer)} order by m.id`);
  assert.equal(found.length, 3);
  assert.equal(new Set(found.map(({ contentId }) => contentId)).size, 1);
  const identities = await Promise.all(found.map(({ id }) => identityOf(world, accountId, id)));
  assert.deepEqual(
    identities.map(({ address, name, role, customId }) => [address, name, role, customId]),
    [
      ["ada@example.com", "Ada", "to", "7"],
      ["bob@example.com", "", "cc", "7"],
      ["hidden@example.com", "", "bcc", "7"],
    ],
  );
});

test("what is asked of delivery reports, and a null path, is kept for each recipient", async () => {
  await using running = await start();
  using client = await loggedIn(running);
  const answer = await give(client, message(), {
    from: "MAIL FROM:<> RET=HDRS ENVID=a+20b",
    to: [
      "RCPT TO:<ada@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;ada+2Bx@old.example",
      "RCPT TO:<bob@example.com>",
    ],
  });
  const id = idOf(answer);
  const [ada, bob] = await Promise.all([
    identityOf(world, accountId, id),
    identityOf(world, accountId, id + 1n),
  ]);
  const report = { ret: "headers", envelopeId: "a b" };
  const originalRecipient = { type: "rfc822", address: "ada+x@old.example" };
  assert.deepEqual(
    [ada.isFromNobody, ada.dsn],
    [true, { ...report, notify: ["success", "delay"], originalRecipient }],
  );
  assert.deepEqual([bob.isFromNobody, bob.dsn], [true, report]);
});

test("nothing can be handed in before a login, and no password be said without TLS unless it stays on this machine", async () => {
  await using running = await start({ isLocal: () => false });
  using client = await greeted(running.port);
  assert.match(await client.ask("MAIL FROM:<shop@example.org>\r\n"), /^530 5\.7\.0 Send STARTTLS/);
  assert.match(await client.ask(loginOf(firstKey)), /^538 5\.7\.11 /);
  await client.ask("STARTTLS\r\n");
  await client.startTls();
  await client.ask("EHLO client.example\r\n");
  assert.match(await client.ask(loginOf(firstKey)), /^235 /);
  const answer = await give(client, message());
  assert.match(answer, /^250 /);
  const { content } = await decodeFrame(world, accountId, idOf(answer));
  assert.deepEqual("received" in content && content.received, {
    by: "mail.example.org",
    protocol: "ESMTPSA",
  });
});

test("wrong, suspended and powerless keys are told apart, and failures wait for their answer", async () => {
  await using running = await start();
  const readOnly = await makeKey(["read"]);
  const suspended = await makeKey(["send"]);
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update api_key set is_active = false where id = ${suspended.id}`),
  );
  using client = await greeted(running.port);
  const startedAt = performance.now();
  assert.match(await client.ask(loginOf({ ...firstKey, secretKey: "0".repeat(32) })), /^535 5\.7\.8 /);
  assert.ok(performance.now() - startedAt >= 990, "A failure is answered after a second.");
  assert.match(await client.ask(loginOf(readOnly)), /^535 5\.7\.8 .*no permission/);
  using other = await greeted(running.port);
  assert.match(await other.ask(loginOf(suspended)), /^525 5\.7\.13 /);
  assert.match(await other.ask(loginOf({ publicKey: "a\u0000'; drop table", secretKey: "x" })), /^501 /);
  assert.match(await other.ask(loginOf({ publicKey: "é".repeat(90), secretKey: "x" })), /^535 /);
});

test("a key that is taken back works no more on connections that are open", async () => {
  await using running = await start();
  const key = await makeKey(["send"]);
  using client = await loggedIn(running, key);
  assert.match(await give(client, message()), /^250 /);
  const revokedAt = world.clock.now();
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update api_key set revoked_at = ${revokedAt} where id = ${key.id}`),
  );
  world.clock.advance(3_000);
  assert.match(await give(client, message()), /^550 5\.7\.8 /);
  await client.closed();
});

test("a sender that may not be used is refused in Mailjet's words, and the connection stays", async () => {
  await using running = await start();
  using client = await loggedIn(running);
  const foreign = message().replace("shop@example.org", "shop@elsewhere.example");
  assert.match(
    await give(client, foreign),
    /^550 5\.7\.1 From: "shop@elsewhere\.example" is not an authorized sender email address for your account\. \(send-0008\)/,
  );
  assert.match(
    await give(client, message("Sender: x@elsewhere.example")),
    /^550 5\.7\.1 Sender: .*\(send-0007\)/,
  );
  assert.match(
    await give(client, message().replace(/^From.*\r\n/, "X: y\r\n")),
    /^554 5\.6\.0 From: .*\(mj-0003\)/,
  );
  assert.match(await give(client, message("X-MJ-MonitoringCategory: x")), /\(send-0013\)/);
  assert.match(
    await give(client, message("X-MJ-TemplateID: 77")),
    /Template ID "77" doesn't exist.*\(send-0010\)/,
  );
  assert.match(await give(client, message("Subject: a", "Subject: b")), /^554 5\.6\.0 Subject: /);
  await client.ask("MAIL FROM:<shop@example.org>\r\n");
  assert.match(await client.ask("RCPT TO:<postmaster>\r\n"), /^550 5\.1\.3 /);
  await client.ask("RSET\r\n");
  assert.match(await give(client, message()), /^250 /);
});

test("what passes with time is 4yz, and nothing is stored", async () => {
  const refusing = (code: string) => ({
    accept: () => Promise.reject(new Refusal(code, "Not now.", { retryAfterSeconds: 5 })),
  });
  for (const [code, expected] of [
    ["busy", /^451 4\.3\.2 /],
    ["quota_exceeded", /^452 4\.7\.1 /],
  ] as const) {
    await using running = await start({ acceptance: refusing(code) });
    using client = await loggedIn(running);
    assert.match(await give(client, message()), expected);
  }
  await using suspended = await start({ acceptance: refusing("account_suspended") });
  using client = await loggedIn(suspended);
  assert.match(await give(client, message()), /^550 5\.7\.13 /);
});

test("the day's number of an account is counted by SMTP, too", async () => {
  const other = await world.account("Small");
  await world.approve(other.accountId, "example.org");
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update account set day_quota = 2 where id = ${other.accountId}`),
  );
  await using running = await start();
  using client = await loggedIn(running, other);
  const to = ["RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>"];
  assert.match(await give(client, message(), { to: [...to, "RCPT TO:<c@example.com>"] }), /^452 4\.7\.1 /);
  assert.match(await give(client, message(), { to }), /^250 /);
  assert.match(await give(client, message()), /^452 4\.7\.1 .*midnight UTC/);
});

test("who sends faster than it may waits its turn, and is told to come back when that takes too long", async () => {
  const waits = [0.05, 0.05, 0, 600];
  await using running = await start({ waitOf: () => waits.shift() ?? 0 });
  using client = await loggedIn(running);
  assert.match(await give(client, message()), /^250 /);
  assert.match(await client.ask("MAIL FROM:<>\r\n"), /^450 4\.7\.1 .*600 seconds/);
  assert.match(await give(client, message()), /^250 /);
});

test("a message with an idempotency key is taken once, however its library has written it the second time", async () => {
  await using running = await start();
  using client = await loggedIn(running);
  const first = await give(
    client,
    message("Idempotency-Key: order-7", "Subject: a", "Message-ID: <1@example.org>"),
  );
  const again = await give(
    client,
    message("Idempotency-Key: order-7", "Subject: a", "Message-ID: <2@example.org>"),
  );
  assert.match(first, /^250 /);
  assert.equal(again, first);
  assert.match(
    await give(client, message("Idempotency-Key: order-7", "Subject: other")),
    /^554 5\.6\.0 .*Idempotency-Key/,
  );
  const { content } = await decodeFrame(world, accountId, idOf(first));
  assert.doesNotMatch("octets" in content ? content.octets.toString() : "", /idempotency/i);
});

test("a template by SMTP is filled in for each recipient", async () => {
  await using running = await start();
  using client = await loggedIn(running);
  const answer = await give(
    client,
    message(
      "Subject: Hello {{var:name}}",
      "To: a@example.com, list@example.org",
      'X-MJ-Vars: {"name":"Ada"}',
      "X-MJ-TemplateLanguage: 1",
    ),
  );
  const { content, part } = await decodeFrame(world, accountId, idOf(answer));
  assert.ok("html" in content);
  assert.deepEqual(
    [content.subject, content.text?.trim(), content.usesTemplateLanguage],
    ["Hello {{var:name}}", "Hello", true],
  );
  assert.deepEqual(part?.variables, { name: "Ada" });
  assert.deepEqual(
    part?.to.map(({ address }) => address),
    ["a@example.com", "list@example.org"],
  );
});

test("one key has its share of connections", async () => {
  const key = await makeKey(["send"]);
  await using running = await start({ connectionsPerKeyMax: 2 });
  using first = await loggedIn(running, key);
  using second = await loggedIn(running, key);
  using third = await greeted(running.port);
  assert.match(await third.ask(loginOf(key)), /^421 4\.7\.0 /);
  await first.ask("QUIT\r\n");
  await first.closed();
  using fourth = await loggedIn(running, key);
  for (const client of [second, fourth]) assert.match(await client.ask("NOOP\r\n"), /^250 /);
});

// By then the server has seen that a client has gone. Where it has not, the tests see nothing, and do not fail.
const noticedMs = 200;

test("who leaves while its key is looked up takes no connection of the key with it", async () => {
  const known = new Authenticator(world.database, world.keyring, world.clock);
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  let isFirst = true;
  const authenticate: Authenticator["authenticate"] = async (user, secret) => {
    const result = await known.authenticate(user, secret);
    if (!isFirst) return result;
    isFirst = false;
    asked.resolve();
    await go.promise;
    return result;
  };
  const key = await makeKey(["send"]);
  await using running = await start({
    connectionsPerKeyMax: 1,
    authenticator: { authenticate, ownerOf: async () => null },
  });
  const leaving = await greeted(running.port);
  leaving.send(loginOf(key));
  await asked.promise;
  leaving.socket.resetAndDestroy();
  await pause(noticedMs);
  go.resolve();
  using client = await loggedIn(running, key);
  assert.match(await client.ask("NOOP\r\n"), /^250 /);
});

test("who leaves while its message is taken leaves no defect behind", async () => {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const accept: SubmissionOptions["acceptance"]["accept"] = async (request) => {
    asked.resolve();
    await go.promise;
    return world.acceptance.accept(request);
  };
  await using running = await start({ acceptance: { accept } });
  const client = await loggedIn(running);
  const before = log.length;
  client.send("MAIL FROM:<shop@example.org>\r\nRCPT TO:<ada@example.com>\r\nDATA\r\n");
  for (let count = 0; count < 3; count++) await client.reply();
  client.send(message("To: ada@example.com"));
  await asked.promise;
  client.socket.resetAndDestroy();
  await pause(noticedMs);
  go.resolve();
  for (let waited = 0; waited < 500 && log.length === before; waited++) await pause(10);
  assert.deepEqual(
    log.slice(before).map(({ event }) => event),
    ["smtp.message"],
  );
});

test("the log tells of a message by ids and counts only", () => {
  const lines = log.filter(({ event }) => event === "smtp.message");
  assert.ok(lines.length > 0);
  for (const { fields } of lines) {
    assert.deepEqual(Object.keys(fields).sort(), ["accountId", "code", "keyId", "ms", "recipients"]);
  }
  assert.deepEqual(
    log.filter(({ event }) => event === "smtp.defect"),
    [],
  );
});
