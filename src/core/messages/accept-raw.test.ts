import assert from "node:assert/strict";
import { test } from "node:test";
import { type ClaimedDelivery, type Loaded, MessageLoader } from "./load.ts";
import { type Accepting, countsQuery, openAccepting } from "./testing/acceptance.ts";
import { acceptAndClaim } from "./testing/claimed.ts";
import { rawContentOf, rawSubmissionOf } from "./testing/contents.ts";

const text = "From: Shop <shop@example.org>\r\nSubject: Hello\r\n\r\nHello\r\n";
const party = (address: string) => ({ address, name: "" });
const people = ["ada@example.com", "bob@example.com", "eve@example.net"].map(party);

async function load(setup: Accepting, held: ClaimedDelivery[]) {
  const { database, keyring } = setup;
  const loaded = await database.read({ role: "delivery" }, (reader) =>
    new MessageLoader(keyring, setup.links).load(reader, held),
  );
  return loaded.map(inputOf);
}

function inputOf(loaded: Loaded) {
  assert.ok(loaded.kind === "ready", loaded.kind);
  return loaded.input;
}

test("a written message to several people is stored once, and each is asked for in a row of their own", async (t) => {
  const setup = await openAccepting(t);
  const [ada, ...others] = people;
  const submission = rawSubmissionOf(rawContentOf(text), { to: [ada!], bcc: others });
  const held = await acceptAndClaim(setup, { submissions: [submission] });
  const [counts] = await setup.rows(countsQuery);
  assert.deepEqual([counts?.contents, counts?.messages, counts?.deliveries], [1n, 3n, 3n]);
  const inputs = await load(setup, held);
  assert.deepEqual(
    inputs.map(({ identity, prepared }) => [
      "octets" in prepared.content && prepared.content.octets.toString(),
      identity.role,
    ]),
    [
      [text, "to"],
      [text, "bcc"],
      [text, "bcc"],
    ],
  );
});

test("what an SMTP client asked of the envelope is there at delivery, for each recipient", async (t) => {
  const setup = await openAccepting(t);
  const dsn = { ret: "headers", envelopeId: "id 1", notify: ["success", "delay"] } as const;
  const reports = new Map([[people[0]!.address, dsn]]);
  const submission = rawSubmissionOf(rawContentOf(text), {
    to: people.slice(0, 2),
    envelope: { isFromNobody: true, reports },
  });
  const inputs = await load(setup, await acceptAndClaim(setup, { submissions: [submission] }));
  assert.deepEqual(
    inputs.map(({ identity }) => [identity.isFromNobody, identity.dsn]),
    [
      [true, dsn],
      [true, undefined],
    ],
  );
});
