import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { mailCommand, rcptCommand } from "../commands.ts";
import { noOffers } from "../offers.ts";
import { readCommand } from "./command.ts";

const read = (text: string) => readCommand(Buffer.from(text));
const codeOf = (text: string) => {
  const command = read(text);
  return command.verb === "wrong" ? `${command.reply.code} ${command.reply.enhanced}` : command.verb;
};
const generous = { ...noOffers, size: true, dsn: true, eightBitMime: true, smtpUtf8: true };

test("what our own client says of a message is understood as it was meant", () => {
  const dsn = { ret: "headers", envelopeId: "id+1 é" } as const;
  const text = mailCommand({
    envelope: { from: "jörg@müller.example", dsn },
    offers: generous,
    sizeBytes: 42,
    hasEightBit: true,
    isUtf8: true,
  });
  const command = read(text.trimEnd());
  assert.ok(command.verb === "mail");
  assert.equal(command.from?.text, "jörg@xn--mller-kva.example");
  assert.deepEqual(command.parameters, { sizeBytes: 42, isEightBit: true, isUtf8: true, report: dsn });
});

test("what our own client asks of a delivery report is understood as it was meant", () => {
  const printable = fc.string({
    unit: fc.constantFrom("a", "+", "=", "é", "用", "\\", "x", "{", "@", "."),
    minLength: 1,
    maxLength: 30,
  });
  const notify = fc.constantFrom(
    "never" as const,
    ["success" as const],
    ["failure" as const, "delay" as const],
  );
  fc.assert(
    fc.property(printable, notify, (address, wish) => {
      const dsn = { notify: wish, originalRecipient: { type: "rfc822", address } };
      const command = read(rcptCommand("ada@example.org", dsn, generous).trimEnd());
      assert.ok(command.verb === "rcpt");
      const type = /^[\x00-\x7f]*$/.test(address) ? "rfc822" : "utf-8";
      assert.deepEqual(command.parameters, { notify: wish, originalRecipient: { type, address } });
    }),
  );
});

test("commands are understood in any case, with the mistakes that are usual", () => {
  const mail = read("mail from: <Ada@EXAMPLE.org> size=10 body=8bitmime auth=<>");
  assert.ok(mail.verb === "mail");
  assert.equal(mail.from?.text, "Ada@example.org");
  assert.deepEqual(mail.parameters, { sizeBytes: 10, isEightBit: true, isUtf8: false, report: {} });
  const nobody = read("MAIL FROM:<>");
  assert.ok(nobody.verb === "mail" && nobody.from === null);
  const routed = read("RCPT TO:<@relay.example,@other.example:ada@example.org>");
  assert.ok(routed.verb === "rcpt" && routed.to !== "postmaster" && routed.to.text === "ada@example.org");
  const quoted = read('RCPT TO:<"a>b\\"c@d"@example.org>');
  assert.ok(quoted.verb === "rcpt" && quoted.to !== "postmaster" && quoted.to.local === 'a>b"c@d');
  assert.deepEqual(read("rcpt to:<Postmaster>"), { verb: "rcpt", to: "postmaster", parameters: {} });
  assert.deepEqual(read("BDAT 86 LAST"), { verb: "bdat", sizeBytes: 86, isLast: true });
  assert.deepEqual(read("AUTH PLAIN AGFkYQ=="), { verb: "auth", mechanism: "PLAIN", initial: "AGFkYQ==" });
});

test("a command that is wrong is told why", () => {
  const cases = {
    "500 5.5.1": ["", "HELP_ME", "XCLIENT ADDR=10.0.0.1", "GET / HTTP/1.1", "MAILFROM:<a@b.example>"],
    "501 5.5.4": [
      ...["EHLO", "EHLO a b", "DATA now", "QUIT now", "BDAT", "BDAT x", "BDAT -1", "BDAT 1 LAST x"],
      ...["MAIL", "MAIL FROM", "MAIL FROM:a@b.example", "MAIL FROM:<a@b.example", "MAIL TO:<a@b.example>"],
      ...[
        "MAIL FROM:<a@b.example>SIZE=1",
        "MAIL FROM:<a@b.example> SIZE=x",
        "MAIL FROM:<a@b.example> BODY=9BIT",
      ],
      ...["MAIL FROM:<a@b.example> SIZE=1 SIZE=2", "MAIL FROM:<a@b.example> RET=ALL", "MAIL FROM:<> =1"],
      ...[
        "MAIL FROM:<a@b.example> ENVID=a+b",
        `MAIL FROM:<> ENVID=${"x".repeat(101)}`,
        "MAIL FROM:<> ENVID=a+0D+0A",
      ],
      ...["RCPT TO:<a@b.example> NOTIFY=NEVER,SUCCESS", "RCPT TO:<a@b.example> NOTIFY=SUCCESS,SUCCESS"],
      ...["RCPT TO:<a@b.example> ORCPT=a@b.example", "RCPT TO:<a@b.example> ORCPT=utf-8;\\x{D800}"],
    ],
    "501 5.1.7": ["MAIL FROM:<a>", "MAIL FROM:<a@>", "MAIL FROM:<a b@c.example>"],
    "501 5.1.3": ["RCPT TO:<>", "RCPT TO:<a@b>", "RCPT TO:<a@b.example,c@d.example>"],
    "502 5.5.1": ["EXPN list", "TURN", "ETRN example.org"],
    "553 5.6.7": ["MAIL FROM:<jörg@b.example>"],
    "555 5.5.4": ["MAIL FROM:<a@b.example> X=1", "RCPT TO:<a@b.example> SIZE=1", "MAIL FROM:<> NOTIFY=NEVER"],
    "501 5.5.2": ["AUTH", "AUTH PLAIN a b"],
    "500 5.5.2": ["MAIL FROM:<a@b.example>\0", "NOOP \u0007", "RCPT TO:<a\rb@c.example>"],
  };
  for (const [expected, lines] of Object.entries(cases)) {
    for (const line of lines) assert.equal(codeOf(line), expected, line);
  }
  assert.equal(read("NOOP").verb, "noop");
  const broken = readCommand(Buffer.from([0x4d, 0xff, 0xfe]));
  assert.ok(broken.verb === "wrong" && broken.reply.enhanced === "5.5.2");
});

test("any octets are read without a fault", () => {
  const word = fc.constantFrom(
    "MAIL",
    "FROM:",
    "<",
    ">",
    '"',
    "\\",
    "@",
    " ",
    "RCPT TO:",
    "=",
    "ORCPT",
    ";",
    "+",
    "é",
  );
  const line = fc.oneof(
    fc.array(word, { maxLength: 20 }).map((words) => Buffer.from(words.join(""))),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(line, (octets) => {
      const command = readCommand(octets);
      if (command.verb === "wrong") assert.match(String(command.reply.code), /^5\d\d$/);
    }),
    { numRuns: 5_000 },
  );
});
