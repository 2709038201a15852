import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { readQuery, readSegments, readTarget } from "./target.ts";

test("an absolute-form target loses its scheme and authority, whatever they are", () => {
  assert.deepEqual(readTarget("http://api.example.org:8080/v3/REST/contact?Limit=1"), {
    path: "/v3/REST/contact",
    query: "Limit=1",
  });
  assert.deepEqual(readTarget("HTTPS://user@host/v3"), { path: "/v3", query: "" });
  assert.deepEqual(readTarget("http://host"), { path: "/", query: "" });
  assert.deepEqual(readTarget("http://host?a=b"), { path: "/", query: "a=b" });
});

test("an origin-form target stays as it is, without a fragment", () => {
  assert.deepEqual(readTarget("/a/b?c=d?e#f"), { path: "/a/b", query: "c=d?e" });
  assert.deepEqual(readTarget("//host/a"), { path: "//host/a", query: "" });
});

test("octets that a client has sent raw are the same as their percent-encoding", () => {
  const raw = Buffer.from("/contact/nonçascii@example.com").toString("latin1");
  assert.deepEqual(readSegments(readTarget(raw).path), ["contact", "nonçascii@example.com"]);
});

test("segments are decoded one by one, so that a slash can be part of a key", () => {
  assert.deepEqual(readSegments("/template/apikey%7Ca%2Fb/detailcontent/"), [
    "template",
    "apikey|a/b",
    "detailcontent",
  ]);
});

test("a plus in the path is a plus, and in the query a space", () => {
  assert.deepEqual(readSegments("/contact/foo+bar@x.yz"), ["contact", "foo+bar@x.yz"]);
  assert.deepEqual(readQuery("Sort=Email+DESC&limit=%2B1"), [
    ["sort", "Email DESC"],
    ["limit", "+1"],
  ]);
});

test("broken percent-encoding is noticed", () => {
  for (const path of ["/%", "/%zz", "/%C3%28", "/a%2"]) assert.equal(readSegments(path), null, path);
});

test("no target throws, and what is read can always be sent on", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { path, query } = readTarget(text);
      assert.match(`${path}${query}`, /^[\x21-\x7e]*$/);
      assert.ok(path.startsWith("/"));
      readSegments(path);
      readQuery(query);
    }),
  );
});
