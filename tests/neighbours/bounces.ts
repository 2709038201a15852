import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, freePort } from "../support/neighbour.ts";
import { type Postfix, startPostfix } from "../support/postfix.ts";
import { Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";
import { createAuthority } from "../support/tls.ts";

// Debian's Postfix takes our mail, cannot hand it on, and returns it.

let last: SmtpServer;
let postfix: Postfix;
let service: TestService;
let records: Records;

before(async () => {
  const inboundPort = await freePort();
  last = await startSmtpServer({ on: { rcpt: "550 5.1.1 <gone@gone.example>: no such user here" } });
  postfix = await startPostfix({
    tls: createAuthority().issue(["mx.example.net"]),
    settings: {
      relay_domains: "gone.example",
      transport_maps: `inline:{ {gone.example = smtp:[127.0.0.1]:${last.port}}, {bounce.facteur.example = smtp:[127.0.0.1]:${inboundPort}} }`,
      smtp_tls_security_level: "may",
      smtp_tls_loglevel: "1",
    },
  });
  const env = {
    FACTEUR_ROUTES: `*=127.0.0.1:${postfix.port}`,
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
  await postfix?.stop();
  await last?.close();
});

test("what Postfix has taken and then returns becomes a bounce, over TLS, and suppresses the address", async () => {
  const From = { Email: "news@shop.example" };
  const [{ id } = assert.fail()] = await send(service, service.first, {
    From,
    To: [{ Email: "gone@gone.example" }],
  });
  const state = async () => (await records.message(id)).state;
  await eventually(
    async () => (await state()) === "bounced",
    () => `No bounce has come back. Postfix logged:\n${postfix.log()}`,
  );
  const history = await records.history(id);
  assert.deepEqual(
    history.map(({ kind }) => kind),
    ["sent", "bounced"],
  );
  const [, bounced] = history;
  assert.deepEqual([bounced?.replyCode, bounced?.enhanced], [550, "5.1.1"]);
  assert.match(postfix.log(), /TLS connection established to 127\.0\.0\.1/);
  const [next = assert.fail()] = await send(service, service.first, {
    From,
    To: [{ Email: "gone@gone.example" }],
  });
  assert.equal((await records.message(next.id)).state, "blocked");
});
