import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { PartsBundle, type PrepareContext } from "./prepare.ts";
import type { ContentRow } from "./store.ts";

const world = await openWorld({ after });

test("parts that are bundled count with their octets: what waits in memory is bounded by them", async () => {
  const { accountId } = await world.account();
  const { keyring, ids, clock } = world;
  const bundle = new PartsBundle();
  const context: PrepareContext = {
    ...{ keyring, ids, accountId, bundle },
    ...{ now: clock.now(), deliveryDays: 5, shared: new Map(), uses: new Map() },
  };
  const contents: ContentRow[] = [];
  assert.equal(bundle.close(context, contents), 0, "nothing was gathered");
  bundle.add(context, { to: [], cc: [], variables: { story: "x".repeat(10_000) } }, contents);
  const sizeBytes = bundle.close(context, contents);
  assert.equal(sizeBytes, contents[0]?.sealed.length);
  assert.ok(sizeBytes > 0);
});
