import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeWords } from "./decode-words.ts";

test("the examples of RFC 2047 §8 are shown as it says", () => {
  assert.equal(decodeWords("=?ISO-8859-1?Q?a?="), "a");
  assert.equal(decodeWords("=?ISO-8859-1?Q?a?= b"), "a b");
  assert.equal(decodeWords("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?="), "ab");
  assert.equal(decodeWords("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?="), "ab");
  assert.equal(decodeWords("=?ISO-8859-1?Q?a?=\r\n =?ISO-8859-1?Q?b?="), "ab");
  assert.equal(decodeWords("=?ISO-8859-1?Q?a_b?="), "a b");
  assert.equal(decodeWords("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?="), "a b");
  assert.equal(decodeWords("=?ISO-8859-1?Q?Andr=E9?= Pirard"), "André Pirard");
});

test("a character that a sender split between two words is put together", () => {
  assert.equal(decodeWords("=?UTF-8?Q?=C3?= =?UTF-8?Q?=A9?="), "é");
  assert.equal(decodeWords("=?utf-8?B?w6nD?= =?UTF-8?B?qQ==?="), "éé");
});

test("a word in an unknown charset, or that is none, stays as it is", () => {
  assert.equal(decodeWords("=?x-none?Q?a?="), "=?x-none?Q?a?=");
  assert.equal(decodeWords("=?utf-8?x?a?= =?= ?="), "=?utf-8?x?a?= =?= ?=");
});

test("a language tag is passed over", () => {
  assert.equal(decodeWords("=?UTF-8*fr?Q?=C3=A9?="), "é");
});

test("a decoded line break becomes a space, so that it cannot start a header later", () => {
  assert.equal(decodeWords("=?UTF-8?Q?a=0D=0ABcc:_b?="), "a Bcc: b");
  assert.equal(decodeWords("=?UTF-8?B?AA0K?=x"), "x");
});
