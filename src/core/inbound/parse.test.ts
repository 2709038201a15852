import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openWorld, type World } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { type Address, parseAddress } from "../../mail/address/index.ts";
import { mailOf } from "../../mail/report/testing/mails.ts";
import { runRetention } from "../retention/index.ts";
import {
  addParseRoute,
  changeParseRoute,
  claimDuePosts,
  deleteParseRoute,
  findParseTarget,
  listParseRoutes,
  removeRoutesOf,
  settlePost,
  takeParseMail,
} from "./index.ts";
import { parsePayload } from "./parse-payload.ts";

const mailDomain = "in.example.org";
const facts = {
  sender: "ada@example.com",
  recipient: "help@shop.example",
  now: new Date("2026-11-23T10:00:00Z"),
  customId: "",
  eventPayload: "",
  added: [],
  by: "mail.example.org",
};

async function open(t: Parameters<typeof openWorld>[0]) {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const context = () => ({ keyring: world.keyring, ids: world.ids, now: world.clock.now(), mailDomain });
  const asOwner = { role: "request", accountId } as const;
  const add = (address: string | null, url = "https://hooks.example/in") =>
    world.database.write(asOwner, (tx) => addParseRoute(tx, context(), accountId, { address, url }));
  return { world, accountId, context, asOwner, add };
}

const address = (text: string) => parseAddress(text) as Address;
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

async function take(
  world: World,
  to: string,
  octets = mailOf("From: ada@example.com\nSubject: Help\n\nHelp me.\n"),
): Promise<boolean> {
  const target = await findParseTarget(world, address(to));
  assert.ok(target !== null);
  return takeParseMail(
    world,
    { octets, sender: "ada@example.com", targets: [target], added: [], by: "mail.example.org" },
    world.clock.now(),
  );
}

const due = (world: World, busy: bigint[] = []) =>
  claimDuePosts(world, { now: world.clock.now(), limit: 10, busy });

test("a route leads from its address, in any case, to its URL, and one address is made for each account", async (t) => {
  const { world, accountId, context, asOwner, add } = await open(t);
  const own = await add("Help@Shop.example");
  const made = await add(null);
  assert.match(made.address, /^p-[0-9a-z]+@in\.example\.org$/);
  assert.equal((await findParseTarget(world, address("HELP@shop.example")))?.routeId, own.id);
  assert.equal((await findParseTarget(world, address(made.address)))?.routeId, made.id);
  assert.equal(await findParseTarget(world, address("other@shop.example")), null);
  await assert.rejects(add(null), refused("already_exists"));
  await assert.rejects(add("help@shop.example"), refused("already_exists"));
  await assert.rejects(add("help@elsewhere.example"), refused("invalid_domain"));
  await assert.rejects(add("nobody"), refused("invalid_address"));
  const changed = await world.database.write(asOwner, (tx) =>
    changeParseRoute(tx, context(), { accountId, id: own.id }, { url: "https://hooks.example/other" }),
  );
  assert.deepEqual([changed?.address, changed?.url], ["Help@shop.example", "https://hooks.example/other"]);
  const listed = await world.database.read(asOwner, (db) => listParseRoutes(db, world.keyring, accountId));
  assert.deepEqual(
    listed.map(({ url }) => url),
    ["https://hooks.example/other", "https://hooks.example/in"],
  );
});

test("mail for a domain that an account has no right to any more is not taken for it", async (t) => {
  const { world, accountId, asOwner, add } = await open(t);
  await add("help@shop.example");
  await add("orders@Shop.example");
  const made = await add(null);
  const setState = (state: string) =>
    world.database.write({ role: "operator" }, (tx) =>
      tx.run(sql`update domain set state = ${state} where account_id = ${accountId}`),
    );
  await setState("pending");
  assert.equal(await findParseTarget(world, address("help@shop.example")), null);
  assert.notEqual(await findParseTarget(world, address(made.address)), null);
  await setState("verified");
  assert.notEqual(await findParseTarget(world, address("help@shop.example")), null);
  await world.database.write(asOwner, (tx) => removeRoutesOf(tx, world.keyring, accountId, "shop.example"));
  const left = await world.database.read(asOwner, (db) => listParseRoutes(db, world.keyring, accountId));
  assert.deepEqual(
    left.map(({ address: at }) => at),
    [made.address],
  );
});

