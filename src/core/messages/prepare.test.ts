import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { scratchPlace } from "./frame.ts";
import { PartsBundle, type PrepareContext, prepareSubmission } from "./prepare.ts";
import type { ContentRow } from "./store.ts";
import { contentOf, submissionOf } from "./testing/contents.ts";

const world = await openWorld({ after });

async function contextOf(): Promise<PrepareContext> {
  const { accountId } = await world.account();
  const { keyring, ids, clock } = world;
  return {
    ...{ keyring, ids, accountId, bundle: new PartsBundle() },
    ...{ now: clock.now(), deliveryDays: 5, shared: new Map(), uses: new Map() },
  };
}

test("parts that are bundled count with their octets: what waits in memory is bounded by them", async () => {
  const context = await contextOf();
  const { bundle } = context;
  const contents: ContentRow[] = [];
  assert.equal(bundle.close(context, contents), 0, "nothing was gathered");
  bundle.add(context, { to: [], cc: [], variables: { story: "x".repeat(10_000) } }, contents);
  const sizeBytes = bundle.close(context, contents);
  assert.equal(sizeBytes, contents[0]?.sealed.length);
  assert.ok(sizeBytes > 0);
});

test("nothing of a content stays in memory in clear once it is sealed", async () => {
  const content = contentOf({ text: "a secret ".repeat(1000) });
  prepareSubmission(await contextOf(), submissionOf({ content }), { senderId: null, staysInInbox: true });
  assert.ok(!scratchPlace(20_000).includes("secret"));
});

test("who is told an id of a message is told it whatever keys had to make room since it was stored", async () => {
  const context = await contextOf();
  const right = { senderId: null, staysInInbox: true };
  const { accepted } = prepareSubmission(context, submissionOf(), right);
  world.keyring.forget(context.accountId);
  assert.match(accepted.to[0]!.uuid, /^[0-9a-f-]{36}$/);
});
