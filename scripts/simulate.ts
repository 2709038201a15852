// `npm run simulate -- --days 400`: the whole service on a clock that goes a day at a time.
import { parseArgs } from "node:util";
import { Simulation } from "../tests/promises/simulation.ts";

const { values } = parseArgs({ options: { days: { type: "string", default: "400" } } });
const days = Number(values.days);
if (!Number.isInteger(days) || days < 1) throw new Error("--days wants a number of days, such as 400.");

const say = (text: string) => process.stdout.write(`${text}\n`);
const jumps = Array.from({ length: days }, () => 1);
const { assertions, violations } = await Simulation.run(jumps, say);
for (const violation of violations) say(violation);
say(`${assertions} assertions, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
