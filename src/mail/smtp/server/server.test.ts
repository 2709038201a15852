import assert from "node:assert/strict";
import { test } from "node:test";
import { createSecureContext } from "node:tls";

import { RawClient } from "../../../../tests/support/raw-client.ts";
import { createAuthority } from "../../../../tests/support/tls.ts";
import { SystemClock } from "../../../base/clock.ts";
import { networkOf, widerNetworkOf } from "../../../base/ip.ts";
import { SmtpServer, type SmtpServerOptions } from "./server.ts";
import { OpenDialogue } from "./testing/dialogue.ts";

const hello = "EHLO client.example\r\n";
const envelope = "MAIL FROM:<ada@example.org>\r\nRCPT TO:<bob@example.net>\r\n";
const certificate = createSecureContext(createAuthority().issue(["mail.example.org"]));
const login = `AUTH PLAIN ${Buffer.from("\0ada\0secret").toString("base64")}\r\n`;

interface Running extends AsyncDisposable {
  server: SmtpServer;
  dialogue: OpenDialogue;
  port: number;
  tlsPort: number;
}

async function start(change: Partial<SmtpServerOptions> = {}): Promise<Running> {
  const dialogue = new OpenDialogue();
  const server = new SmtpServer({
    name: "mail.example.org",
    clock: new SystemClock(),
    secureContext: () => certificate,
    requiresAuth: false,
    converse: () => dialogue,
    onDefect: (error) => assert.fail(String(error)),
    ...change,
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0, isImplicitTls: false });
  const { port: tlsPort } = await server.listen({ host: "127.0.0.1", port: 0, isImplicitTls: true });
  return { server, dialogue, port, tlsPort, [Symbol.asyncDispose]: () => server.close() };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 10) {
    assert.ok(waitedMs < 20_000, "It did not come to be so within 20 seconds.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("a message is taken in plain text, after STARTTLS and over implicit TLS", async () => {
  await using running = await start();
  using plain = await RawClient.open(running.port);
  assert.match(await plain.reply(), /^220 mail\.example\.org ESMTP\r\n$/);
  assert.match(await plain.ask(hello), /250-STARTTLS\r\n/);
  assert.match(await plain.ask("STARTTLS\r\n"), /^220 /);
  const secured = await plain.startTls();
  assert.equal(secured.getProtocol(), "TLSv1.3");
  assert.match(await plain.ask("MAIL FROM:<>\r\n"), /^503 /);
  assert.doesNotMatch(await plain.ask(hello), /STARTTLS/);
  using implicit = await RawClient.openTls(running.tlsPort);
  assert.match(await implicit.reply(), /^220 /);
  await implicit.ask(hello);
  for (const client of [plain, implicit]) {
    client.send(`${envelope}DATA\r\n`);
    for (const code of ["250", "250", "354"]) assert.equal((await client.reply()).slice(0, 3), code);
    assert.match(await client.ask("Subject: a\r\n\r\na\r\n.\r\n"), /^250 2\.0\.0 Taken/);
    assert.match(await client.ask("QUIT\r\n"), /^221 /);
    await client.closed();
  }
  assert.deepEqual(
    running.dialogue.taken.map(({ protocol }) => protocol),
    ["ESMTPS", "ESMTPS"],
  );
  await until(() => running.server.counts.connections === 0);
});

test("commands slipped in behind STARTTLS are not obeyed after the handshake", async () => {
  await using running = await start();
  using client = await RawClient.open(running.port);
  await client.reply();
  await client.ask(hello);
  assert.match(await client.ask(`STARTTLS\r\n${hello}${envelope}`), /^220 /);
  await client.startTls();
  assert.equal(client.unread, "");
  assert.match(await client.ask("NOOP\r\n"), /^250 2\.0\.0 Ok\r\n$/);
  assert.match(await client.ask("RCPT TO:<bob@example.net>\r\n"), /^503 /);
});

test("a handshake that is none ends that connection and leaves the others alone", async () => {
  await using running = await start();
  using witness = await RawClient.open(running.port);
  await witness.reply();
  for (const port of [running.tlsPort, running.port]) {
    using client = await RawClient.open(port);
    if (port === running.port) {
      await client.reply();
      await client.ask(hello);
      await client.ask("STARTTLS\r\n");
    }
    client.send("GET / HTTP/1.1\r\n\r\n");
    await client.closed();
  }
  assert.match(await witness.ask("NOOP\r\n"), /^250 /);
  await until(() => running.server.counts.connections === 1);
});

