import assert from "node:assert/strict";
import { test } from "node:test";
import { matched } from "./pattern.ts";

test("a path is matched part by part, and its parameters are decoded", () => {
  assert.deepEqual(matched("/", "/"), {});
  assert.deepEqual(matched("/inbox", "/inbox/"), {});
  assert.deepEqual(matched("/domains/:name", "/domains/b%C3%BCcher.example"), { name: "bücher.example" });
  assert.equal(matched("/inbox/:id", "/inbox"), null);
  assert.equal(matched("/inbox/:id", "/inbox/"), null);
  assert.equal(matched("/inbox/:id", "/messages/1"), null);
});

test("a path that is not correctly encoded matches nothing", () => {
  assert.equal(matched("/domains/:name", "/domains/%E0%A4%A"), null);
});
