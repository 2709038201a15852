import { sql } from "../../src/base/database.ts";
import type { ProbedWorld } from "./context.ts";

/** A violation that is put into a healthy world, and the probe that must see it. */
export interface Mutation {
  name: string;
  probe: string;
  violate: (world: ProbedWorld) => Promise<void>;
}

/** Changes the database as its owner. */
export function change(statement: string): Mutation["violate"] {
  return async ({ database }) => {
    await database.write({ role: "operator" }, (tx) => tx.run(sql.script(statement)));
  };
}
