import { meaningTexts, waitTexts } from "../../src/core/delivery/index.ts";

/** docs/meanings.md: the codes with which our own API says what happened to a message and why it waits. */
export function meaningsPage(): string {
  return `${[
    "# Meanings",
    "What the codes of [our own API](api.md) say, in the words it says them. Programs and translations go by the code, which stays; a new code may come. Made from the source by `npm run docs`.",
    "## What happened to a message",
    "`meaning` of an entry of a message's history. What a reader has done has none.",
    tableOf(meaningTexts),
    "## Why a message waits",
    "`waiting.why` of a message: one of these, or what its last attempt came to, from the list above.",
    tableOf(waitTexts),
  ].join("\n\n")}\n`;
}

function tableOf(texts: Readonly<Record<string, string>>): string {
  const rows = Object.entries(texts).map(([code, text]) => `| \`${code}\` | ${text} |`);
  return ["| code | meaning |", "| --- | --- |", ...rows].join("\n");
}
