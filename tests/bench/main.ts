// `npm run bench [-- parts] [options]`: measures Facteur, beside Debian's Postfix where that does the same.
// docs/benchmarks.md says what each part means. Results are Markdown on standard output; `--write`
// keeps them in that file.
import { parseArgs } from "node:util";
import { describeMachine, lookAtOthers } from "./machine.ts";
import { ensureNeighbours } from "./neighbours.ts";
import type { BenchOptions, Goal, PartResult } from "./options.ts";
import { benchAccept } from "./part-accept.ts";
import { benchClaim } from "./part-claim.ts";
import { benchDelivery } from "./part-delivery.ts";
import { benchMemory } from "./part-memory.ts";
import { benchProfile } from "./part-profile.ts";
import { benchPurge } from "./part-purge.ts";
import { benchStart } from "./part-start.ts";
import { benchStatistics } from "./part-statistics.ts";
import { benchSubmission } from "./part-submission.ts";
import { benchSync } from "./part-sync.ts";
import { benchTracking } from "./part-tracking.ts";
import { benchWebhooks } from "./part-webhooks.ts";
import { goalsTable, writeReport } from "./report.ts";

const parts = {
  accept: { title: "Accept", run: benchAccept },
  submission: { title: "SMTP submission", run: benchSubmission },
  tracking: { title: "Openings and clicks", run: benchTracking },
  webhooks: { title: "Webhooks", run: benchWebhooks },
  sync: { title: "On disk before the answer", run: benchSync },
  delivery: { title: "End to end", run: benchDelivery },
  profile: { title: "Where the processor's time goes", run: benchProfile },
  memory: { title: "Memory", run: benchMemory },
  start: { title: "Start-up", run: benchStart },
  claim: { title: "Claim", run: benchClaim },
  purge: { title: "Purge", run: benchPurge },
  statistics: { title: "Statistics", run: benchStatistics },
} satisfies Record<string, { title: string; run: (options: BenchOptions) => Promise<PartResult> }>;
type PartName = keyof typeof parts;

const help = `Usage: npm run bench [-- PART … [OPTION …]]

Parts: ${Object.keys(parts).join(", ")} (default: all)

  --rounds N          how often each figure is taken (default 3)
  --messages N        messages of a round (default 20000)
  --events N          of whose sums statistics are asked (default 1000000)
  --pace-seconds N    how long latency is watched (default 20)
  --without-postfix   no neighbour beside it: nothing to install, and no need of root
  --large             sizes that take many minutes: a million queued messages, ten million rows to claim from
  --places            the profile names the places of the source, too
  --write             also write docs/benchmarks.md
  --set NAME=VALUE    a setting of the service; may be repeated
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    messages: { type: "string", default: "20000" },
    events: { type: "string", default: "1000000" },
    "pace-seconds": { type: "string", default: "20" },
    "without-postfix": { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    places: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    set: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

const unknown = positionals.filter((name) => !(name in parts));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no part ${unknown.join(", ")}.\n`);
  console.log(help);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const options: BenchOptions = {
  rounds: Number(values.rounds),
  messages: Number(values.messages),
  events: Number(values.events),
  paceSeconds: Number(values["pace-seconds"]),
  withPostfix: !values["without-postfix"],
  isLarge: values.large,
  showsPlaces: values.places,
  env: Object.fromEntries(values.set.map((text) => [text.split("=")[0], text.slice(text.indexOf("=") + 1)])),
};
const chosen = positionals.length > 0 ? (positionals as PartName[]) : (Object.keys(parts) as PartName[]);
const besidePostfix = ["accept", "submission", "delivery"];
if (options.withPostfix && chosen.some((name) => besidePostfix.includes(name))) await ensureNeighbours();

const machine = await describeMachine();
console.log(`${machine}\n`);
const sections: string[] = [];
const goals: Goal[] = [];
for (const name of chosen) {
  const head = `## ${parts[name].title}\n\n\`${commandOf(name)}\` ${await lookAtOthers()}\n`;
  console.log(head);
  const result = await parts[name].run(options);
  console.log(`${result.text}\n`);
  sections.push(`${head}\n${result.text}\n`);
  goals.push(...result.goals);
}
console.log(`## Goals\n\n${goalsTable(goals)}\n`);
if (values.write)
  await writeReport({ machine, command: commandOf(...(positionals as PartName[])), goals, sections });

function commandOf(...names: PartName[]): string {
  const given = process.argv.slice(2).filter((arg) => !(arg in parts) && arg !== "--write");
  const all = [...names, ...given];
  return all.length === 0 ? "npm run bench" : ["npm run bench --", ...all].join(" ");
}
