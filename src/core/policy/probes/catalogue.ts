import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { selectColumns } from "./catalogue-store.ts";

/** Compares the live database with what the modules declare: a column that nobody answers for turns it red. */
export function catalogueProbe({ database, holdings }: ProbeContext): Probe {
  return {
    name: "catalogue",
    everyMinutes: 60,
    run: async () => {
      const columns = await database.read({ role: "operator" }, selectColumns);
      const live = new Set(columns.map(({ table, column }) => `${table}.${column}`));
      const declared = new Map<string, number>();
      for (const { table, column } of holdings) {
        const name = `${table}.${column}`;
        declared.set(name, (declared.get(name) ?? 0) + 1);
      }
      const findings = new Findings();
      for (const name of live) findings.check(declared.get(name) === 1, `${name} is not declared once`);
      for (const name of declared.keys()) findings.check(live.has(name), `${name} is declared and not there`);
      return findings.finding(
        `All ${live.size} columns of the live database are declared once, each with purpose, legal ground, subject, retention and erasure.`,
      );
    },
  };
}
