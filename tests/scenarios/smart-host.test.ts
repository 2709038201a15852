import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { messageReasons as reasons } from "../../src/core/delivery/index.ts";
import { Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServerOptions, startSmtpServer } from "../support/smtp-server.ts";
import { createAuthority } from "../support/tls.ts";

const authority = createAuthority();
const tls = authority.issue(["localhost", "127.0.0.1"]);
const auth = { user: "mailer@shop.example", password: "p@ss:/word#1" };
const login = `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.password)}`;

interface Scene {
  sink: Awaited<ReturnType<typeof startSmtpServer>>;
  service: TestService;
  records: Records;
}

async function begin(
  t: TestContext,
  options: SmtpServerOptions,
  url: (port: number) => string,
): Promise<Scene> {
  const sink = await startSmtpServer(options);
  const service = new TestService({ env: { FACTEUR_DELIVERY: url(sink.port) } });
  service.env.FACTEUR_TLS_CA = path.join(service.dataFolder, "ca.pem");
  writeFileSync(service.env.FACTEUR_TLS_CA, authority.cert);
  let records: Records | null = null;
  t.after(async () => {
    await records?.close();
    await service.remove();
    await sink.close();
  });
  await service.start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
  return { sink, service, records };
}

function sendTo({ service }: Scene, ...addresses: string[]) {
  const From = { Email: "news@shop.example" };
  return send(service, service.first, ...addresses.map((Email) => ({ From, To: [{ Email }] })));
}

test("a smart host gets all mail, after STARTTLS and a login", async (t) => {
  let refusals = 1;
  const scene = await begin(
    t,
    {
      tls,
      auth,
      on: {
        auth: () => (refusals-- > 0 ? "535 5.7.8 Not now" : undefined),
        rcpt: ({ argument }) => (argument.includes("nobody@") ? "550 5.1.1 No such user" : undefined),
      },
    },
    (port) => `smtp://${login}@localhost:${port}`,
  );
  const { sink, records } = scene;
  const [first] = await sendTo(scene, "ada@one.example");
  const waiting = await records.reached(first!.id, "deferred");
  assert.equal(sink.counts.messages, 0, "without a login nothing goes out");
  assert.ok(waiting.reason !== reasons.userUnknown);
  await scene.service.command("clock", "advance", "6m");
  await records.reached(first!.id, "sent");
  const others = await sendTo(scene, "grace@two.example", "alan@three.example", "nobody@four.example");
  await records.reached(others[0]!.id, "sent");
  await records.reached(others[1]!.id, "sent");
  await records.reached(others[2]!.id, "bounced");
  for (const { tls: protocol, user } of sink.transactions)
    assert.deepEqual([protocol, user], ["TLSv1.3", auth.user]);
  assert.deepEqual(sink.violations, []);
});

test("a smart host on port 465 is spoken to in TLS from the first byte", async (t) => {
  const scene = await begin(
    t,
    { tls, auth, implicitTls: true },
    (port) => `smtps://${login}@localhost:${port}`,
  );
  const [first] = await sendTo(scene, "ada@one.example");
  await scene.records.reached(first!.id, "sent");
  const [transaction] = scene.sink.transactions;
  assert.deepEqual([transaction?.tls, transaction?.user], ["TLSv1.3", auth.user]);
});

test("a password is never spoken to a smart host without TLS", async (t) => {
  const offer = { on: { ehlo: "250-plain\n250 AUTH PLAIN LOGIN" } };
  const scene = await begin(t, offer, (port) => `smtp://${login}@127.0.0.1:${port}`);
  const [first] = await sendTo(scene, "ada@one.example");
  await scene.records.reached(first!.id, "deferred");
  assert.equal(scene.sink.times("auth"), 0);
  assert.equal(scene.sink.counts.messages, 0);
});
