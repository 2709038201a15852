import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { sql } from "../../base/database.ts";
import { withdraw } from "../delivery/index.ts";
import { hourOf } from "../keys/index.ts";
import { addSuppressions } from "../suppressions/index.ts";
import { compose } from "./compose.ts";
import { type ClaimedDelivery, type Loaded, MessageLoader } from "./load.ts";
import { sealReport } from "./report-mail.ts";
import { putReports } from "./report-store.ts";
import { type Accepting, openAccepting } from "./testing/acceptance.ts";
import { acceptAndClaim } from "./testing/claimed.ts";
import { contentOf, rawContentOf, rawSubmissionOf, submissionOf } from "./testing/contents.ts";

const to = (...addresses: string[]) => addresses.map((address) => ({ address, name: "" }));

function load(
  setup: Accepting,
  held: ClaimedDelivery[],
  loader = new MessageLoader(setup.keyring, setup.links),
): Promise<Loaded[]> {
  return setup.database.read({ role: "delivery" }, (reader) => loader.load(reader, held));
}

function textOf(item: Loaded | undefined): string {
  assert.equal(item?.kind, "ready");
  const composed = item?.kind === "ready" ? compose(item.input) : null;
  return composed?.kind === "composed" ? composed.message.octets.toString() : "";
}

function operator(setup: Accepting, query: Parameters<Accepting["rows"]>[0]): Promise<number> {
  return setup.database.write({ role: "operator" }, (tx) => tx.run(query));
}

test("a claimed message is loaded with all it needs to be composed, whether its content is shared or its own", async (t) => {
  const setup = await openAccepting(t);
  const shared = contentOf({ subject: "Hello [[var:name]]", text: "shared" });
  const held = await acceptAndClaim(setup, {
    submissions: [
      submissionOf({ content: shared, to: to("a@example.com"), variables: { name: "A" } }),
      submissionOf({
        content: shared,
        to: to("b@example.com"),
        bcc: to("c@example.com"),
        variables: { name: "B" },
      }),
      submissionOf({ content: contentOf({ text: "own" }), to: to("d@example.com", "e@example.com") }),
    ],
  });
  const loaded = await load(setup, held);
  const seen = loaded.map((item) => (item.kind === "ready" ? item.input.identity.address : item.kind));
  assert.deepEqual(
    seen,
    ["a", "b", "c", "d", "e"].map((name) => `${name}@example.com`),
  );
  const texts = loaded.map(textOf);
  assert.match(texts[0] ?? "", /^Subject: Hello A\r$/m);
  assert.match(texts[1] ?? "", /^Subject: Hello B\r$/m);
  assert.match(texts[2] ?? "", /^To: b@example\.com\r$/m);
  assert.doesNotMatch(texts[2] ?? "", /c@example\.com/);
  assert.match(texts[3] ?? "", /^To: d@example\.com, e@example\.com\r$/m);
});

test("each of more messages than are bundled has its own part, and a second load finds the parts in memory", async (t) => {
  const setup = await openAccepting(t);
  const content = contentOf({ subject: "Hello [[var:name]]", text: "shared" });
  const names = Array.from({ length: 100 }, (_, index) => `N${index}`);
  const held = await acceptAndClaim(setup, {
    submissions: names.map((name) =>
      submissionOf({ content, to: to(`${name}@example.com`), variables: { name } }),
    ),
  });
  const loader = new MessageLoader(setup.keyring, setup.links);
  const first = await load(setup, held, loader);
  await operator(setup, sql`delete from content`);
  for (const loaded of [first, await load(setup, held.toReversed(), loader)]) {
    const subjects = loaded.map((item) => /^Subject: Hello (\w+)\r$/m.exec(textOf(item))?.[1] ?? "");
    assert.deepEqual(new Set(subjects), new Set(names.slice(0, subjects.length)));
    for (const [index, item] of loaded.entries()) {
      assert.equal(item.kind === "ready" && item.input.identity.address, `${subjects[index]}@example.com`);
    }
  }
});

