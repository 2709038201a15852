import { Refusal } from "../../../base/errors.ts";
import {
  addressesOf,
  type ConsentEntry,
  checkDecision,
  consentPurposes,
  type DecisionMade,
  listConsents,
  openProof,
  recordConsents,
  selectLatestConsents,
} from "../../../core/consent/index.ts";
import type { Keyring } from "../../../core/keys/index.ts";
import { normaliseForLookup } from "../../../mail/address/index.ts";
import type { ConsentApi, ConsentStandings, ConsentView, DecisionWish } from "../api/consent-api.ts";
import type { Principal } from "../principal.ts";
import { bounded } from "./api-messages.ts";
import { parsed } from "./api-suppressions.ts";
import { importConsentFile } from "./consent-csv.ts";
import { making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";

/** What readers have agreed to. */
export function consentApi(context: ServiceContext): ConsentApi {
  const { keyring } = context;
  return {
    listConsents: (principal, { beforeId, address, ...rest }) =>
      readOwn(context, principal, async (reader) => {
        const { accountId } = principal;
        const lookup = address === null ? null : lookupOf(keyring, accountId, address);
        const page = { ...rest, beforeId: bounded(beforeId), lookup };
        const rows = await listConsents(reader, accountId, page);
        const views = rows.map((row) => ({ ...viewOf(keyring, row), lookup: row.lookup }));
        const nameless = views.flatMap(({ address, lookup }) => (address === "" ? [lookup] : []));
        const addresses = await addressesOf(reader, keyring, { accountId, lookups: nameless });
        return views.map(({ lookup, ...view }) => ({
          ...view,
          address: view.address || (addresses.get(lookup.toString("hex")) ?? ""),
        }));
      }),
    consentStandings: (principal, address) =>
      readOwn(context, principal, (reader) => standingsOf(reader, keyring, { principal, address })),
    decideConsent: (principal, wish) =>
      writeOwn(context, principal, async (tx) => {
        const made = decisionOf(context, principal, { ...wish, source: "api" });
        await recordConsents(tx, making(context), principal, [made]);
        await note(tx, context, principal, { action: `consent.${wish.decision}`, subjectId: null });
        return standingsOf(tx, keyring, { principal, address: wish.address });
      }),
    importConsentFile: (principal, csv) => importConsentFile(context, principal, csv),
    importConsents: (principal, wishes) =>
      writeOwn(context, principal, async (tx) => {
        const problems: { index: number; detail: string }[] = [];
        const made = wishes.flatMap((wish, index) => {
          try {
            const decision = decisionOf(context, principal, { ...wish, source: "import" });
            checkDecision(decision, making(context).now);
            return [decision];
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            problems.push({ index, detail: error.message });
            return [];
          }
        });
        await recordConsents(tx, making(context), principal, made);
        const change = { action: "consent.imported", subjectId: null };
        if (made.length > 0) await note(tx, context, principal, change);
        return { recorded: made.length, problems };
      }),
  };
}

function decisionOf(
  context: ServiceContext,
  { accountId }: Principal,
  { address, decidedAt, how, wording, version, ...wish }: DecisionWish & Pick<DecisionMade, "source">,
): DecisionMade {
  const { text } = parsed(address);
  // A list from before a withdrawal would revive what was taken back, if its day were ours.
  if (wish.decision === "given" && decidedAt === null) {
    throw new Refusal("invalid", "A consent needs the instant at which it was given.", {
      field: "decidedAt",
    });
  }
  return {
    ...wish,
    lookup: lookupOf(context.keyring, accountId, address),
    decidedAt: decidedAt ?? context.clock.now(),
    proof: { address: text, how, wording, version },
  };
}

function lookupOf(keyring: Keyring, accountId: bigint, address: string): Buffer {
  return keyring.lookup(accountId, normaliseForLookup(parsed(address)));
}

async function standingsOf(
  reader: Parameters<typeof selectLatestConsents>[0],
  keyring: Keyring,
  { principal: { accountId }, address }: { principal: Principal; address: string },
): Promise<ConsentStandings> {
  const latest = await selectLatestConsents(reader, [
    { accountId, lookup: lookupOf(keyring, accountId, address) },
  ]);
  const standing = (purpose: (typeof consentPurposes)[number]) => {
    const found = latest.find((each) => each.purpose === purpose);
    return { state: found?.decision ?? ("unknown" as const), since: found?.decidedAt ?? null };
  };
  const [opens, clicks] = consentPurposes;
  return {
    address: parsed(address).text,
    purposes: { [opens]: standing(opens), [clicks]: standing(clicks) },
  };
}

function viewOf(keyring: Keyring, row: ConsentEntry): ConsentView {
  const { id, purpose, decision, source, actor, decidedAt, sourceId } = row;
  const facts = { id, purpose, decision, source, actor, decidedAt, messageId: sourceId };
  return { ...facts, ...openProof(keyring, row) };
}
