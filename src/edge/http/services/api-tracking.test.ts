import assert from "node:assert/strict";
import { after, test } from "node:test";
import { trackingApi } from "./api-tracking.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const services = trackingApi(world.context);

test("an account counts nobody by name until it decides to, and no other account with it", async () => {
  const [principal, stranger] = [await world.principal(), await world.principal()];
  const unlessSet = { mode: "anonymous", opensByDefault: false, clicksByDefault: false };
  const operatorLimit = "identified";
  assert.deepEqual(await services.readTracking(principal), { ...unlessSet, operatorLimit });
  await services.changeTracking(principal, { mode: "identified" });
  const changed = await services.changeTracking(principal, { clicksByDefault: true });
  assert.deepEqual(changed, { ...unlessSet, mode: "identified", clicksByDefault: true, operatorLimit });
  assert.deepEqual(await services.readTracking(principal), changed);
  assert.deepEqual(await services.readTracking(stranger), { ...unlessSet, operatorLimit });
});

test("a change is noted once, and what changes nothing is not", async () => {
  const principal = await world.principal();
  for (let time = 0; time < 2; time += 1) await services.changeTracking(principal, { mode: "off" });
  const actions = (await world.audit(principal.accountId)).map(({ action }) => action);
  assert.deepEqual(actions, ["tracking.changed"]);
});
