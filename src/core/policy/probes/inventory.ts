import { readdirSync } from "node:fs";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";

/** Every place in the data folder where something lies, and what it is. */
export const places: Readonly<Record<string, string>> = {
  postgres: "the embedded database: its tables are in the data map",
  secrets: "the root key and the chains of keys",
  journal: "what delivery notes between an attempt and its outcome: ids, no person",
  erasures: "which accounts were erased, as keyed hashes: what a restore replays",
  "service.log": "the log, where it is kept in the data folder: no addresses, names, subjects or bodies",
};

/** Compares what lies in the data folder with the list of places: a file that nobody answers for turns it red. */
export function inventoryProbe({ dataFolder }: Pick<ProbeContext, "dataFolder">): Probe {
  return {
    name: "inventory",
    everyMinutes: 60,
    run: async () => {
      const findings = new Findings();
      const names = readdirSync(dataFolder);
      for (const name of names)
        findings.check(Object.hasOwn(places, name), `nobody answers for ${name} in the data folder`);
      return findings.finding(
        `All ${names.length} places of the data folder are known, and what each holds. What the tables hold is in the data map.`,
      );
    },
  };
}
