import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { exporter, exportOpeners } from "../../src/app-export.ts";
import { allHoldings } from "../../src/app-holdings.ts";
import { sql } from "../../src/base/database.ts";
import { recordEvents } from "../../src/core/events/index.ts";
import { keepInInbox } from "../../src/core/messages/index.ts";
import { excuseOf, isSealed } from "../../src/core/rights/index.ts";
import { addSuppressions } from "../../src/core/suppressions/index.ts";
import { codeOf, contextOf, run } from "../support/commands.ts";
import { openWorld } from "../support/world.ts";

const ofAccounts = allHoldings.filter(({ table }) => {
  return (
    table === "account" || allHoldings.some((each) => each.table === table && each.column === "account_id")
  );
});

test("every column of an account is exported, or it is said why not", () => {
  const unsaid = ofAccounts.filter((each) => !each.isExported && excuseOf(each) === null);
  assert.deepEqual(
    unsaid.map(({ table, column }) => `${table}.${column}`),
    [],
  );
});

test("every sealed column that is exported can be opened", () => {
  const openers = exportOpeners({} as Parameters<typeof exportOpeners>[0]);
  const sealed = ofAccounts.filter(({ column, isExported }) => isExported && isSealed(column));
  const names = sealed.map(({ table, column }) => `${table}.${column}`);
  assert.deepEqual(names.sort(), Object.keys(openers).sort());
});

interface Line {
  table: string;
  row: Record<string, unknown>;
}

async function linesOf(lines: AsyncIterable<string>): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const line of lines) read.push(JSON.parse(line));
  return read;
}

async function openFilled(t: TestContext) {
  const world = await openWorld(t);
  const { database, keyring, ids, clock } = world;
  const owner = await world.account("Anna's shop");
  const other = await world.account("Somebody else");
  await world.approve(owner.accountId, "shop.example");
  await world.approve(other.accountId, "other.example");
  for (let index = 0; index < 3; index += 1)
    await world.send(owner.accountId, {
      from: "news@shop.example",
      to: [`reader${index}@example.net`],
      content: {
        subject: "Spring",
        text: "Flowers",
        attachments: [{ contentType: "text/plain", filename: "a.txt", content: Buffer.from("petals") }],
      },
    });
  await world.send(other.accountId, { from: "news@other.example", to: ["secret@elsewhere.example"] });
  await database.write({ role: "operator" }, async (tx) => {
    await keyring.load(tx, [owner.accountId]);
    const messageId = ids.next(clock.now());
    const source = Buffer.from("Subject: Kept\r\n\r\nin the inbox\r\n");
    const envelope = { from: "news@shop.example", to: "reader@example.net" };
    await keepInInbox(
      tx,
      { keyring },
      { accountId: owner.accountId, messageId, envelope, subject: "Kept", source },
    );
  });
  return { ...world, owner, other };
}

test("an export has everything of one account in clear, nothing of another, and says where it ends", async (t) => {
  const world = await openFilled(t);
  const lines = await linesOf(exporter(world)(world.owner.accountId));
  const head = lines[0] as { format: string; leftOut: Record<string, string> };
  assert.equal(head.format, "facteur-export/1");
  assert.match(head.leftOut["api_key.secret_hash"] ?? "", /secret/);
  const rows = lines.slice(1, -1) as Line[];
  assert.deepEqual(lines.at(-1), { end: { rows: rows.length } });
  const of = (table: string) => rows.filter((line) => line.table === table).map(({ row }) => row);
  assert.deepEqual(
    of("account").map(({ opened }) => opened),
    [{ address: "owner@example.org", name: "Anna's shop" }],
  );
  const recipients = of("message").map(({ opened }) => (opened as { address: string }).address);
  assert.deepEqual(recipients.sort(), ["reader0@example.net", "reader1@example.net", "reader2@example.net"]);
  const [content] = of("content") as {
    opened: { content: { text: string; attachments: { content: string }[] } };
  }[];
  assert.equal(content?.opened.content.text, "Flowers");
  assert.equal(
    Buffer.from(content?.opened.content.attachments[0]?.content ?? "", "base64").toString(),
    "petals",
  );
  const [kept] = of("inbox") as { opened: { source: string } }[];
  assert.match(Buffer.from(kept?.opened.source ?? "", "base64").toString(), /in the inbox/);
  const text = JSON.stringify(lines);
  assert.doesNotMatch(text, /elsewhere\.example|Somebody else|damaged/);
  for (const { table } of ofAccounts.filter(({ isExported }) => isExported)) {
    const row = await world.database.read({ role: "operator" }, (reader) =>
      reader.row<{ count: bigint }>(sql`
        select count(*) as count from ${sql.identifier(table)}
        where ${sql.identifier(table === "account" ? "id" : "account_id")} = ${world.owner.accountId}`),
    );
    assert.equal(of(table).length, Number(row?.count), table);
  }
});

