import type { Core } from "./app-core.ts";
import { reportNext } from "./core/reports/index.ts";
import { countNext } from "./core/statistics/index.ts";
import { LogKeeper } from "./edge/worker/log-keeper.ts";

/** How reports name this service, and who they are from. */
export interface LogOptions {
  heloName: string;
  systemSender: { address: string; name: string };
}

/** What follows the log of events in this process. */
export interface LogFollowers {
  /** Looks at once: the product's clock was advanced. */
  wake(): void;
  stop(): Promise<void>;
}

/** Begins to keep the statistics and to make delivery reports; one process does so at a time.
 *  @param wakeLanes told where reports wait to be delivered */
export function followLog(
  core: Core,
  { heloName, systemSender }: LogOptions,
  wakeLanes: (lanes: Set<number>) => void,
): LogFollowers {
  const statistics = new LogKeeper({
    ...core,
    name: "statistics",
    next: (following, horizon) => countNext({ ...core, now: core.clock.now() }, following, horizon),
  });
  const reports = new LogKeeper({
    ...core,
    name: "reports",
    next: async (following, horizon) => {
      const reporter = { reportingMta: heloName, sender: systemSender };
      const batch = await reportNext({ ...core, ...reporter, now: core.clock.now() }, following, horizon);
      if (batch !== null && batch.lanes.size > 0) wakeLanes(batch.lanes);
      for (const damage of batch?.damaged ?? []) core.log.error("report.not_readable", { ...damage });
      return batch;
    },
  });
  statistics.start();
  reports.start();
  return {
    wake: () => reports.wake(),
    stop: async () => {
      await Promise.all([statistics.stop(), reports.stop()]);
    },
  };
}
