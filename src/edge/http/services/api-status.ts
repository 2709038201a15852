import {
  type DestinationState,
  destinationStates,
  leaseSeconds,
  meaningOfReason,
  selectNodes,
  selectUsage,
  type WaitCode,
  warmUpCap,
} from "../../../core/delivery/index.ts";
import { readQueue, usageOf, type WaitingDestination } from "../../../core/messages/index.ts";
import type { DestinationView, StatusApi, StatusView } from "../api/services.ts";
import type { Principal } from "../principal.ts";
import { readOwn, type ServiceContext } from "./context.ts";

// A node that does not deliver is heard of once a minute; two missed ones and a moment are too many.
const nodeSilenceSecondsMax = 130;

/** How things stand. A customer sees what is its own: its queue, the destinations of that, its day. What belongs to
 *  whoever runs the service (processes, the addresses it sends from) is shown to the operator's own account, and in
 *  development, where the two are one person, to every main account. */
export function statusApi(context: ServiceContext): StatusApi {
  return {
    readStatus: async (principal) => ({
      ...(await readOwnStatus(context, principal)),
      operator: isOperator(context, principal) ? await readOperatorStatus(context) : null,
    }),
  };
}

function isOperator({ installation, systemAccountId }: ServiceContext, principal: Principal): boolean {
  if (principal.parentId !== null) return false;
  return systemAccountId === null
    ? installation.mode === "development"
    : principal.accountId === systemAccountId;
}

async function readOwnStatus(
  context: ServiceContext,
  principal: Principal,
): Promise<Omit<StatusView, "operator">> {
  const { clock, figures, dayQuotaDefault } = context;
  const { accountId } = principal;
  const now = clock.now();
  return readOwn(context, principal, async (reader) => {
    const queue = await readQueue(reader, { accountId, now, contentDays: figures.at(now).contentDays });
    const routes = queue.destinations.map(({ domain }) => domain);
    const states = await destinationStates(reader, routes, new Date(clock.real()));
    const stateOf = new Map(states.map((state) => [state.route, state]));
    const usage = await usageOf(reader, accountId, now.toISOString().slice(0, 10));
    const quota = usage?.quota === undefined || usage.quota === null ? dayQuotaDefault : Number(usage.quota);
    return {
      queue,
      destinations: queue.destinations.map((each) => destinationOf(each, stateOf.get(each.domain), now)),
      today: {
        accepted: Number(usage?.accepted ?? 0n),
        quota: Number.isFinite(quota) ? quota : null,
      },
    };
  });
}

function destinationOf(
  waiting: WaitingDestination,
  state: DestinationState | undefined,
  now: Date,
): DestinationView {
  const { domain, deferred, nextAttemptAt } = waiting;
  const pausedUntil = state?.pausedUntil != null && state.pausedUntil > now ? state.pausedUntil : null;
  const why: WaitCode | null =
    pausedUntil === null
      ? waiting.why
      : state?.reason == null
        ? "destination_paused"
        : meaningOfReason(state.reason);
  return {
    domain,
    waiting: waiting.waiting,
    deferred,
    nextAttemptAt,
    pausedUntil,
    why,
    connections: state?.connections ?? 0,
  };
}

async function readOperatorStatus(context: ServiceContext): Promise<NonNullable<StatusView["operator"]>> {
  const { database, clock, warmUps } = context;
  const now = clock.now();
  const day = now.toISOString().slice(0, 10);
  const [usage, nodes] = await database.read({ role: "operator" }, (reader) =>
    Promise.all([selectUsage(reader, day), selectNodes(reader)]),
  );
  const certificates = context.linkCertificates();
  return {
    linkCertificates:
      certificates === null
        ? null
        : {
            usable: certificates.certificates.length,
            endingSoon: certificates.endingSoon,
            problems: certificates.problems,
          },
    warmUp: warmUps.flatMap((warmUp) => {
      const limit = warmUpCap(warmUp, now);
      // Warm: there is nothing to tell any more.
      if (!Number.isFinite(limit)) return [];
      const sent = usage.filter(({ source }) => source === warmUp.address);
      return sent.map((row) => ({
        source: warmUp.address,
        provider: row.provider,
        day,
        sent: Number(row.sent),
        limit,
      }));
    }),
    nodes: nodes.map(({ name, delivers, seenAt }) => {
      const silenceMs = (delivers ? leaseSeconds : nodeSilenceSecondsMax) * 1000;
      return { name, delivers, seenAt, isAlive: clock.real() - seenAt.getTime() < silenceMs };
    }),
  };
}
