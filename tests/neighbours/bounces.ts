import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Exim, startExim } from "../support/exim.ts";
import { eventually, freePort } from "../support/neighbour.ts";
import { type Postfix, startPostfix } from "../support/postfix.ts";
import { Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";
import { createAuthority } from "../support/tls.ts";

// Debian's Postfix and Exim take our mail, cannot hand it on, and return it, each in its own words.

let last: SmtpServer;
let postfix: Postfix;
let exim: Exim;
let service: TestService;
let records: Records;

before(async () => {
  const inboundPort = await freePort();
  last = await startSmtpServer({
    on: { rcpt: ({ argument }) => `550 5.1.1 ${/<[^>]*>/.exec(argument)?.[0]}: no such user here` },
  });
  postfix = await startPostfix({
    tls: createAuthority().issue(["mx.example.net"]),
    settings: {
      relay_domains: "gone.example",
      transport_maps: `inline:{ {gone.example = smtp:[127.0.0.1]:${last.port}}, {bounce.facteur.example = smtp:[127.0.0.1]:${inboundPort}} }`,
      smtp_tls_security_level: "may",
      smtp_tls_loglevel: "1",
    },
  });
  exim = await startExim({ ports: { "left.example": last.port, "bounce.facteur.example": inboundPort } });
  const env = {
    FACTEUR_ROUTES: `gone.example=127.0.0.1:${postfix.port},left.example=127.0.0.1:${exim.port}`,
    FACTEUR_RETURN_PATH: "bounce.facteur.example",
    FACTEUR_INBOUND: `127.0.0.1:${inboundPort}`,
  };
  service = await new TestService({ env }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  await exim?.stop();
  await postfix?.stop();
  await last?.close();
});

/** Sends a message that comes back; then the next one to its recipient is not sent. */
async function returned(address: string, log: () => string): Promise<void> {
  const message = { From: { Email: "news@shop.example" }, To: [{ Email: address }] };
  const [{ id } = assert.fail()] = await send(service, service.first, message);
  await eventually(
    async () => (await records.message(id)).state === "bounced",
    () => `No bounce has come back. The neighbour logged:\n${log()}`,
  );
  const history = await records.history(id);
  assert.deepEqual(
    history.map(({ kind }) => kind),
    ["sent", "bounced"],
  );
  const [, bounced] = history;
  assert.deepEqual([bounced?.replyCode, bounced?.enhanced, bounced?.reason], [550, "5.1.1", 1]);
  const [next = assert.fail()] = await send(service, service.first, message);
  assert.equal((await records.message(next.id)).state, "blocked");
}

test("what Postfix has taken and then returns becomes a bounce, over TLS, and suppresses the address", async () => {
  await returned("gone@gone.example", () => postfix.log());
  assert.match(postfix.log(), /TLS connection established to 127\.0\.0\.1/);
});

test("what Exim has taken and then returns becomes a bounce, over TLS, and suppresses the address", async () => {
  await returned("gone@left.example", () => exim.log());
  // Exim notes the cipher of the connection over which its report has left.
  assert.match(exim.log(), /=> b-\S+@bounce\.facteur\.example .* X=TLS1\.[23]:/);
});