test("a client that is silent, or drips octets, is sent away when its time is over", async () => {
  await using running = await start({
    timeouts: { commandMs: 400, dataBlockMs: 400, tlsMs: 400, messageMs: 1_500 },
  });
  using silent = await RawClient.open(running.port);
  using dripping = await RawClient.open(running.port);
  using stalled = await RawClient.open(running.port);
  using slow = await RawClient.open(running.port);
  using handshake = await RawClient.open(running.tlsPort);
  const drips = setInterval(() => {
    dripping.send("N");
    slow.send("x");
  }, 100);
  try {
    for (const client of [stalled, slow]) {
      client.send(`${hello}${envelope}DATA\r\n`);
      for (let replies = 0; replies < 5; replies++) await client.reply();
      client.send("Subject: half");
    }
    for (const client of [silent, dripping]) await client.reply();
    for (const client of [silent, dripping, stalled, slow])
      assert.match(await client.reply(), /^421 4\.4\.2 /);
    await handshake.closed();
    assert.deepEqual(running.dialogue.taken, []);
    assert.equal(running.server.counts.heldBytes, 0);
  } finally {
    clearInterval(drips);
  }
});

test("thousands who do nothing make room for who comes next, and never for who has logged in", async () => {
  await using running = await start({ requiresAuth: true, limits: { strangersMax: 50, connectionsMax: 60 } });
  using known = await RawClient.open(running.port);
  await known.reply();
  await known.ask(hello);
  assert.match(await known.ask(login), /^235 /);
  const idle: RawClient[] = [];
  try {
    for (let count = 0; count < 2_000; count++) {
      const client = await RawClient.open(running.port);
      await client.reply();
      idle.push(client);
    }
    assert.ok(running.server.counts.strangers <= 50);
    await until(() => running.server.counts.connections <= 60);
    assert.match(await idle[0]!.reply(), /^421 4\.3\.2 /);
    using late = await RawClient.open(running.port);
    await late.reply();
    await late.ask(hello);
    assert.match(await late.ask(login), /^235 /);
    assert.match(await known.ask("NOOP\r\n"), /^250 /);
  } finally {
    for (const client of idle) client.destroy();
  }
});

test("one address has its share of connections, and this machine has no limit of its own", async () => {
  await using running = await start({ isLocal: () => false, limits: { connectionsPerAddressMax: 2 } });
  using first = await RawClient.open(running.port);
  using second = await RawClient.open(running.port);
  for (const client of [first, second]) assert.match(await client.reply(), /^220 /);
  using third = await RawClient.open(running.port);
  assert.match(await third.reply(), /^421 4\.7\.0 /);
  await third.closed();
  first.destroy();
  await until(() => running.server.counts.connections === 1);
  using fourth = await RawClient.open(running.port);
  assert.match(await fourth.reply(), /^220 /);
});

test("the addresses of one network have their share together, and none gets more than is left for all", async () => {
  await using running = await start({
    isLocal: () => false,
    limits: { connectionsPerNetworkMax: 4, connectionsMax: 6 },
  });
  const open = async (from: string) => {
    const client = await RawClient.open(running.port, "127.0.0.1", from);
    return { client, greeting: await client.reply() };
  };
  using clients = new DisposableStack();
  const greetings: string[] = [];
  for (const from of ["127.1.1.1", "127.1.1.2", "127.1.1.3", "127.1.1.4", "127.2.2.1", "127.2.2.2"]) {
    const { client, greeting } = await open(from);
    clients.use(client);
    greetings.push(greeting.slice(0, 9));
  }
  // The fourth of the first network would take more than half; the second of the other one as well, since one is left.
  assert.deepEqual(greetings, ["220 mail.", "220 mail.", "220 mail.", "421 4.7.0", "220 mail.", "220 mail."]);
  const { client, greeting } = await open("127.3.3.1");
  clients.use(client);
  assert.match(greeting, /^220 /);
});

test("who connects anew all the time is sent away, and nobody else is", async () => {
  await using running = await start({ isLocal: () => false, limits: { connectionsPerMinuteMax: 5 } });
  const greetingOf = async (from: string) => {
    using client = await RawClient.open(running.port, "127.0.0.1", from);
    return await client.reply();
  };
  for (let count = 0; count < 5; count++) assert.match(await greetingOf("127.1.1.1"), /^220 /);
  assert.match(await greetingOf("127.1.1.1"), /^421 4\.7\.0 Too many connections in a minute/);
  assert.match(await greetingOf("127.1.1.2"), /^220 /);
});

test("a network whose addresses connect anew in turns is sent away, and no other is", async () => {
  const limits = { connectionsPerMinuteMax: 2, networkConnectionsPerMinuteMax: 5 };
  await using running = await start({ isLocal: () => false, limits });
  const greetingOf = async (from: string) => {
    using client = await RawClient.open(running.port, "127.0.0.1", from);
    return await client.reply();
  };
  for (const host of [1, 1, 2, 2, 3]) assert.match(await greetingOf(`127.1.1.${host}`), /^220 /);
  assert.match(await greetingOf("127.1.1.4"), /^421 4\.7\.0 Too many connections in a minute/);
  assert.match(await greetingOf("127.2.2.1"), /^220 /);
});