test("a country is in an export only beside a message, and the export says so", async (t) => {
  const world = await openWorld(t);
  const { database, ids, clock } = world;
  const { accountId } = await world.account();
  const messageId = ids.next(clock.now());
  const events = [null, messageId].map((of) => ({
    ...{ accountId, id: ids.next(clock.now()), messageId: of, kind: "opened" as const, sealed: null },
    ...{ reason: null, replyCode: null, enhanced: null },
    reading: { campaignId: null, verdict: "people" as const, link: null, position: null, country: "LU" },
  }));
  await database.write({ role: "delivery" }, async (tx) => {
    await recordEvents(tx, events);
  });
  await database.write({ role: "relay" }, (tx) =>
    tx.run(sql`
      insert into statistic_country (account_id, campaign_id, day, country, opened, clicked)
      values (${accountId}, 0, '2026-01-01', 'LU', 2, 0)`),
  );
  const lines = (await linesOf(exporter(world)(accountId))) as (Line & { leftOut: Record<string, string> })[];
  const told = lines.flatMap(({ row }) => (row?.country === undefined ? [] : [row.message_id]));
  assert.deepEqual(told, [String(messageId)]);
  const { "event.country": ofEvents, "statistic_country.country": ofSums } = lines[0]!.leftOut;
  assert.match(`${ofEvents} ${ofSums}`, /name nobody.*one reader/);
});

test("pages follow each other without a gap, and content that is gone is told as gone", async (t) => {
  const world = await openFilled(t);
  const { database, keyring, ids, clock, owner } = world;
  await database.write({ role: "request", accountId: owner.accountId }, async (tx) => {
    await keyring.load(tx, [owner.accountId]);
    const { accountId } = owner;
    const added = Array.from({ length: 450 }, (_, index) => {
      const [address, id, createdAt] = [`gone${index}@example.net`, ids.next(clock.now()), clock.now()];
      const lookup = keyring.lookup(accountId, address);
      const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, address);
      return {
        accountId,
        id,
        lookup,
        sealed,
        cause: "manual",
        source: "api",
        sourceId: null,
        createdAt,
      } as const;
    });
    await addSuppressions(tx, added);
  });
  clock.advance(7 * 86_400_000);
  keyring.destroyContentBefore(Math.floor(clock.now().getTime() / 3_600_000));
  const rows = (await linesOf(exporter(world)(owner.accountId))) as Line[];
  const of = (table: string) => rows.filter((line) => line.table === table).map(({ row }) => row);
  assert.equal(new Set(of("suppression").map(({ opened }) => opened)).size, 450);
  assert.ok(of("content").length > 0);
  for (const { opened } of of("content")) assert.equal(opened, null);
});

test("the operator writes an export into a new file, and the account's record says so", async (t) => {
  const context = await contextOf(t);
  const { accountId } = (await run(context, "account create --email owner@shop.example")).json as {
    accountId: string;
  };
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-export-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "export.jsonl");
  const written = (await run(context, `account export ${accountId} --to ${file}`)).json as { lines: number };
  const lines = readFileSync(file, "utf8").trim().split("\n");
  assert.equal(lines.length, written.lines);
  assert.match(lines.at(-1) ?? "", /^\{"end"/);
  assert.equal(await codeOf(context, `account export ${accountId} --to ${file}`), "file_not_written");
  const again = await linesOf(context.exportAccount(BigInt(accountId)));
  const entries = (again as Line[]).filter(({ table }) => table === "audit").map(({ row }) => row.action);
  assert.ok(entries.includes("account.exported"));
});

test("an export that breaks off leaves no file, and none that was there before is touched", async (t) => {
  const context = await contextOf(t);
  const { accountId } = (await run(context, "account create --email owner@shop.example")).json as {
    accountId: string;
  };
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-export-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "export.jsonl");
  const exportAccount = async function* (id: bigint) {
    for await (const line of context.exportAccount(id)) {
      yield line;
      if (line.includes('"account"')) throw new Error("The database has gone.");
    }
  };
  const line = `account export ${accountId} --to ${file}`;
  await assert.rejects(run({ ...context, exportAccount }, line), /has gone/);
  assert.ok(!existsSync(file));
  assert.equal((await run(context, line)).exitCode, 0);
  const other = path.join(folder, "other.jsonl");
  writeFileSync(other, "mine");
  assert.equal(await codeOf(context, `account export ${accountId} --to ${other}`), "file_not_written");
  assert.equal(readFileSync(other, "utf8"), "mine");
});
