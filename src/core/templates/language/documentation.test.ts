import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compilePersonalisation, compileTemplate, render, type TemplateScope } from "./index.ts";

const guide = readFileSync(new URL("../../../../docs/template-language.md", import.meta.url), "utf8");

interface Block {
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

interface Example {
  readonly source: Block;
  readonly scope: TemplateScope;
  readonly expected: Block;
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const found of markdown.matchAll(/^```([a-z ]+)\n(.*?)\n```$/gms)) {
    const line = markdown.slice(0, found.index).split("\n").length;
    blocks.push({ info: found[1]!, text: found[2]!, line });
  }
  return blocks;
}

function examplesOf(blocks: readonly Block[]): Example[] {
  const examples: Example[] = [];
  for (let at = 0; at < blocks.length; ) {
    const source = blocks[at++]!;
    const scope = blocks[at]?.info === "json scope" ? scopeOf(blocks[at++]!.text) : {};
    examples.push({ source, scope, expected: blocks[at++]! });
  }
  return examples;
}

function scopeOf(json: string): TemplateScope {
  const { segments = {}, openedDaysAgo, ...values } = JSON.parse(json);
  return {
    ...values,
    isInSegment: (name) => segments[name],
    hasOpenedSince: (days) => openedDaysAgo <= days,
  };
}

function outcomeOf({ source, scope }: Example): string {
  const options = { escape: source.info.includes("escaped") ? "html" : "none" } as const;
  const isPlain = source.info === "html plain";
  const template = isPlain ? compilePersonalisation(source.text) : compileTemplate(source.text, options);
  if (template.kind === "problem") return template.message;
  const rendering = render(template, scope);
  return rendering.kind === "failed" ? rendering.problem.message : rendering.text;
}

const examples = examplesOf(blocksOf(guide));

test("the guide to the template language has an example for every construct", () => {
  assert.ok(examples.length >= 15);
  for (const construct of [
    "{{",
    "elseif",
    "{% for",
    "{% set",
    "Round(",
    "segment:",
    "mj:",
    "[[data:",
    "&gt;",
  ]) {
    assert.ok(
      examples.some((example) => example.source.text.includes(construct)),
      construct,
    );
  }
});

for (const example of examples) {
  test(`the example in line ${example.source.line} of the guide does what the guide says`, () => {
    assert.match(example.source.info, /template$|plain$/);
    assert.match(example.expected.info, /result$|problem$/);
    assert.equal(outcomeOf(example), example.expected.text);
  });
}

test("the guide names every reason an error can give", () => {
  const sources = ["expression", "tokens", "values", "operators", "numbers", "compile"].map((file) =>
    readFileSync(new URL(`./${file}.ts`, import.meta.url), "utf8"),
  );
  const text = guide.replace(/\s+/g, " ");
  const pattern = /(?:#fail\(|"expression", |"invalid", )"([^"]+)"/g;
  const reasons = sources.flatMap((source) => [...source.matchAll(pattern)].map((found) => found[1]!));
  assert.ok(reasons.length > 15);
  for (const reason of reasons) assert.ok(text.includes(reason), reason);
});
