import assert from "node:assert/strict";
import type { X509Certificate } from "node:crypto";
import { createServer } from "node:net";
import { test } from "node:test";
import { createServer as createTlsServer } from "node:tls";

import { listen } from "../../../tests/support/raw-server.ts";
import { openTo, optionsFor, shipment } from "../../../tests/support/smtp-client.ts";
import type { SmtpServerOptions } from "../../../tests/support/smtp-server.ts";
import { startSmtpServer } from "../../../tests/support/smtp-server.ts";
import { createAuthority } from "../../../tests/support/tls.ts";
import type { OpenFailed, TlsPolicy } from "./index.ts";
import { openConnection } from "./index.ts";

const authority = createAuthority();
const ca = authority.cert;
const names = ["mx.example.test"];
const good = authority.issue(names);
const expired = authority.issue(names, { validDays: -1 });
const foreign = createAuthority("Another root").issue(names);
const misnamed = authority.issue(["www.example.test"]);
const nameless = authority.issue([], { commonName: "mx.example.test" });
const pkix: TlsPolicy = { mode: "require_pkix", names, ca };
const opportunistic: TlsPolicy = { mode: "opportunistic" };

async function failureOf(server: SmtpServerOptions, tls: TlsPolicy): Promise<OpenFailed> {
  await using peer = await startSmtpServer(server);
  const result = await openConnection(optionsFor(peer, { tls, timeouts: { tlsMs: 300 } }));
  assert.equal(peer.transactions.length, 0);
  if (result.kind === "failed") return result;
  result.connection.destroy();
  throw new Error("The connection opened.");
}

for (const implicitTls of [false, true]) {
  const how = implicitTls ? "from the first byte" : "after STARTTLS";

  test(`a certificate of a trusted root with the right name is accepted ${how}`, async () => {
    await using server = await startSmtpServer({ tls: good, implicitTls });
    const connection = await openTo(server, { tls: pkix, implicitTls });
    assert.deepEqual(connection.tls, { protocol: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" });
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await connection.send(shipment())).kind, "accepted");
    }
    assert.equal(server.transactions[2]?.tls, "TLSv1.3");
    await connection.quit();
  });

  for (const [what, tls, detail] of [
    ["has expired", expired, "CERT_HAS_EXPIRED"],
    ["comes from an unknown root", foreign, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["names another host", misnamed, "name_mismatch"],
    ["has the name in its subject only", nameless, "name_mismatch"],
  ] as const) {
    test(`a certificate that ${what} fails where it must be right ${how}, and names the reason`, async () => {
      await using server = await startSmtpServer({ tls, implicitTls });
      const result = await openConnection(optionsFor(server, { tls: pkix, implicitTls }));
      const error = "tls_certificate";
      assert.deepEqual(result, { kind: "failed", stage: "tls", error, detail, isTemporary: true });
    });

    test(`a certificate that ${what} is as good as any where none must be right ${how}`, async () => {
      await using server = await startSmtpServer({ tls, implicitTls });
      const connection = await openTo(server, { tls: opportunistic, implicitTls });
      assert.equal((await connection.send(shipment())).kind, "accepted");
      assert.equal(server.counts.handshakes, 1);
      connection.destroy();
    });
  }
}

test("a wildcard covers one label, and one of several names is enough", async () => {
  const tls = authority.issue(["*.example.test"]);
  const failure = await failureOf({ tls }, { mode: "require_pkix", names: ["a.mx.example.test"], ca });
  assert.equal(failure.detail, "name_mismatch");
  await using server = await startSmtpServer({ tls });
  const policy: TlsPolicy = { mode: "require_pkix", names: ["example.net", "mx.example.test"], ca: [ca] };
  const connection = await openTo(server, { tls: policy });
  connection.destroy();
});

test("a smart host may be named by its address", async () => {
  await using server = await startSmtpServer({ tls: authority.issue(["127.0.0.1"]) });
  const policy: TlsPolicy = { mode: "require_pkix", names: ["127.0.0.1"], ca };
  const connection = await openTo(server, { host: "127.0.0.1", tls: policy });
  connection.destroy();
});