test("what is in memory and makes room for another of the same load is there for its message all the same", async (t) => {
  const setup = await openAccepting(t);
  const accept = () => {
    const content = contentOf({ text: randomBytes(1000).toString("hex") });
    const readers = ["a@example.com", "b@example.com"];
    return acceptAndClaim(setup, {
      submissions: readers.map((address) => submissionOf({ content, to: to(address) })),
    });
  };
  const [first, second] = [await accept(), await accept()];
  const loader = new MessageLoader(setup.keyring, setup.links, { cachedBytesMax: 3000 });
  await load(setup, first, loader);
  const loaded = await load(setup, [...second, ...first], loader);
  const kinds = loaded.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["ready", "ready", "ready", "ready"]);
});

test("what is made of a written message to count it takes its room in memory", async (t) => {
  const setup = await openAccepting(t);
  const accept = (word: string) => {
    const html = `<a href="https://example.org/">${`${word} `.repeat(10_000)}</a>\r\n`;
    const written = `From: <shop@example.org>\r\nContent-Type: text/html\r\n\r\n${html}`;
    const content = rawContentOf(written, { trackClicks: "enabled" });
    return acceptAndClaim(setup, {
      submissions: ["a@example.com", "b@example.com"].map((address) =>
        rawSubmissionOf(content, { to: to(address) }),
      ),
    });
  };
  const [[first], [second]] = [await accept("one"), await accept("two")];
  const both = [first!, second!];
  const loader = new MessageLoader(setup.keyring, setup.links, { cachedBytesMax: 500_000 });
  await load(setup, both, loader);
  await operator(setup, sql`delete from content`);
  const kinds = async () => (await load(setup, both, loader)).map(({ kind }) => kind);
  assert.deepEqual(await kinds(), ["ready", "ready"]);
  for (const item of await load(setup, both, loader)) assert.match(textOf(item), /\/c\//);
  assert.deepEqual(await kinds(), ["gone", "ready"]);
});

test("large contents are loaded a few at a time, in their order", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, {
    submissions: Array.from({ length: 5 }, (_, index) =>
      submissionOf({ content: contentOf({ text: `own ${index}`.repeat(1000) }), to: to("a@example.com") }),
    ),
  });
  const loader = new MessageLoader(setup.keyring, setup.links, { loadedBytesMax: 1 });
  const rounds: string[] = [];
  for (let left = held; left.length > 0; ) {
    const kinds = (await load(setup, left, loader)).map(({ kind }) => kind);
    rounds.push(kinds.join(" "));
    left = left.filter((_, index) => kinds[index] === "later");
  }
  assert.deepEqual(rounds, ["ready ready later later later", "ready ready later", "ready"]);
});

test("large reports are loaded a few at a time, and take their room from contents", async (t) => {
  const setup = await openAccepting(t);
  const { database, keyring, accountId } = setup;
  const held = await acceptAndClaim(setup, {
    submissions: Array.from({ length: 23 }, () => submissionOf({ content: contentOf({ text: "own" }) })),
  });
  const octets = Buffer.alloc(1000, "x");
  const mail = { to: "a@example.org", from: "b@example.org", message: { octets, head: octets } };
  const reports = held.slice(0, 20).map((delivery) => ({ ...delivery, isReport: true }));
  const rows = reports.map(({ id }) => {
    const row = { accountId, id, messageId: id, action: "failed" };
    return { ...row, sealed: sealReport(keyring, row, mail) };
  });
  await database.write({ role: "relay" }, (tx) => putReports(tx, rows));
  const loader = new MessageLoader(keyring, setup.links, { loadedBytesMax: 5500 });
  const kinds = (await load(setup, [...reports, ...held.slice(20)], loader)).map(({ kind }) => kind);
  const counts = [kinds.slice(0, 20), kinds.slice(20)].map(
    (part) => part.filter((kind) => kind === "later").length,
  );
  assert.deepEqual(new Set(kinds), new Set(["ready", "later"]));
  assert.deepEqual(counts, [15, 1]);
});

test("the same message is loaded to the same octets each time, from memory or from the database", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, {
    submissions: [submissionOf({ to: to("a@example.com", "b@example.com") })],
  });
  const loader = new MessageLoader(setup.keyring, setup.links);
  const rounds = [await load(setup, held, loader), await load(setup, held, loader), await load(setup, held)];
  const texts = rounds.map((round) => round.map(textOf).join("\n"));
  assert.deepEqual(new Set(texts).size, 1);
});