test("a route that an account has left at a domain it has lost gives way to whoever has proven the domain now", async (t) => {
  const { world, accountId: first, context, add } = await open(t);
  const { accountId: second } = await world.account();
  const left = await add("help@shop.example");
  await world.approve(second, "shop.example");
  const addAs = () =>
    world.database.write({ role: "request", accountId: second }, (tx) =>
      addParseRoute(tx, context(), second, {
        address: "Help@shop.example",
        url: "https://hooks.example/second",
      }),
    );
  await assert.rejects(addAs(), /Another account has proven shop\.example too.*looked at every day/);
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update domain set state = 'pending' where account_id = ${first}`),
  );
  const taken = await addAs();
  assert.deepEqual(await findParseTarget(world, address("help@shop.example")), {
    accountId: second,
    routeId: taken.id,
    recipient: "help@shop.example",
  });
  const audit = await world.database.read({ role: "operator" }, (db) =>
    db.rows(sql`select account_id as "accountId", actor, action, subject_id as "subjectId" from audit
      where action = 'parse_route.lost'`),
  );
  assert.deepEqual(audit, [
    { accountId: first, actor: "service", action: "parse_route.lost", subjectId: left.id },
  ]);
  await assert.rejects(add("help@shop.example"), refused("invalid_domain"));
});

test("nobody takes an address by asking for a domain that is not proven", async (t) => {
  const { world, add } = await open(t);
  const { accountId: other } = await world.account();
  await add("help@shop.example");
  const ask = world.database.write({ role: "request", accountId: other }, (tx) =>
    tx.run(sql`select release_parse_route(decode('00', 'hex'), 'shop.example', 1)`),
  );
  await assert.rejects(ask, /has not proven shop\.example/);
});

test("an account for which too much waits gets no more until some of it is taken", async (t) => {
  const { world, accountId, add } = await open(t);
  const route = await add("help@shop.example");
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into parse_post (account_id, id, route_id, sealed, attempts, due_at)
      select ${accountId}, n, ${route.id}, decode('00', 'hex'), 0, ${world.clock.now()} from generate_series(1, 10000) n`),
  );
  assert.equal(await take(world, "help@shop.example"), false);
  await world.database.write({ role: "operator" }, (tx) => tx.run(sql`delete from parse_post where id < 10`));
  assert.equal(await take(world, "help@shop.example"), true);
});

test("a mail waits sealed until it is taken, is tried again later and later, and given up in five days", async (t) => {
  const { world, add } = await open(t);
  await add("help@shop.example");
  await take(world, "help@shop.example");
  const [first] = await due(world);
  assert.equal(JSON.parse(first?.request?.payload.toString() ?? "{}").Subject, "Help");
  assert.equal(first?.request?.url, "https://hooks.example/in");
  assert.deepEqual(await due(world), []);
  assert.equal(await settlePost(world, first!, "refused", world.clock.now()), "again");
  world.clock.advance(31_000);
  const [second] = await due(world);
  assert.equal(second?.attempts, 2);
  assert.equal(await settlePost(world, second!, "taken", world.clock.now()), "posted");
  await take(world, "help@shop.example");
  let fate = "";
  for (let n = 0; n < 200 && fate !== "given_up"; n++) {
    const [post] = await due(world);
    if (post !== undefined) fate = await settlePost(world, post, "refused", world.clock.now());
    world.clock.advance(3_600_000);
  }
  assert.equal(fate, "given_up");
  assert.deepEqual(await due(world), []);
});

test("who dies with a mail in hand only delays it, and a busy route holds up no other", async (t) => {
  const { world, add } = await open(t);
  const slow = await add("slow@shop.example");
  const quick = await add("quick@shop.example");
  await take(world, "slow@shop.example");
  await take(world, "quick@shop.example");
  const claimed = await due(world, [slow.id]);
  assert.deepEqual(
    claimed.map(({ routeId }) => routeId),
    [quick.id],
  );
  world.clock.advance(61_000);
  assert.deepEqual(
    (await due(world)).map(({ routeId }) => routeId).toSorted(),
    [slow.id, quick.id].toSorted(),
  );
});

