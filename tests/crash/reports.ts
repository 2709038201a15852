// Kills the service while it makes and delivers delivery reports: `npm run crash:reports`. Each is made once.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createTransport } from "nodemailer";
import { TestService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";

const rounds = 8;
const messagesPerRound = 10;

const home = await startSmtpServer({ keep: "messages" });
const dead = await startSmtpServer({ on: { rcpt: "550 5.1.1 No such user" } });
const service = new TestService({
  env: { FACTEUR_ROUTES: `home.example=127.0.0.1:${home.port},dead.example=127.0.0.1:${dead.port}` },
});
after(async () => {
  await service.remove();
  await home.close();
  await dead.close();
});

async function give(name: string): Promise<void> {
  const { apiKey: user, secretKey: pass } = service.first;
  const mailer = createTransport({
    host: "127.0.0.1",
    port: service.submissionPort,
    auth: { user, pass },
    tls: { rejectUnauthorized: false },
  });
  try {
    await mailer.sendMail({
      ...{ from: "shop@home.example", to: `${name}@dead.example`, subject: name, text: "Hello" },
      dsn: { id: name, return: "headers", notify: ["failure"], recipient: `${name}@dead.example` },
    });
  } finally {
    mailer.close();
  }
}

test("over kills at any moment, each report is made once", async (t) => {
  await service.start();
  await service.command("domain", "approve", "home.example", "--account", service.first.accountId);
  const names: string[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let count = 0; count < messagesPerRound; count++) {
      const name = `m${round}-${count}`;
      await give(name);
      names.push(name);
    }
    await pause(Math.random() * 2500);
    await service.kill();
    await service.start();
  }
  const idsOf = (name: string) =>
    home.transactions.flatMap(({ data, code }) => {
      const text = data?.toString() ?? "";
      const isAbout = code === 250 && text.includes(`Original-Envelope-Id: ${name}\r\n`);
      return isAbout ? [/^Message-ID: (\S+)/im.exec(text)?.[1] ?? ""] : [];
    });
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 200) {
    if (names.every((name) => idsOf(name).length > 0)) break;
    await pause(200);
  }
  await pause(3000);
  for (const name of names) assert.equal(new Set(idsOf(name)).size, 1, name);
  const twice = names.filter((name) => idsOf(name).length > 1);
  // Its delivery was cut off, as any message's may be; it is the same report, with the same Message-ID.
  t.diagnostic(`${names.length} reports over ${rounds} kills; ${twice.length} arrived twice`);
});
