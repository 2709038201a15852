import assert from "node:assert/strict";
import { test } from "node:test";
import { FreshAnswers } from "./fresh-answers.ts";

/** Counts how often it is asked, and answers with the count. */
function counter() {
  const asked = { count: 0 };
  const ask = async () => {
    asked.count++;
    return asked.count;
  };
  return { asked, ask };
}

test("an answer is believed until it is too old", async () => {
  const answers = new FreshAnswers<string, number>(1000, 10);
  const { ask } = counter();
  const times = [0, 999, 1000, 1999];
  const given = [];
  for (const now of times) given.push(await answers.get("a", now, ask));
  assert.deepEqual(given, [1, 1, 2, 2]);
});

test("many who ask at once are one question, each key its own", async () => {
  const answers = new FreshAnswers<string, number>(1000, 10);
  const { asked, ask } = counter();
  const keys = ["a", "a", "b", "a"];
  assert.deepEqual(await Promise.all(keys.map((key) => answers.get(key, 0, ask))), [1, 1, 2, 1]);
  assert.equal(asked.count, 2);
});

test("a failure is told to all who waited and not remembered", async () => {
  const answers = new FreshAnswers<string, number>(1000, 10);
  const fail = async () => {
    throw new Error("no answer");
  };
  const waiting = [answers.get("a", 0, fail), answers.get("a", 0, fail)];
  for (const each of waiting) await assert.rejects(each, /no answer/);
  assert.equal(await answers.get("a", 1, counter().ask), 1);
});

test("what was forgotten is asked for anew, even while the old answer is on its way", async () => {
  const answers = new FreshAnswers<string, number>(1000, 10);
  const { ask } = counter();
  const old = answers.get("a/1", 0, ask);
  answers.forget((key) => key.startsWith("a/"));
  assert.deepEqual([await old, await answers.get("a/1", 0, ask)], [1, 2]);
});

test("a later question knows the answer before", async () => {
  const answers = new FreshAnswers<string, number>(10, 10);
  await answers.get("a", 0, async () => 5);
  assert.equal(await answers.get("a", 10, async (before) => ((await before) ?? 0) + 1), 6);
});

test("beyond so many keys all are forgotten", async () => {
  const answers = new FreshAnswers<number, number>(1000, 2);
  const { asked, ask } = counter();
  for (const key of [1, 2, 3, 1]) await answers.get(key, 0, ask);
  assert.equal(asked.count, 4);
});
