import { Refusal } from "../../../base/errors.ts";
import {
  type ApiKeyRow,
  type ApiKeyScope,
  createApiKey,
  openKeyName,
  sealKeyName,
  selectApiKeys,
  updateApiKey,
} from "../../../core/accounts/index.ts";
import {
  addDomain,
  type DomainRow,
  openReport,
  parseDomain,
  removeDomain,
  selectDomain,
  selectDomains,
} from "../../../core/domains/index.ts";
import { removeRoutesOf } from "../../../core/inbound/index.ts";
import type { Keyring } from "../../../core/keys/index.ts";
import { removeLinkHost } from "../../../core/tracking/index.ts";
import type { DomainApi, DomainView, KeyApi, KeyView } from "../api/services.ts";
import { isOwner, type Principal } from "../principal.ts";
import { changes, making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";
import { checkNow } from "./domains.ts";

/** Sending domains of our own API. */
export function domainApi(context: ServiceContext): DomainApi {
  return {
    listDomains: async (principal) => {
      const rows = await readOwn(context, principal, (reader) => selectDomains(reader, principal.accountId));
      return rows.map(domainView);
    },
    addDomain: async (principal, wish) => {
      const { accountId } = principal;
      const row = await writeOwn(context, principal, async (tx) => {
        const known = await selectDomain(tx, accountId, { name: parseDomain(wish.name) });
        const added = await addDomain(tx, making(context), accountId, wish);
        const hasNewKey = known?.ed25519 === null && added.ed25519 !== null;
        const deed = known === undefined ? "added" : hasNewKey ? "key_added" : null;
        if (deed !== null) {
          await note(tx, context, principal, { action: `domain.${deed}`, subjectId: added.id });
        }
        return added;
      });
      context.senders.forget(accountId);
      return domainView(row);
    },
    checkDomain: async (principal, name) => {
      const row = await checkNow(context, principal, { name: parseDomain(name) });
      return row === null ? null : domainView(row);
    },
    removeDomain: async (principal, name) => {
      const { accountId } = principal;
      const removed = await writeOwn(context, principal, async (tx) => {
        const row = await removeDomain(tx, accountId, parseDomain(name));
        if (row !== undefined) {
          await removeRoutesOf(tx, context.keyring, accountId, row.name);
          await removeLinkHost(tx, accountId, row.name);
          await note(tx, context, principal, { action: "domain.removed", subjectId: row.id });
        }
        return row !== undefined;
      });
      context.senders.forget(accountId);
      return removed;
    },
  };
}

function domainView({ id, name, state, verifiedBy, createdAt, checkedAt, report }: DomainRow): DomainView {
  return { id, name, state, verifiedBy, createdAt, checkedAt, report: openReport(report) };
}

// Enough for a key a program, and a list that is read as a whole.
const keysMax = 200;

/** Key pairs of our own API. Those that were revoked are not shown any more. */
export function keyApi(context: ServiceContext): KeyApi {
  const { keyring, clock } = context;
  return {
    listKeys: (principal) =>
      readOwn(context, principal, async (reader) =>
        (await selectApiKeys(reader, [principal.accountId]))
          .filter((row) => row.revokedAt === null)
          .map((row) => keyView(keyring, row)),
      ),
    createKey: (principal, wish) => createKey(context, principal, wish),
    changeKey: (principal, id, change) => changeKey(context, principal, id, change),
    revokeKey: (principal, id) =>
      writeOwn(context, principal, async (tx) => {
        const keys = await selectApiKeys(tx, [principal.accountId]);
        const key = keys.find((row) => row.id === id && row.revokedAt === null);
        if (key === undefined) return "unknown";
        if (key.isPrimary) return "primary";
        await updateApiKey(tx, key, { isActive: false, sealedName: null, revokedAt: clock.now() });
        await note(tx, context, principal, { action: "api_key.revoked", subjectId: id });
        return "revoked";
      }),
  };
}

async function createKey(
  context: ServiceContext,
  principal: Principal,
  { name, scopes }: { name: string; scopes: ApiKeyScope[] },
): Promise<{ key: KeyView; secretKey: string }> {
  const missing = scopes.filter((scope) => !mayGrant(principal, scope));
  if (missing.length > 0) {
    throw cannotGive(missing);
  }
  const { accountId } = principal;
  return writeOwn(context, principal, async (tx) => {
    const keys = await selectApiKeys(tx, [accountId]);
    if (keys.filter((row) => row.revokedAt === null).length >= keysMax) {
      throw new Refusal(
        "too_many",
        `An account has at most ${keysMax} key pairs. Revoke one that is not used.`,
      );
    }
    const created = await createApiKey(tx, making(context), { accountId, name, scopes, isPrimary: false });
    await note(tx, context, principal, { action: "api_key.created", subjectId: created.id });
    const { id, publicKey, secretKey } = created;
    const createdAt = context.clock.now();
    const key = {
      id,
      publicKey,
      name,
      scopes,
      isPrimary: false,
      isActive: true,
      createdAt,
      lastUsedOn: null,
    };
    return { key, secretKey };
  });
}

async function changeKey(
  context: ServiceContext,
  principal: Principal,
  id: bigint,
  { name, isActive }: { name?: string; isActive?: boolean },
): Promise<KeyView | "primary" | "unknown"> {
  const { keyring } = context;
  return writeOwn(context, principal, async (tx) => {
    const keys = await selectApiKeys(tx, [principal.accountId]);
    const key = keys.find((row) => row.id === id && row.revokedAt === null);
    if (key === undefined) return "unknown";
    if (isActive !== undefined && key.isPrimary) return "primary";
    const old = keyView(keyring, key);
    const missing = old.scopes.filter((scope) => !mayGrant(principal, scope));
    // To switch a pair on is to give what it may.
    if (isActive === true && missing.length > 0) throw cannotGive(missing);
    const wanted = { ...old, name: name ?? old.name, isActive: isActive ?? old.isActive };
    if (!changes(old, wanted)) return old;
    const sealedName = wanted.name === old.name ? null : sealKeyName(keyring, key, wanted.name);
    await updateApiKey(tx, key, { isActive: isActive ?? null, sealedName, revokedAt: null });
    await note(tx, context, principal, { action: "api_key.changed", subjectId: id });
    return wanted;
  });
}

function cannotGive(scopes: ApiKeyScope[]): Refusal {
  return new Refusal("forbidden", `A key cannot give what it does not have itself: ${scopes.join(", ")}.`);
}

function mayGrant({ permissions, actor }: Principal, scope: ApiKeyScope): boolean {
  return scope === "full" ? isOwner(actor) : permissions.has(scope);
}

function keyView(keyring: Keyring, row: ApiKeyRow): KeyView {
  const { id, publicKey, isPrimary, isActive, createdAt, lastUsedOn } = row;
  const scopes = row.scopes as ApiKeyScope[];
  return {
    id,
    publicKey,
    name: openKeyName(keyring, row),
    scopes,
    isPrimary,
    isActive,
    createdAt,
    lastUsedOn,
  };
}
