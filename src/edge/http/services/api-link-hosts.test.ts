import assert from "node:assert/strict";
import { after, test } from "node:test";
import { deliverInto } from "../../../../tests/promises/delivering.ts";
import { Refusal } from "../../../base/errors.ts";
import { readInbox } from "../../../core/messages/index.ts";
import type { LinkHostState } from "../../../core/tracking/index.ts";
import { domainApi } from "./api-account.ts";
import { linkHostApi } from "./api-link-hosts.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
let state: LinkHostState = "ready";
const context = { ...world.context, lookAtLinkHost: async () => state };
const services = linkHostApi(context);

async function owner(domain: string) {
  const principal = await world.principal();
  await world.approve(principal.accountId, domain);
  return principal;
}

/** The hosts of the links in a mail that goes out now. */
async function hostsOf(accountId: bigint, domain: string): Promise<string[]> {
  const content = { isMarketing: true, html: "<p>Offers</p>" } as const;
  const [id = 0n] = await world.send(accountId, { from: `news@${domain}`, to: ["ada@example.com"], content });
  await using _ = deliverInto(world);
  for (let look = 0; look < 500; look += 1) {
    const entry = await world.database.read({ role: "request", accountId }, (reader) =>
      readInbox(reader, world.keyring, { accountId, id }),
    );
    const text = entry?.source.toString("latin1").replace(/=\r\n/g, "").replaceAll("=3D", "=");
    if (text !== undefined)
      return [...new Set([...text.matchAll(/https:\/\/([^/]+)\/u\//g)].map(([, host = ""]) => host))];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail("The mail was not delivered.");
}

test("links lead to a host of the domain while it is ready, and to our own otherwise", async () => {
  const principal = await owner("shop.example");
  const { accountId } = principal;
  assert.equal(await services.readLinkHost(principal, "shop.example"), null);
  assert.deepEqual(await hostsOf(accountId, "shop.example"), ["mail.example.org"]);
  const set = await services.setLinkHost(principal, "shop.example", "Links.shop.example.");
  assert.deepEqual(
    [set.host, set.state, set.target],
    ["links.shop.example", "ready", "mail.operator.example"],
  );
  assert.deepEqual(await hostsOf(accountId, "shop.example"), ["links.shop.example"]);
  for (const wrong of ["waiting", "unreachable"] as const) {
    state = wrong;
    await services.setLinkHost(principal, "shop.example", "links.shop.example");
    assert.deepEqual(await hostsOf(accountId, "shop.example"), ["mail.example.org"], wrong);
  }
  state = "ready";
  assert.equal(await services.removeLinkHost(principal, "shop.example"), true);
  assert.equal(await services.removeLinkHost(principal, "shop.example"), false);
  assert.deepEqual((await world.audit(accountId)).at(-1)?.action, "link_host.removed");
});

test("a look that outlasts the removal of its host, or its change, brings nothing back", async () => {
  const principal = await owner("slow.example");
  const { promise: looking, resolve: isLooking } = Promise.withResolvers<void>();
  const { promise: seen, resolve: see } = Promise.withResolvers<LinkHostState>();
  const slow = linkHostApi({
    ...context,
    lookAtLinkHost: () => {
      isLooking();
      return seen;
    },
  });
  await services.setLinkHost(principal, "slow.example", "links.slow.example");
  const again = slow.setLinkHost(principal, "slow.example", "links.slow.example");
  const late = assert.rejects(again, (error) => error instanceof Refusal && error.code === "not_found");
  await looking;
  await services.removeLinkHost(principal, "slow.example");
  see("ready");
  await late;
  assert.equal(await services.readLinkHost(principal, "slow.example"), null);
  assert.equal((await world.audit(principal.accountId)).at(-1)?.action, "link_host.removed");
  // Two that name the first one at once agree, unless they name different ones.
  const name = (host: string) => services.setLinkHost(principal, "slow.example", `${host}.slow.example`);
  await Promise.all([name("mail"), name("mail")]);
  await name("links");
  assert.equal((await services.readLinkHost(principal, "slow.example"))?.host, "links.slow.example");
});

test("only hosts below a domain of one's own are taken, and a domain that is given up takes its host with it", async () => {
  const [principal, stranger] = [await owner("other.example"), await world.principal()];
  const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
  for (const host of ["other.example", "links.shop.example", "linksother.example"])
    await assert.rejects(services.setLinkHost(principal, "other.example", host), refused("invalid"));
  await assert.rejects(
    services.setLinkHost(stranger, "other.example", "links.other.example"),
    refused("not_found"),
  );
  await services.setLinkHost(principal, "other.example", "links.other.example");
  await domainApi(context).removeDomain(principal, "other.example");
  await world.approve(principal.accountId, "other.example");
  assert.equal(await services.readLinkHost(principal, "other.example"), null);
});
