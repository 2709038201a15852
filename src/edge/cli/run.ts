import { parseArgs } from "node:util";
import { Refusal } from "../../base/errors.ts";
import { accountCreate, accountList, apiKeyCreate } from "./accounts.ts";
import { promisesAttest, promisesWithdraw } from "./attest.ts";
import { accountClose, accountReopen } from "./closing.ts";
import { type Command, type CommandContext, type CommandInput, helpOf, optionTypes } from "./command.ts";
import { accountExport } from "./export.ts";
import { clockAdvance, domainApprove, migrateCommand, retentionRun } from "./operations.ts";
import { policyDraft, policyPublish, policyShow } from "./policy.ts";
import { promisesCheck } from "./promises.ts";
import { signIn, signOut } from "./sign-in.ts";
import { statisticsRebuild } from "./statistics.ts";

/** Commands that do one thing and end. */
export const commands: Command[] = [
  migrateCommand,
  accountCreate,
  accountList,
  accountClose,
  accountReopen,
  accountExport,
  apiKeyCreate,
  signIn,
  signOut,
  domainApprove,
  clockAdvance,
  retentionRun,
  policyShow,
  policyDraft,
  policyPublish,
  promisesCheck,
  promisesAttest,
  promisesWithdraw,
  statisticsRebuild,
];

/** What the command line asks for. */
export type Asked =
  | { kind: "help"; text: string }
  | { kind: "wrong"; text: string }
  | { kind: "command"; command: Command; input: CommandInput; asJson: boolean };

/** Reads the words behind `facteur`. Never throws. */
export function readCommand(args: string[]): Asked {
  const command = commands.find(({ name }) => name.split(" ").every((word, index) => args[index] === word));
  if (command === undefined) {
    const isHelp = args.length === 0 || args.includes("--help") || args.includes("-h") || args[0] === "help";
    if (isHelp) return { kind: "help", text: overview() };
    return { kind: "wrong", text: `There is no command "${args.join(" ")}".\n\n${overview()}` };
  }
  try {
    return parse(command, args.slice(command.name.split(" ").length));
  } catch (error) {
    return { kind: "wrong", text: `${(error as Error).message}\n\n${helpOf(command)}` };
  }
}

function parse(command: Command, args: string[]): Asked {
  const { values, positionals } = parseArgs({
    args,
    options: optionTypes(command),
    allowPositionals: true,
    strict: true,
  });
  if (values.help === true) return { kind: "help", text: helpOf(command) };
  if (positionals.length !== command.positionals.length) {
    const wanted = command.positionals.map(({ name }) => name).join(" ") || "nothing more";
    throw new Error(`"${command.name}" wants ${wanted}.`);
  }
  const options: CommandInput["options"] = {};
  for (const [name, option] of Object.entries(command.options)) {
    const value = values[name];
    if (typeof value === "string") options[name] = value;
    else if (value === true) options[name] = "";
    else if (option.isRequired) throw new Error(`--${name} ${option.value} is missing: ${option.help}.`);
  }
  return { kind: "command", command, input: { positionals, options }, asJson: values.json === true };
}

/** Runs a command; answers what to print and the exit code. A refusal is a sentence, not a stack. */
export async function runCommand(
  context: CommandContext,
  asked: Extract<Asked, { kind: "command" }>,
): Promise<{ output: string; exitCode: number; isRefusal: boolean }> {
  try {
    const result = await asked.command.run(context, asked.input);
    const { exitCode = 0 } = result;
    return { output: asked.asJson ? toJson(result.json) : result.text, exitCode, isRefusal: false };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const failure = { error: { code: error.code, message: error.message } };
    return { output: asked.asJson ? toJson(failure) : error.message, exitCode: 1, isRefusal: true };
  }
}

function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));
}

/** The help of `facteur` itself. */
export function overview(): string {
  const rows = [
    { name: "serve", summary: "Runs the service (npm start)." },
    ...commands,
    {
      name: "simulate",
      summary: "Runs a service of its own through months and looks for what must be gone.",
    },
  ];
  const lines = rows.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`);
  return [
    "Usage: facteur COMMAND [options]",
    "",
    ...lines,
    "",
    "Every command has --help and --json. Settings come from the environment and .env: docs/settings.md.",
    "",
  ].join("\n");
}
