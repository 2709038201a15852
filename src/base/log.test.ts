import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLog, createStrictLog, type Log } from "./log.ts";
import { redact, redactText } from "./redact.ts";

function recorded(make: (stream: { write(line: string): void }) => Log) {
  const lines: Record<string, unknown>[] = [];
  const log = make({ write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines };
}

test("a line names its event, level and instant, and carries ids as text", () => {
  const { log, lines } = recorded((stream) => createLog({ level: "info", stream, now: () => 0 }));
  log.info("delivery.deferred", { deliveryId: 9_007_199_254_740_993n, replyCode: 451 });
  assert.deepEqual(lines, [
    {
      level: "info",
      at: "1970-01-01T00:00:00.000Z",
      event: "delivery.deferred",
      deliveryId: "9007199254740993",
      replyCode: 451,
    },
  ]);
});

test("a level below the configured one is not written", () => {
  const { log, lines } = recorded((stream) => createLog({ level: "warn", stream }));
  log.info("a.b");
  log.debug("a.b");
  assert.equal(lines.length, 0);
});

test("any address of the dot-atom form is masked, wherever it stands", () => {
  const atom = fc.stringMatching(/^[a-z0-9!#$%&*+/=?^_`{|}~-]{1,12}(\.[a-z0-9]{1,5})?$/);
  const domain = fc.stringMatching(/^[a-z][a-z0-9]{0,8}\.(example|test)$/);
  fc.assert(
    fc.property(
      atom,
      domain,
      fc.constantFrom("", "to ", "<", "550 5.1.1 <", "mailto:"),
      (local, host, before) => {
        const text = redactText(`${before}${local}@${host}> rejected`);
        assert.ok(!text.includes(`${local}@`) && !text.includes(host), text);
      },
    ),
  );
});

for (const [what, value] of [
  ["an address with a quoted local part", '"anna b"@example.org'],
  ["an address of a script other than Latin", "用户@例子.广告"],
  ["an address at an address literal", "anna.berg@[203.0.113.7]"],
  ["an API key", "3f2a9c4e5d6b7a8091c2d3e4f5a6b7c8"],
  ["a credential of HTTP", "Basic YWJjOmRlZg=="],
  ["a password in a URL", "smtp://relay:hunter2secret@mail.example:587"],
  ["a token", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="],
  ["an IPv4 address", "203.0.113.7"],
  ["an IPv6 address", "2001:db8::7"],
  ["a private key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"],
] as const)
  test(`${what} is masked in a text, in a list and in an error`, () => {
    const cause = new Error(`because ${value}`);
    const error = new Error(`refused: ${value}`, { cause });
    const text = JSON.stringify(redact({ said: `it was ${value} then`, list: [{ deep: value }], error }));
    for (const part of value
      .split(/[\s@/:]+/)
      .filter((piece) => piece.length > 5 && !/^(Basic|mail\.example|-----|PRIVATE)/.test(piece)))
      assert.ok(!text.includes(part), text);
    assert.match(text, /\[(address|secret|ip)\]/);
  });

test("what helps and names nobody stays readable", () => {
  for (const text of [
    "mx1.example.org answered 451 4.7.1 after 12:30:05",
    "listening on 127.0.0.1:8080 and [::1]:8080",
    "1152921504606846976",
    "0d6b2b9e-3c1b-4f0e-9d7e-1a2b3c4d5e6f",
    "PostgreSQL 18.4 at 2026-11-23T18:00:00.000Z",
    "src/base/log.ts:12:30",
  ])
    assert.equal(redactText(text), text);
});

test("a field whose name speaks of a secret is hidden whatever it holds", () => {
  assert.deepEqual(redact({ password: "abc", apiKeyToken: "x", hasPassword: true }), {
    password: "[secret]",
    apiKeyToken: "[secret]",
    hasPassword: true,
  });
});

test("an error keeps its code and place and loses the fields that repeat data", () => {
  const error = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (name)=(Anna) exists",
  });
  const shown = redact(error) as Record<string, unknown>;
  assert.equal(shown.code, "23505");
  assert.ok(Array.isArray(shown.stack) && shown.stack.length > 0);
  assert.ok(!JSON.stringify(shown).includes("Anna"));
});

test("bytes are counted, never shown", () => {
  assert.equal(redact(Buffer.from("secret body")), "[11 bytes]");
});

test("no value makes the log throw", () => {
  const { log } = recorded((stream) => createLog({ level: "debug", stream }));
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
      (value) => {
        log.info("any.thing", { value });
      },
    ),
  );
});

test("a value that refers to itself is cut, not followed for ever", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  assert.match(JSON.stringify(redact(loop)), /\[object\]/);
});

test("the eleventh warning of a kind within a minute is counted and told later", () => {
  let at = 0;
  const { log, lines } = recorded((stream) => createLog({ level: "info", stream, now: () => at }));
  for (let i = 0; i < 25; i++) log.warn("dns.slow");
  log.warn("other.kind");
  assert.equal(lines.filter(({ event }) => event === "dns.slow").length, 10);
  assert.equal(lines.filter(({ event }) => event === "other.kind").length, 1);
  at = 60_000;
  log.warn("dns.slow");
  assert.deepEqual(
    lines.slice(-2).map(({ event, of, count }) => ({ event, of, count })),
    [
      { event: "log.repeated", of: "dns.slow", count: 15 },
      { event: "dns.slow", of: undefined, count: undefined },
    ],
  );
});

test("errors are never held back", () => {
  const { log, lines } = recorded((stream) => createLog({ level: "info", stream, now: () => 0 }));
  for (let i = 0; i < 25; i++) log.error("disk.full");
  assert.equal(lines.length, 25);
});

test("a strict log names the field that should not have been written", () => {
  const { log, lines } = recorded((stream) => createStrictLog({ level: "info", stream }));
  log.info("message.accepted", { messageId: 7n, to: "anna@example.org" });
  assert.deepEqual(
    lines.map(({ event, of, fields }) => ({ event, of, fields })),
    [
      { event: "message.accepted", of: undefined, fields: undefined },
      { event: "log.masked", of: "message.accepted", fields: ["to"] },
    ],
  );
});
