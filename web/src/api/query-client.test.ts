import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiProblem } from "./client.ts";
import { queryClient } from "./query-client.ts";
import { sessionKey } from "./session.ts";

const secret = ["made-key"];

/** What the page holds once account `id` is signed in and has made a key pair. */
function signedIn(id: string): void {
  queryClient.clear();
  queryClient.setQueryData(sessionKey, { account: { id } });
  queryClient.setQueryData(secret, { secretKey: "of this account" });
}

test("what was shown of one account, secrets too, is gone once another tab has signed in to another", () => {
  signedIn("1");
  queryClient.setQueryData(sessionKey, { account: { id: "2" } });
  assert.equal(queryClient.getQueryData(secret), undefined);
  assert.deepEqual(queryClient.getQueryData(sessionKey), { account: { id: "2" } });
});

test("nothing of an account outlives its session, and a look for it that finds the same one loses nothing", async () => {
  signedIn("1");
  queryClient.setQueryData(sessionKey, { account: { id: "1" } });
  assert.notEqual(queryClient.getQueryData(secret), undefined);

  const problem = { status: 401, code: "unauthorized", detail: "", remedy: "" };
  const ended = () => Promise.reject(new ApiProblem(problem as ApiProblem["problem"]));
  await assert.rejects(queryClient.fetchQuery({ queryKey: ["messages"], queryFn: ended }));
  assert.equal(queryClient.getQueryData(sessionKey), null);
  assert.equal(queryClient.getQueryData(secret), undefined);
});