test("our own roots are not the roots of everyone", async () => {
  const failure = await failureOf({ tls: good }, { mode: "require_pkix", names });
  assert.deepEqual([failure.error, failure.detail], ["tls_certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"]);
});

test("DANE sees the certificates, leaf first, and decides alone", async () => {
  const tls = { key: expired.key, cert: `${expired.cert}${authority.cert}` };
  await using server = await startSmtpServer({ tls });
  let seen: readonly X509Certificate[] = [];
  const verify = (chain: readonly X509Certificate[]): boolean => {
    seen = chain;
    return true;
  };
  const connection = await openTo(server, { tls: { mode: "dane", verify } });
  assert.deepEqual(
    seen.map(({ subject }) => subject),
    ["CN=mx.example.test", "CN=Throw-away root"],
  );
  assert.equal(seen[0]?.toString(), expired.cert);
  connection.destroy();
  const failure = await failureOf({ tls: good }, { mode: "dane", verify: () => false });
  assert.deepEqual([failure.error, failure.detail], ["tls_certificate", "dane_mismatch"]);
});

test("a defect in judging certificates comes out, and leaves no connection behind", async () => {
  await using server = await startSmtpServer({ tls: good });
  const verify = (): boolean => {
    throw new Error("A defect.");
  };
  await assert.rejects(openConnection(optionsFor(server, { tls: { mode: "dane", verify } })), /A defect/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(server.counts.open, 0);
});

test("an abort while certificates are judged ends the attempt", async () => {
  for (const implicitTls of [false, true]) {
    await using server = await startSmtpServer({ tls: good, implicitTls });
    const controller = new AbortController();
    const verify = (): boolean => {
      controller.abort();
      return true;
    };
    const options = { tls: { mode: "dane", verify }, implicitTls, signal: controller.signal } as const;
    const result = await openConnection(optionsFor(server, options));
    assert.ok(result.kind === "failed");
    assert.equal(result.error, "cancelled");
  }
});

for (const tls of [pkix, { mode: "dane", verify: () => true } satisfies TlsPolicy]) {
  test(`a peer whose STARTTLS was taken out of its offers gets nothing under ${tls.mode}`, async () => {
    const failure = await failureOf({}, tls);
    const error = "tls_not_offered";
    assert.deepEqual(failure, { kind: "failed", stage: "tls", error, isTemporary: true });
  });

  test(`a peer that offers STARTTLS and refuses it gets nothing under ${tls.mode}, for now`, async () => {
    const failure = await failureOf({ tls: good, on: { starttls: "502 5.5.1 Not today" } }, tls);
    const reply = { code: 502, enhanced: "5.5.1", text: "Not today" };
    assert.deepEqual(failure, { kind: "failed", stage: "tls", reply, isTemporary: true });
  });

  test(`a peer that knows only HELO gets nothing under ${tls.mode}`, async () => {
    const failure = await failureOf({ tls: good, on: { ehlo: "502 What?" } }, tls);
    assert.deepEqual([failure.stage, failure.error], ["tls", "tls_not_offered"]);
  });
}

test("where encryption is a courtesy, a peer without it or unable to do it is served in plain text", async () => {
  for (const options of [{}, { tls: good, on: { starttls: "454 4.7.0 Later" } }]) {
    await using server = await startSmtpServer(options);
    const connection = await openTo(server, { tls: opportunistic });
    assert.equal(connection.tls, undefined);
    assert.equal((await connection.send(shipment())).kind, "accepted");
    connection.destroy();
  }
});

test("encryption that is switched off is not begun", async () => {
  await using server = await startSmtpServer({ tls: good });
  const connection = await openTo(server, { tls: { mode: "off" } });
  assert.equal((await connection.send(shipment())).kind, "accepted");
  assert.equal(server.times("starttls"), 0);
  connection.destroy();
});

for (const tls of [opportunistic, pkix]) {
  for (const injected of ["250 2.0.0 Accepted\r\n", "250-mx\r\n250 AUTH PLAIN\r\n", "25", "x\r\n", "\0"]) {
    const name = JSON.stringify(injected);
    test(`plain text behind the answer to STARTTLS is an attack under ${tls.mode}: ${name}`, async () => {
      const starttls = Buffer.from(`220 Go ahead\r\n${injected}`);
      const failure = await failureOf({ tls: good, on: { starttls } }, tls);
      const error = "tls_injection";
      assert.deepEqual(failure, { kind: "failed", stage: "tls", error, isTemporary: true });
    });
  }
}

test("what a peer offered in plain text is forgotten once it is encrypted", async () => {
  await using server = await startSmtpServer({
    tls: good,
    on: { ehlo: ({ times }) => (times === 1 ? "250-mx\n250-STARTTLS\n250-CHUNKING\n250 SIZE 10" : "250 mx") },
  });
  const connection = await openTo(server, { tls: opportunistic });
  assert.equal(connection.offers.chunking, false);
  assert.equal(connection.offers.sizeBytesMax, undefined);
  connection.destroy();
});

for (const [what, starttls, error] of [
  ["nonsense instead of TLS", { reply: "220 Go", breaksHandshake: true }, "tls_handshake"],
  ["an end after its agreement", { reply: "220 Go", end: "close" }, "tls_handshake"],
  ["an end instead of an answer", { end: "close" }, "closed"],
  ["silence", { isSilent: true }, "timeout"],
  ["a question", "354 What?", "protocol"],
] as const) {
  test(`${what} fails at encryption as ${error}, so that the caller may do without`, async () => {
    const failure = await failureOf({ tls: good, on: { starttls } }, opportunistic);
    assert.deepEqual([failure.stage, failure.error, failure.isTemporary], ["tls", error, true]);
  });
}

test("a peer that agrees to encryption and then keeps silent is not waited for", async () => {
  const peer = createServer((socket) => {
    socket.write("220 hi\r\n");
    socket.on("data", (chunk) => {
      if (/^EHLO/.test(chunk.toString())) socket.write("250-hi\r\n250 STARTTLS\r\n");
      if (/^STARTTLS/.test(chunk.toString())) socket.write("220 go\r\n");
    });
  });
  await using server = await listen(peer);
  const result = await openConnection(optionsFor(server, { tls: opportunistic, timeouts: { tlsMs: 50 } }));
  assert.deepEqual(result, { kind: "failed", stage: "tls", error: "timeout", isTemporary: true });
});

test("TLS 1.1 is not spoken", async () => {
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
  const peer = createTlsServer({ ...good, ...old }).on("tlsClientError", () => undefined);
  await using server = await listen(peer);
  const result = await openConnection(optionsFor(server, { tls: opportunistic, implicitTls: true }));
  assert.ok(result.kind === "failed");
  assert.deepEqual([result.stage, result.error], ["tls", "tls_handshake"]);
});

test("TLS 1.2 is good enough, and the peer is asked for its name", async () => {
  let servername: unknown;
  const peer = createTlsServer({ ...good, maxVersion: "TLSv1.2" }, (socket) => {
    servername = socket.servername;
    socket.end("554 5.3.2 Closed\r\n");
  });
  await using server = await listen(peer);
  const options = { host: "mx.example.test.", tls: pkix, implicitTls: true };
  const result = await openConnection(optionsFor(server, options));
  assert.ok(result.kind === "failed");
  assert.deepEqual([result.stage, result.reply?.code], ["greeting", 554]);
  assert.equal(servername, "mx.example.test");
});

test("a connection that fails at encryption is closed", async () => {
  await using server = await startSmtpServer({ tls: misnamed });
  await openConnection(optionsFor(server, { tls: pkix }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(server.counts.open, 0);
});
