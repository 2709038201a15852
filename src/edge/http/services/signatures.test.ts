import assert from "node:assert/strict";
import { after, test } from "node:test";
import { keepInInbox } from "../../../core/messages/index.ts";
import { signMessage } from "../../../mail/dkim/signer.ts";
import type { Principal } from "../principal.ts";
import { apiServices } from "./api.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, clock, database, ids, keyring, senders } = world;
const services = apiServices(context);

/** Keeps a message in the test inbox as delivery does, with a change on its way if the test wants one. */
async function keep(principal: Principal, change: (source: string) => string = (source) => source) {
  const { accountId } = principal;
  const signers = (await senders.signers(accountId, "shop.example")) ?? [];
  const head = Buffer.from("From: hello@shop.example\r\nTo: ann@example.net\r\nSubject: Hello\r\n");
  const body = Buffer.from("Hello\r\n");
  const signature = await signMessage({ head, body, signers, now: clock.now() });
  const source = Buffer.from(change(Buffer.concat([signature, head, Buffer.from("\r\n"), body]).toString()));
  const envelope = { from: "b@shop.example", to: "ann@example.net" };
  const messageId = ids.next(clock.now());
  await database.write({ role: "delivery" }, (tx) =>
    keepInInbox(tx, { keyring }, { accountId, messageId, envelope, subject: "Hello", source }),
  );
  return (await services.readInboxDetails(principal, messageId))?.signatures ?? assert.fail();
}

test("each signature is shown with what it covers, and passes with the key to be published", async () => {
  const principal = await world.principal();
  await services.addDomain(principal, { name: "shop.example", withEd25519: true });
  await world.approve(principal.accountId, "shop.example");
  const signatures = await keep(principal);
  assert.deepEqual(
    signatures.map(({ domain, algorithm, verifies }) => [domain, algorithm, verifies]),
    [
      ["shop.example", "rsa-sha256", true],
      ["shop.example", "ed25519-sha256", true],
    ],
  );
  for (const name of ["From", "To", "Subject"]) assert.ok(signatures[0]?.signedHeaders.includes(name), name);
  assert.notEqual(signatures[0]?.selector, signatures[1]?.selector);
});

test("one changed word shows", async () => {
  const principal = await world.principal();
  await world.approve(principal.accountId, "shop.example");
  const changed = await keep(principal, (source) => source.replace("Hello\r\n", "Hullo\r\n"));
  assert.deepEqual(
    changed.map(({ verifies }) => verifies),
    [false],
  );
});

test("a message that nobody could sign has no signature", async () => {
  assert.deepEqual(await keep(await world.principal()), []);
});
