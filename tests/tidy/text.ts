// The patterns are put together from parts, so that this file does not complain about itself.
const unfinished = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`);

// Folders of somebody's machine, and hosts of package registries: true on one desk only.
const elsewhere = [
  new RegExp(`(^|[^A-Za-z0-9_.$}/-])/(${["wo" + "rk", "fa" + "rm"].join("|")})/`),
  new RegExp(`/(${["ho" + "me", "Us" + "ers"].join("|")})/[a-z]`),
  new RegExp(`/op${"t"}/node\\d|/tm${"p"}/brief`),
  new RegExp(`npm${"js"}\\.(org|com)|deb\\.deb${"ian"}\\.org|registry\\.ya${"rn"}pkg`),
];

/** Marks of unfinished work: a decision or an issue belongs there. */
export function unfinishedMarks(file: string, text: string): string[] {
  return linesWith(text, [unfinished]).map((line) => `${file}:${line} is unfinished`);
}

/** What only one machine understands. */
export function machineTraces(file: string, text: string): string[] {
  return linesWith(text, elsewhere).map((line) => `${file}:${line} names a machine or a registry`);
}

function linesWith(text: string, patterns: readonly RegExp[]): number[] {
  return text
    .split("\n")
    .flatMap((line, index) => (patterns.some((pattern) => pattern.test(line)) ? [index + 1] : []));
}
