import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refusal } from "../../../base/errors.ts";
import { mailjetResources } from "../mailjet/resources/all.ts";
import { createRestEngine } from "../mailjet/rest/engine.ts";
import { RestFailure } from "../mailjet/rest/failure.ts";
import type { Principal } from "../principal.ts";
import { resourceServices } from "./resources.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const resources = mailjetResources(resourceServices(world.context));
const engine = createRestEngine(resources);

/** Asks as this principal; what is refused is answered by its error, anything else that is thrown is a defect. */
async function ask(principal: Principal, method: string, path: string, body: unknown = "") {
  const [place = "", query = ""] = path.split("?");
  const segments = place.split("/").map(decodeURIComponent);
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  try {
    const answer = await engine.handle({
      method,
      segments,
      query,
      body: bytes,
      principal,
      now: world.clock.now(),
    });
    const text = answer.body?.toString() ?? "";
    // Ids are larger than a JavaScript number is exact.
    const exact = text.replace(/("\w*ID" ?: ?)(-?\d{16,})/g, '$1"$2"');
    return {
      status: answer.status,
      data: text === "" ? [] : (JSON.parse(exact).Data as Record<string, unknown>[]),
    };
  } catch (error) {
    if (error instanceof RestFailure) return { status: error.status, data: [] };
    if (error instanceof Refusal) return { status: 400, data: [] };
    throw error;
  }
}

const widest = [2n ** 63n - 1n, -(2n ** 63n), 0n, -1n, 99_999n, 2n ** 31n];
const naughty = [
  "",
  "%00",
  "'; drop table message; --",
  "%F0%9F%98%80",
  "x".repeat(3000),
  "a@b@c",
  "*@",
  "|",
  "1|2|3",
];

// What a list is refused without.
const required: Record<string, string> = {
  statcounters: "&CounterSource=APIKey&CounterTiming=Message&CounterResolution=Day",
};

test("no filter of any resource brings the database down, however wide its value", async () => {
  const principal = await world.principal();
  await world.approve(principal.accountId, "shop.example");
  await world.send(principal.accountId, { from: "a@shop.example", to: ["b@recipients.example"] });
  for (const resource of resources.filter(({ list }) => list !== undefined)) {
    for (const filter of Object.keys(resource.filters)) {
      for (const value of [...widest, ...naughty, "2026-01-01T00:00:00Z", "true"]) {
        const { status } = await ask(principal, "GET", `${resource.name}?${filter}=${value}&countRecords=1`);
        assert.ok(status === 200 || status === 400, `${resource.name} ${filter}=${value}: ${status}`);
      }
    }
    for (const sort of Object.keys(resource.sort)) {
      const { status } = await ask(
        principal,
        "GET",
        `${resource.name}?Sort=${sort}&Offset=9007199254740991&Limit=0${required[resource.name] ?? ""}`,
      );
      assert.equal(status, 200, `${resource.name} ${sort}`);
    }
  }
});

test("no key of any resource brings the database down", async () => {
  const principal = await world.principal();
  for (const resource of resources) {
    for (const key of [...widest, ...naughty].map(String).filter((text) => text !== "")) {
      for (const method of ["GET", "PUT", "DELETE"]) {
        const { status } = await ask(
          principal,
          method,
          `${resource.name}/${key}`,
          method === "PUT" ? {} : "",
        );
        assert.ok(status < 500, `${method} ${resource.name}/${key}: ${status}`);
      }
      for (const action of Object.keys(resource.actions ?? {})) {
        const { status } = await ask(principal, "POST", `${resource.name}/${key}/${action}`, {});
        assert.ok(status < 500, `${resource.name}/${key}/${action}: ${status}`);
      }
    }
  }
});

test("no value of any property brings the database down, and what is refused is not stored", async () => {
  const values = [
    "",
    "\ufffd",
    "x".repeat(100_000),
    "😀".repeat(1000),
    -1,
    2 ** 40,
    true,
    null,
    [],
    {},
    "*@shop.example",
  ];
  for (const resource of resources) {
    const principal = await world.principal();
    for (const property of Object.keys(resource.properties)) {
      for (const value of values) {
        const body = { Name: "A name", Email: "ann@shop.example", [property]: value };
        const made = await ask(principal, "POST", resource.name, body);
        assert.ok(made.status < 500, `POST ${resource.name} ${property}: ${made.status}`);
        const changed = await ask(
          principal,
          "PUT",
          `${resource.name}/${made.data[0]?.ID ?? principal.accountId}`,
          body,
        );
        assert.ok(changed.status < 500, `PUT ${resource.name} ${property}: ${changed.status}`);
      }
    }
    const listed = await ask(principal, "GET", `${resource.name}?Limit=0`);
    assert.ok(Buffer.byteLength(JSON.stringify(listed.data)) < 200_000, resource.name);
  }
});

test("an account works with its resources from its first key to its first sender", async () => {
  const principal = await world.principal();
  const [sender] = (await ask(principal, "POST", "sender", { Email: "ann@first.example", Name: "Ann" })).data;
  assert.equal(sender?.Status, "Inactive");
  const [domain] = (await ask(principal, "GET", `dns/${sender?.DNSID}`)).data;
  assert.equal(domain?.Domain, "first.example");
  const [validation] = (await ask(principal, "POST", "sender/ann@first.example/validate", {})).data;
  assert.equal(validation?.ValidationMethod, "ActivationEmail");
  const again = await ask(principal, "POST", "sender", { Email: "ann@first.example" });
  assert.equal(again.status, 400);
  // The confirmation is a message of the account like any other.
  const [message] = (await ask(principal, "GET", "message?ShowContactAlt=1&ShowSubject=1")).data;
  assert.equal(message?.ContactAlt, "ann@first.example");
  assert.equal(message?.Subject, "Confirm ann@first.example as a sender");
  const [byId] = (await ask(principal, "GET", `message/${message?.ID}`)).data;
  assert.equal(byId?.ContactAlt, "");
  assert.deepEqual((await ask(principal, "GET", `messagehistory/${message?.ID}`)).data, []);
  assert.equal((await ask(principal, "DELETE", "sender/ann@first.example")).status, 204);
  assert.equal((await ask(principal, "GET", "sender")).data.length, 0);
});