test("mail of a route that is gone is not posted, and what is six days old is removed unread", async (t) => {
  const { world, accountId, asOwner, add } = await open(t);
  const route = await add("help@shop.example");
  await take(world, "help@shop.example");
  await world.database.write(asOwner, (tx) => deleteParseRoute(tx, accountId, route.id));
  const [post] = await due(world);
  assert.equal(post?.request, null);
  world.clock.advance(6 * 86_400_000 + 3_600_000);
  assert.equal((await runRetention(world)).parsePostsDeleted, 1);
});

test("a mail is written as Mailjet's Parse API does", async () => {
  const octets = mailOf(`From: =?utf-8?q?Ad=C3=A1?= <ada@example.com>
To: help@shop.example
Subject: =?utf-8?b?R3LDvMOfZQ==?=
Received: from a by b
Received: from b by c
X-Thing: one
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--c
Content-Type: text/html; charset=utf-8

<p>Grüße <img src="cid:i@x"></p>
--c--
--b
Content-Type: image/png
Content-ID: <i@x>
Content-Disposition: inline
Content-Transfer-Encoding: base64

AAEC
--b
Content-Type: application/pdf; name="a.pdf"
Content-Disposition: attachment; filename="a.pdf"
Content-Transfer-Encoding: base64

AwQF
--b--
`);
  const payload = JSON.parse(
    (await parsePayload(octets, { ...facts, customId: "7", eventPayload: "x" })).toString(),
  );
  const { Parts, Headers, ...rest } = payload;
  assert.deepEqual(
    { ...rest, "Text-part": rest["Text-part"].trim(), "Html-part": rest["Html-part"].trim() },
    {
      Sender: "ada@example.com",
      Recipient: "help@shop.example",
      Date: "20261123T100000",
      From: "Adá <ada@example.com>",
      Subject: "Grüße",
      "Text-part": "Grüße",
      "Html-part": '<p>Grüße <img src="cid:i@x"></p>',
      InlineAttachment1: "AAEC",
      Attachment1: "AwQF",
      SpamAssassinScore: "0",
      CustomID: "7",
      Payload: "x",
    },
  );
  assert.deepEqual(
    [Headers.Received, Headers["X-Thing"], Headers.Subject],
    [["from a by b", "from b by c"], ["one"], "Grüße"],
  );
  assert.deepEqual(
    Parts.map(({ ContentRef }: { ContentRef: string }) => ContentRef),
    ["Text-part", "Html-part", "InlineAttachment1", "Attachment1"],
  );
  assert.equal(Parts[3].Headers["Content-Disposition"], 'attachment; filename="a.pdf"');
});

test("results of authentication in our name are ours alone", async () => {
  const octets = mailOf(
    "Authentication-Results: mail.example.org; dkim=pass\nAuthentication-Results: other.example; dkim=pass\nFrom: a@b.example\n\nx\n",
  );
  const added = [["Authentication-Results", "mail.example.org; dkim=none"]] as const;
  const { Headers } = JSON.parse((await parsePayload(octets, { ...facts, added })).toString());
  assert.deepEqual(Headers["Authentication-Results"], [
    "mail.example.org; dkim=none",
    "other.example; dkim=pass",
  ]);
});

test("a header of many fields is read once", async () => {
  const lines = Array.from({ length: 8000 }, (_, index) => `X-Thing: ${index}\n`).join("");
  const others = Array.from({ length: 4000 }, (_, index) => `X-${index}: a\n`).join("");
  const octets = mailOf(`Subject: first\nsubject: second\n${lines}${others}\nHello\n`);
  const { Headers } = JSON.parse((await parsePayload(octets, facts)).toString());
  assert.deepEqual([Headers["X-Thing"].length, Headers["X-Thing"].at(-1)], [8000, "7999"]);
  assert.deepEqual([Headers.Subject, Headers["X-3999"]], ["second", ["a"]]);
});

test("whatever comes in becomes a payload", async () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      "\r\n",
      "\r\n\r\n",
      "Content-Type: multipart/mixed; boundary=b\r\n",
      "--b\r\n",
      "--b--\r\n",
      "__proto__: x\r\n",
      "Content-Transfer-Encoding: base64\r\n",
      "Content-Transfer-Encoding: quoted-printable\r\n",
      "Content-Type: text/html; charset=nothing\r\n",
      "=FF=\r\n",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
      const payload = await parsePayload(Buffer.from(pieces.join("")), facts);
      assert.equal(JSON.parse(payload.toString()).Sender, "ada@example.com");
    }),
    { numRuns: 150 },
  );
});
