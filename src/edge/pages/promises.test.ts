import assert from "node:assert/strict";
import { test } from "node:test";
import { FiguresInForce } from "../../base/figures.ts";
import { languages, type Overview, readRegister, type State, withFigures } from "../../core/policy/index.ts";
import { languageOf } from "./language.ts";
import { promisesPage } from "./promises.ts";
import { promisesBadge, promisesJson } from "./promises-json.ts";

const figures = FiguresInForce.ofRelease;
const at = new Date("2026-11-23T10:00:00Z");

function overview(change: Partial<Record<State, number>> = {}): Overview {
  const counts = {
    kept: 5,
    partly: 22,
    "not yet": 101,
    attested: 0,
    lapsed: 0,
    stale: 0,
    broken: 0,
    ...change,
  };
  const promises = readRegister().map((entry) => {
    const bytes = Buffer.alloc(32, 7);
    const found = { id: 1n, at, outcome: "kept", checks: 3, previous: bytes, hash: bytes } as const;
    const state: State = entry.covers === "all" ? "kept" : entry.covers === "part" ? "partly" : "not yet";
    const evidence = entry.probes.map((probe) => ({ ...found, probe, detail: 'a <b> & "c"' }));
    return {
      entry,
      text: withFigures(entry.text, figures),
      state,
      evidence,
      attestation: null,
      history: Array.from({ length: 90 }, () => "kept" as const),
    };
  });
  return { at, figures, promises, counts };
}

test("the page tells every promise in each language, and loads nothing", () => {
  for (const language of languages) {
    const { body, headers } = promisesPage(overview(), language);
    assert.match(body, RegExp(`<html lang="${language}">`));
    for (let number = 1; number <= 128; number += 1) assert.match(body, RegExp(`id="P${number}"`));
    assert.doesNotMatch(body, /<script|\bsrc=|<link|<b>|url\(/);
    assert.match(headers["content-security-policy"] ?? "", /^default-src 'none'; style-src 'sha256-/);
  }
});

test("JSON has every promise with its evidence and the hash in full", () => {
  const { promises, counts } = JSON.parse(promisesJson(overview()).body);
  assert.equal(promises.length, 128);
  assert.equal(counts.kept, 5);
  const content = promises.find(({ id }: { id: string }) => id === "P106");
  assert.equal(content.state, "kept");
  assert.equal(content.evidence[0].hash, "07".repeat(32));
});

test("the badge tells of what is broken before anything else", () => {
  assert.match(promisesBadge(overview()).body, /promises: 5 kept, 22 partly of 128/);
  assert.match(promisesBadge(overview({ broken: 1 })).body, /promises: 1 broken/);
});

test("the language is the one asked for, else the one the browser likes best, else English", () => {
  assert.equal(languageOf("de", "fr"), "de");
  assert.equal(languageOf("xx", "fr-CH, fr;q=0.9, en;q=0.8"), "fr");
  assert.equal(languageOf(undefined, "it, en;q=0.3, de;q=0.7"), "de");
  assert.equal(languageOf(undefined, "de;q=0, en;q=0.1"), "en");
  assert.equal(languageOf(undefined, "it"), "en");
  assert.equal(languageOf(undefined, undefined), "en");
});
