import { type Sql, sql } from "../../../base/database.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";

// What must be on for an accepted message to survive a power cut.
const wanted: Record<string, readonly string[]> = {
  fsync: ["on"],
  full_page_writes: ["on"],
  synchronous_commit: ["on", "remote_write", "remote_apply", "local"],
};

/** Looks whether accepted means on disk: as the connection sees it that accepts messages. */
export function durabilityProbe({ database }: ProbeContext): Probe {
  return {
    name: "durability",
    everyMinutes: 60,
    run: async () => {
      const findings = new Findings();
      await database.read({ role: "accept" }, async (reader) => {
        for (const [name, values] of Object.entries(wanted)) {
          const value = await settingOf(reader, name);
          findings.check(
            values.includes(value),
            `${name} is ${value}: a power cut may lose what was accepted`,
          );
        }
      });
      return findings.finding(
        "What was accepted is on disk before the answer leaves, and survives a power cut.",
      );
    },
  };
}

async function settingOf(reader: Sql, name: string): Promise<string> {
  const row = await reader.row<{ value: string }>(sql`select current_setting(${name}) as value`);
  return row?.value ?? "unknown";
}
