import { readPolicy, writePolicy } from "../../../core/tracking/index.ts";
import type { TrackingApi } from "../api/tracking-api.ts";
import { changes, making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";

/** How far readers of the account's mail are counted. */
export function trackingApi(context: ServiceContext): TrackingApi {
  const { trackingLimit: operatorLimit } = context;
  return {
    readTracking: (principal) =>
      readOwn(context, principal, async (reader) => ({
        ...(await readPolicy(reader, principal.accountId)),
        operatorLimit,
      })),
    changeTracking: (principal, change) =>
      writeOwn(context, principal, async (tx) => {
        const old = await readPolicy(tx, principal.accountId);
        const policy = { ...old, ...change };
        if (changes(old, change)) {
          await writePolicy(tx, principal.accountId, policy, making(context).now);
          await note(tx, context, principal, { action: "tracking.changed", subjectId: null });
        }
        return { ...policy, operatorLimit };
      }),
  };
}