test("an address suppressed and a message cancelled after they were queued are found at the last moment", async (t) => {
  const setup = await openAccepting(t);
  const { database, keyring, ids, clock, accountId } = setup;
  const submissions = [submissionOf({ to: to("a@example.com") }), submissionOf({ to: to("b@example.com") })];
  const held = await acceptAndClaim(setup, { submissions });
  const id = ids.next(clock.now());
  const lookup = keyring.lookup(accountId, "a@example.com");
  const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, "a@example.com");
  await database.write({ role: "request", accountId }, async (tx) => {
    const from = { cause: "complaint", source: "report", sourceId: null } as const;
    await addSuppressions(tx, [{ accountId, lookup, id, ...from, sealed, createdAt: clock.now() }]);
    await withdraw(tx, accountId, [{ id: held[1]!.id, lanes: [held[1]!.lane] }]);
  });
  const [first, second] = await load(setup, held);
  assert.deepEqual([first?.kind, first?.kind === "suppressed" && first.cause], ["suppressed", "complaint"]);
  assert.equal(second?.kind, "cancelled");
});

test("a message whose content, row or account key is gone can never be sent", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf()] });
  await operator(setup, sql`delete from message where id = ${held[0]!.id}`);
  const kinds = (await load(setup, held)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["gone", "ready"]);
  await operator(setup, sql`delete from content where id = ${held[1]!.contentId}`);
  assert.equal((await load(setup, held))[1]?.kind, "gone");

  const [another] = await acceptAndClaim(setup);
  await operator(setup, sql`delete from account_key`);
  setup.keyring.forget(setup.accountId);
  assert.equal((await load(setup, [another!]))[0]?.kind, "gone");
});

test("content whose hour was destroyed is gone, from memory too once the loader was told", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, {
    submissions: [submissionOf({ to: to("a@example.com", "b@example.com") })],
  });
  const loader = new MessageLoader(setup.keyring, setup.links);
  assert.equal((await load(setup, held, loader))[0]?.kind, "ready");
  setup.keyring.destroyContentBefore(hourOf(setup.clock.now()) + 1);
  loader.forget();
  assert.deepEqual(
    (await load(setup, held, loader)).map(({ kind }) => kind),
    ["gone", "gone"],
  );
});

test("a template with a fault comes with its problem and with who sent it to whom", async (t) => {
  const setup = await openAccepting(t);
  const content = contentOf({ text: "{% if %}", usesTemplateLanguage: true });
  const [faulty] = await load(
    setup,
    await acceptAndClaim(setup, { submissions: [submissionOf({ content })] }),
  );
  assert.ok(faulty?.kind === "faulty");
  assert.equal(faulty.fault.problem.part, "TextPart");
  assert.equal(faulty.fault.content.from?.address, "shop@example.org");
});

test("a message that cannot be read does not hold up the others of its batch", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf(), submissionOf()] });
  const flipped = sql`set_byte(sealed, 20, get_byte(sealed, 20) # 1)`;
  await operator(setup, sql`update message set sealed = ${flipped} where id = ${held[0]!.id}`);
  await operator(setup, sql`update content set sealed = ${flipped} where id = ${held[1]!.contentId}`);
  const loaded = await load(setup, held);
  assert.deepEqual(
    loaded.map(({ kind }) => kind),
    ["damaged", "damaged", "ready"],
  );
  assert.ok(loaded[0]?.kind === "damaged" && loaded[0].error instanceof Error);
});

test("the keys of accounts that are not in memory are read with their messages", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup);
  setup.keyring.forget(setup.accountId);
  assert.equal((await load(setup, held))[0]?.kind, "ready");
});

test("loading many messages takes as many questions as loading one", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, { submissions: Array.from({ length: 30 }, () => submissionOf()) });
  const counts: number[] = [];
  for (const batch of [held.slice(0, 1), held]) {
    let asked = 0;
    await setup.database.read({ role: "delivery" }, (reader) => {
      const counting = {
        rows: <T>(query: Parameters<typeof reader.rows>[0]) => {
          asked++;
          return reader.rows<T>(query);
        },
        row: reader.row.bind(reader),
        run: reader.run.bind(reader),
      };
      return new MessageLoader(setup.keyring, setup.links).load(counting, batch);
    });
    counts.push(asked);
  }
  assert.equal(counts[0], counts[1]);
});
