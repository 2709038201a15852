import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refusal } from "../../../base/errors.ts";
import { parseServices } from "./parse-routes.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const services = parseServices(world.context);
const strict = parseServices({ ...world.context, allowsPrivateWebhooks: false, mailDomain: null });
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

test("a parse route is set up, changed and removed by its account alone, and the audit tells of it", async () => {
  const [ada, eve] = [await world.principal("Ada"), await world.principal("Eve")];
  const made = await services.addParseRoute(ada, { address: null, url: "https://u:p@hooks.example/in" });
  assert.deepEqual(await services.listParseRoutes(eve), []);
  assert.equal(await services.changeParseRoute(eve, made.id, { url: "https://hooks.example/x" }), null);
  assert.equal(await services.removeParseRoute(eve, made.id), false);
  await services.changeParseRoute(ada, made.id, { url: "https://hooks.example/y" });
  const [row] = await services.listParseRoutes(ada);
  assert.deepEqual([row?.address, row?.url], [made.address, "https://hooks.example/y"]);
  assert.equal(await services.removeParseRoute(ada, made.id), true);
  assert.deepEqual(
    (await world.audit(ada.accountId))
      .map(({ action }) => action)
      .filter((action) => action.startsWith("parse")),
    ["parse_route.created", "parse_route.changed", "parse_route.removed"],
  );
  assert.doesNotMatch(await world.dump(["parse_route"]), /hooks\.example|bounce\.example/);
});

test("a URL that is a host alone, or leads into a private network, is refused; so is an address nobody can make", async () => {
  const ada = await world.principal("Ada");
  const add = (url: string, by = services) => (async () => by.addParseRoute(ada, { address: null, url }))();
  await assert.rejects(add("https://hooks.example/"), refused("invalid_url"));
  await assert.rejects(add("ftp://hooks.example/in"), refused("invalid_url"));
  await assert.rejects(add("http://127.0.0.1/in", strict), refused("invalid_url"));
  await assert.rejects(add("https://hooks.example/in", strict), refused("invalid_domain"));
});