test("a message for which there is no room is refused before it is sent", async () => {
  await using running = await start({ limits: { heldBytesMax: 100_000 } });
  using client = await RawClient.open(running.port);
  await client.reply();
  await client.ask(hello);
  assert.match(await client.ask("MAIL FROM:<ada@example.org> SIZE=200000\r\n"), /^452 4\.3\.1 /);
  assert.match(await client.ask("MAIL FROM:<ada@example.org> SIZE=2000\r\n"), /^250 /);
});

test("a client that never reads is not written to without end", async () => {
  await using running = await start({
    timeouts: { commandMs: 1_000 },
    limits: { unreadBytesMax: 20_000, commandsPerMessageMax: 10_000_000, strangerCommandsMax: 10_000_000 },
  });
  using client = await RawClient.open(running.port);
  await client.reply();
  client.socket.pause();
  const commands = Buffer.from("NOOP\r\n".repeat(10_000));
  for (let count = 0; count < 500 && !client.socket.writableNeedDrain; count++) client.send(commands);
  assert.ok(client.socket.writableNeedDrain || client.socket.writableLength > 0);
  using other = await RawClient.open(running.port);
  await other.reply();
  assert.match(await other.ask("NOOP\r\n"), /^250 /);
  client.destroy();
  await until(() => running.server.counts.connections === 1);
});

test("a client that closes its side still gets the answers it has asked for", async () => {
  await using running = await start();
  using client = await RawClient.open(running.port);
  client.socket.end(`${hello}${envelope}DATA\r\na\r\n.\r\n`);
  const replies: string[] = [];
  while (!client.isClosed || client.unread !== "") replies.push(await client.reply());
  assert.match(replies.join(""), /^354 [^\n]*\n250 2\.0\.0 Taken 1\r\n/m);
});

test("a stop says so to who waits, and finishes what is under way", async () => {
  const { server, port, dialogue } = await start();
  using idle = await RawClient.open(port);
  using busy = await RawClient.open(port);
  for (const client of [idle, busy]) await client.reply();
  busy.send(`${hello}${envelope}DATA\r\n`);
  for (let replies = 0; replies < 4; replies++) await busy.reply();
  const closed = server.close();
  assert.match(await idle.reply(), /^421 4\.3\.2 /);
  assert.match(await busy.ask("a\r\n.\r\n"), /^250 /);
  assert.match(await busy.reply(), /^421 /);
  await closed;
  assert.equal(dialogue.taken.length, 1);
  await assert.rejects(RawClient.open(port));
});

test("a port in use is an error that names it", async () => {
  await using running = await start();
  const other = new SmtpServer({
    name: "mail.example.org",
    clock: new SystemClock(),
    secureContext: null,
    requiresAuth: false,
    converse: () => new OpenDialogue(),
    onDefect: () => {},
  });
  const place = { host: "127.0.0.1", port: running.port, isImplicitTls: false };
  await assert.rejects(other.listen(place), /EADDRINUSE/);
  await other.close();
});

test("the 64 bits of an IPv6 network count as one neighbour", () => {
  assert.equal(networkOf("192.0.2.7"), "192.0.2.7");
  assert.equal(networkOf("2001:db8::1"), "2001:db8:0:0::/64");
  assert.equal(networkOf("2001:0db8:0:0:ffff::2"), "2001:db8:0:0::/64");
  assert.equal(networkOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  assert.equal(networkOf("::1"), "0:0:0:0::/64");
  assert.equal(widerNetworkOf("192.0.2.7"), "192.0.2.0/24");
  assert.equal(widerNetworkOf("2001:0db8::1"), "2001:db8:0::/48");
  assert.equal(widerNetworkOf("2001:db8:1:2:3:4:5:6"), widerNetworkOf("2001:db8:1:ffff::"));
});

test("who comes through a translator to IPv6 is known by the IPv4 address within", () => {
  assert.equal(networkOf("64:ff9b::c000:207"), "192.0.2.7");
  assert.equal(networkOf("0064:ff9b:0:0::192.0.2.7"), "192.0.2.7");
  assert.equal(networkOf("64:ff9b::7"), "0.0.0.7");
  assert.equal(widerNetworkOf("64:ff9b::c000:207"), "192.0.2.0/24");
  assert.equal(networkOf("64:ff9b::1:c000:207"), "64:ff9b:0:0::/64");
  assert.equal(networkOf("64:ff9b:1::c000:207"), "64:ff9b:1:0::/64");
});
