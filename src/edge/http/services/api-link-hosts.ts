import type { Sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { parseDomain, selectDomain } from "../../../core/domains/index.ts";
import { removeLinkHost, selectLinkHost, writeLinkHost } from "../../../core/tracking/index.ts";
import type { LinkHostApi } from "../api/link-host-api.ts";
import type { Principal } from "../principal.ts";
import { note, readOwn, type ServiceContext, writeOwn } from "./context.ts";

/** Which host the links in a domain's mail lead to. */
export function linkHostApi(context: ServiceContext): LinkHostApi {
  const target = () => new URL(context.linksUrl).hostname;
  return {
    readLinkHost: (principal, text) =>
      readOwn(context, principal, async (reader) => {
        const domain = await ownDomain(reader, principal, text);
        const found = await selectLinkHost(reader, principal.accountId, domain);
        return found === undefined ? null : { ...found, target: target() };
      }),
    setLinkHost: async (principal, text, hostText) => {
      const [domain, before] = await readOwn(context, principal, async (reader) => {
        const name = await ownDomain(reader, principal, text);
        return [name, await selectLinkHost(reader, principal.accountId, name)] as const;
      });
      const host = hostBelow(domain, hostText);
      // Takes seconds, so it stands outside of the transaction.
      const state = await context.lookAtLinkHost(host);
      const view = { domain, host, state, checkedAt: context.clock.now() };
      await writeOwn(context, principal, async (tx) => {
        await ownDomain(tx, principal, text);
        const isWritten = await writeLinkHost(tx, principal.accountId, view, before?.host ?? null);
        if (!isWritten) throw new Refusal("not_found", "Its host was changed or removed meanwhile.");
        // Looking again at the same one changes no set-up.
        const change = { action: "link_host.set", subjectId: null };
        if (before?.host !== host) await note(tx, context, principal, change);
      });
      return { ...view, target: target() };
    },
    removeLinkHost: (principal, text) =>
      writeOwn(context, principal, async (tx) => {
        const isGone = await removeLinkHost(tx, principal.accountId, parseDomain(text));
        if (isGone) await note(tx, context, principal, { action: "link_host.removed", subjectId: null });
        return isGone;
      }),
  };
}

async function ownDomain(reader: Sql, { accountId }: Principal, text: string): Promise<string> {
  const name = parseDomain(text);
  if ((await selectDomain(reader, accountId, { name })) !== undefined) return name;
  throw new Refusal("not_found", "The account has no such domain.");
}

// Whoever owns a domain owns the names below it. The domain itself leads elsewhere: it cannot have a CNAME (RFC 1034 §3.6.2).
function hostBelow(domain: string, text: string): string {
  const host = parseDomain(text);
  if (host.endsWith(`.${domain}`)) return host;
  throw new Refusal("invalid", `The host has to stand below ${domain}, such as links.${domain}.`, {
    field: "host",
  });
}
