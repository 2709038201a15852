import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceOf } from "./choice.ts";

const made = { publicKey: "made", secretKey: "secret" };
const key = (publicKey: string, isActive = true) => ({ publicKey, isActive, scopes: ["send" as const] });

/** The API key and the secret that are shown. */
function shown(known: Parameters<typeof choiceOf>[0]): (string | null)[] {
  const { user, secret } = choiceOf(known);
  return [user, secret];
}

test("a pair made here is chosen with its secret, until it is revoked or switched off", () => {
  const keys = [key("first"), key("made")];
  assert.deepEqual(shown({ keys, made, asked: "made" }), ["made", "secret"]);
  assert.deepEqual(shown({ keys, made, asked: null }), ["made", "secret"]);
  assert.deepEqual(shown({ keys, made, asked: "first" }), ["first", null]);
  assert.deepEqual(shown({ keys: [key("first")], made, asked: "made" }), ["first", null]);
  assert.deepEqual(shown({ keys: [key("made", false)], made, asked: "made" }), [null, null]);
});

test("while the list of pairs is away, none is made up, and a secret just made is still shown", () => {
  assert.deepEqual(shown({ keys: null, made: null, asked: null }), [null, null]);
  assert.deepEqual(shown({ keys: null, made, asked: null }), ["made", "secret"]);
});
