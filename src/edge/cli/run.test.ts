import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, contextOf, run } from "../../../tests/support/commands.ts";
import { Sessions } from "../../core/accounts/index.ts";
import { clockOffsetMs } from "../../core/keys/index.ts";
import { commands, readCommand, runCommand } from "./run.ts";

test("every command has a help that names its options, and refuses what it does not know", () => {
  for (const { name, options } of commands) {
    const help = readCommand([...name.split(" "), "--help"]);
    assert.equal(help.kind, "help");
    for (const option of Object.keys(options))
      assert.match(help.kind === "help" ? help.text : "", RegExp(`--${option}`));
    assert.equal(readCommand([...name.split(" "), "--nonsense"]).kind, "wrong");
  }
  assert.equal(readCommand([]).kind, "help");
  assert.equal(readCommand(["fly"]).kind, "wrong");
  assert.equal(readCommand(["account", "create"]).kind, "wrong");
  assert.equal(readCommand(["domain", "approve", "--account", "1"]).kind, "wrong");
});

test("an account is created with a key pair and found by id or by its owner's address", async (t) => {
  const context = await contextOf(t);
  const made = (await run(context, "account create --email Owner@shop.example")).json as Record<
    string,
    string
  >;
  assert.match(made.apiKey ?? "", /^[0-9a-f]{32}$/);
  assert.match(made.secretKey ?? "", /^[0-9a-f]{32}$/);
  const listed = (await run(context, "account list")).json as { accounts: { accountId: string }[] };
  assert.deepEqual(
    listed.accounts.map(({ accountId }) => accountId),
    [made.accountId],
  );
  for (const name of [made.accountId, "owner@shop.example"]) {
    const key = (await run(context, `apikey create --account ${name} --scope send,read`)).json;
    assert.deepEqual((key as { scopes: string[] }).scopes, ["send", "read"]);
    const domain = (await run(context, `domain approve Shop.example --account ${name}`)).json;
    assert.deepEqual((domain as { domain: string; state: string }).domain, "shop.example");
    assert.deepEqual((domain as { domain: string; state: string }).state, "verified");
  }
});

test("a link is made for an account, complete with where the dashboard is, and taken back again", async (t) => {
  const context = await contextOf(t);
  const { accountId } = (await run(context, "account create --email owner@shop.example")).json as Record<
    string,
    string
  >;
  const made = (await run(context, "sign-in --account owner@shop.example")).json as Record<string, string>;
  assert.equal(made.accountId, accountId);
  const [place, token = ""] = (made.signInUrl ?? "").split("#sign-in=");
  assert.equal(place, "https://mail.operator.example/dashboard/");
  assert.equal((await new Sessions(context).signIn(token)).kind, "signed_in");
  const late = (await run(context, `sign-in --account ${accountId}`)).json as Record<string, string>;
  const ended = (await run(context, `sign-out --account ${accountId}`)).json;
  assert.deepEqual(ended, { accountId, sessions: 1, links: 1 });
  const lateToken = (late.signInUrl ?? "").split("#sign-in=")[1] ?? "";
  assert.equal((await new Sessions(context).signIn(lateToken)).kind, "unknown");
  assert.equal(await codeOf(context, "sign-in --account nobody@shop.example"), "account_unknown");
});

test("what cannot be is refused with a code and a sentence", async (t) => {
  const context = await contextOf(t);
  await run(context, "account create --email twice@shop.example");
  await run(context, "account create --email twice@shop.example");
  assert.equal(await codeOf(context, "account create --email nonsense"), "invalid_address");
  assert.equal(await codeOf(context, "apikey create --account 42"), "account_unknown");
  assert.equal(await codeOf(context, "apikey create --account nobody@shop.example"), "account_unknown");
  assert.equal(await codeOf(context, "apikey create --account twice@shop.example"), "account_ambiguous");
  const { accountId } = (await run(context, "account create --email once@shop.example")).json as Record<
    string,
    string
  >;
  assert.equal(await codeOf(context, `apikey create --account ${accountId} --scope fly`), "invalid_scope");
  assert.equal(await codeOf(context, `domain approve not_a_domain --account ${accountId}`), "invalid_domain");
  for (const span of ["6", "d6", "6 d".replace(" ", "_"), "999999w", "-6d"]) {
    const asked = readCommand(["clock", "advance", "--json", "--", span]);
    assert.equal(asked.kind, "command");
    const { output } = await runCommand(context, asked as Extract<typeof asked, { kind: "command" }>);
    assert.equal((JSON.parse(output) as { error: { code: string } }).error.code, "invalid_span");
  }
});

test("the clock is advanced for the whole installation, in development only", async (t) => {
  const context = await contextOf(t);
  await run(context, "clock advance 6d");
  assert.equal(await clockOffsetMs(context.database), 6 * 86_400_000);
  await run(context, "clock advance 90m");
  assert.equal(await clockOffsetMs(context.database), 6 * 86_400_000 + 90 * 60_000);
  assert.equal(await codeOf({ ...context, isDevelopment: false }, "clock advance 1d"), "not_in_production");
});

test("an account is closed and opened again, but not the operator's own", async (t) => {
  const context = await contextOf(t);
  const { accountId } = (await run(context, "account create --email owner@shop.example")).json as Record<
    string,
    string
  >;
  const closed = (await run(context, `account close ${accountId}`)).json as Record<string, unknown>;
  assert.deepEqual(closed.accountIds, [accountId]);
  assert.match(String(closed.receipt), /^[0-9a-f]{64}$/);
  assert.equal(await codeOf(context, `account close ${accountId}`), "already_closed");
  assert.deepEqual((await run(context, `account reopen ${accountId}`)).json, { accountIds: [accountId] });
  assert.equal(await codeOf(context, `account reopen ${accountId}`), "not_closed");
  const operators = { ...context, systemAccountId: async () => BigInt(accountId ?? 0) };
  assert.equal(await codeOf(operators, `account close ${accountId}`), "operator_account");
});
