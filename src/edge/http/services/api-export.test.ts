import assert from "node:assert/strict";
import { test } from "node:test";
import { exporter } from "../../../app-export.ts";
import type { Principal } from "../principal.ts";
import { exportApi } from "./api-export.ts";
import { openServiceWorld } from "./testing/service-world.ts";

test("that everything was taken out is on record before the first line is read, and a refusal is not", async (t) => {
  const world = await openServiceWorld(t);
  const services = exportApi({ ...world.context, exportAccount: exporter(world) });
  const principal = await world.principal();
  const { accountId, keyId } = principal;
  const scoped: Principal = { ...principal, actor: { kind: "key", id: keyId, isPrimary: false } };
  await assert.rejects(async () => services.exportAccount(scoped), { code: "forbidden" });
  const exported = async () =>
    (await world.audit(accountId)).filter(({ action }) => action === "account.exported");
  assert.deepEqual(await exported(), []);
  const lines = await services.exportAccount(principal);
  assert.deepEqual(
    (await exported()).map(({ actor }) => actor),
    [`key/${keyId}`],
  );
  let text = "";
  for await (const line of lines) text += line;
  assert.match(text, /account\.exported/, "whoever reads it sees that, too");
});
