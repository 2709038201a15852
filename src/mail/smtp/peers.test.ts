import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import type { SMTPServerOptions } from "smtp-server";
import { SMTPServer } from "smtp-server";

import type { RawServer } from "../../../tests/support/raw-server.ts";
import { listen } from "../../../tests/support/raw-server.ts";
import { openTo, shipment } from "../../../tests/support/smtp-client.ts";
import { createAuthority } from "../../../tests/support/tls.ts";
import type { TlsPolicy } from "./index.ts";

const authority = createAuthority();
const certificate = authority.issue(["mx.example.test"]);
const pkix: TlsPolicy = { mode: "require_pkix", names: ["mx.example.test"], ca: authority.cert };

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: unknown;
  readonly text: string;
}

/** The server of the nodemailer project, written by others. */
async function startPeer(options: SMTPServerOptions): Promise<RawServer & { received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    disableReverseLookup: true,
    ...options,
    onData: (stream, session, done) => {
      void buffer(stream).then((data) => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        const { secure, user } = session;
        received.push({
          from,
          to: rcptTo.map(({ address }) => address),
          secure,
          user,
          text: data.toString(),
        });
        done();
      });
    },
  });
  server.on("error", () => undefined);
  return { ...(await listen(server.server)), received };
}

test("smtp-server receives several messages over STARTTLS, with log-in and addresses beyond ASCII", async () => {
  const onAuth: SMTPServerOptions["onAuth"] = ({ username, password }, _session, done) => {
    done(password === "secret" ? null : new Error("No"), { user: username });
  };
  await using peer = await startPeer({ onAuth });
  const connection = await openTo(peer, { tls: pkix, auth: { user: "ada", password: "secret" } });
  const text = "Subject: Grüße\r\n\r\n.\r\n..\r\n.dot\r\nEnd\r\n";
  const envelope = { from: "jörg@example.test", to: "ada@example.net" };
  for (let count = 0; count < 3; count += 1) {
    const result = await connection.send(shipment({ envelope, message: [Buffer.from(text)] }));
    assert.equal(result.kind, "accepted");
  }
  await connection.quit();
  const expected = { from: envelope.from, to: [envelope.to], secure: true, user: "ada", text };
  assert.deepEqual(peer.received, [expected, expected, expected]);
});

test("smtp-server receives a large message from the first byte encrypted", async () => {
  await using peer = await startPeer({ secure: true });
  const connection = await openTo(peer, { tls: pkix, implicitTls: true });
  const text = `Subject: large\r\n\r\n${`${"x".repeat(70)}\r\n.\r\n`.repeat(40_000)}`;
  const result = await connection.send(shipment({ message: [Buffer.from(text)] }));
  assert.equal(result.kind, "accepted");
  assert.equal(peer.received[0]?.text, text);
  await connection.quit();
});

test("smtp-server refuses a recipient and a size, and the connection goes on", async () => {
  await using peer = await startPeer({
    size: 2_000,
    onRcptTo: ({ address }, _session, done) => {
      done(
        address.startsWith("gone") ? Object.assign(new Error("No such user"), { responseCode: 550 }) : null,
      );
    },
  });
  const connection = await openTo(peer);
  const { envelope, ...rest } = shipment();
  const results = await connection.sendToMany({
    envelope,
    recipients: ["gone@a.test", "ada@a.test"],
    ...rest,
  });
  assert.deepEqual(
    results.map(({ kind }) => kind),
    ["rejected", "accepted"],
  );
  const refused = await connection.send(shipment({ envelope: { from: "a@b.test", to: "gone@a.test" } }));
  assert.ok(refused.kind === "rejected");
  assert.deepEqual([refused.stage, refused.reply.code], ["rcpt", 550]);
  const large = await connection.send(shipment({ message: [Buffer.from(`${"x".repeat(2_000)}\r\n`)] }));
  assert.deepEqual(large, { kind: "unsendable", reason: "too_large" });
  assert.equal((await connection.send(shipment())).kind, "accepted");
  await connection.quit();
});
