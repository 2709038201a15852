import type { parseArgs } from "node:util";
import type { SystemClock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Keyring } from "../../core/keys/index.ts";
import type { PromiseWatch } from "../../core/policy/index.ts";
import type { ErasureContext } from "../../core/retention/index.ts";

/** What a command works on. */
export interface CommandContext {
  database: Database;
  keyring: Keyring;
  clock: SystemClock;
  ids: IdSource;
  figures: FiguresInForce;
  isDevelopment: boolean;
  /** Where people reach the service, without a slash at its end. */
  publicUrl: string;
  promises: PromiseWatch;
  erasure: ErasureContext;
  /** Everything that is held of an account, line by line. */
  exportAccount: (accountId: bigint) => AsyncIterable<string>;
  /** The operator's own account; null without an operator (in development). */
  systemAccountId: () => Promise<bigint | null>;
}

type OptionTypes = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** An option as the help shows it. */
export interface OptionHelp {
  /** What stands for the value: EMAIL; "" for a switch. */
  value: string;
  help: string;
  isRequired?: boolean;
}

/** What was written behind the command's name. */
export interface CommandInput {
  positionals: string[];
  /** A switch that was given is "". */
  options: Record<string, string | undefined>;
}

/** What a command has to say: for people, and as one JSON object for programs (`--json`). */
export interface CommandResult {
  text: string;
  json: unknown;
  /** 0 unless told. */
  exitCode?: number;
}

/** A command of `facteur`. */
export interface Command {
  name: string;
  summary: string;
  positionals: { name: string; help: string }[];
  options: Record<string, OptionHelp>;
  run(context: CommandContext, input: CommandInput): Promise<CommandResult>;
}

/** parseArgs' description of a command's options, with those every command has. */
export function optionTypes(command: Command): OptionTypes {
  const own = Object.entries(command.options).map(([name, { value }]) => {
    return [name, { type: value === "" ? ("boolean" as const) : ("string" as const) }];
  });
  return { ...Object.fromEntries(own), json: { type: "boolean" }, help: { type: "boolean", short: "h" } };
}

/** The help of a command. */
export function helpOf(command: Command): string {
  const positionals = command.positionals.map(({ name }) => name).join(" ");
  const required = Object.entries(command.options)
    .filter(([, option]) => option.isRequired)
    .map(([name, { value }]) => ` --${name} ${value}`)
    .join("");
  const lines = Object.entries({
    ...command.options,
    json: { value: "", help: "answer as one JSON object" },
    help: { value: "", help: "this text" },
  }).map(([name, { value, help }]) => `  ${`--${name} ${value}`.padEnd(26)} ${help}`);
  const words = [command.name, positionals].filter((part) => part !== "").join(" ");
  const names = command.positionals.map(({ name, help }) => `  ${name.padEnd(26)} ${help}`);
  return [
    `Usage: facteur ${words}${required} [options]`,
    "",
    command.summary,
    "",
    ...names,
    ...lines,
    "",
  ].join("\n");
}
