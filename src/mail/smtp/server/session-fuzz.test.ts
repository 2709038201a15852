import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { OpenDialogue, type Taken } from "./testing/dialogue.ts";
import { feed, openSession } from "./testing/session.ts";

const limits = {
  commandOctetsMax: 80,
  authOctetsMax: 120,
  messageBytesMax: 400,
  lineOctetsMax: 60,
  recipientsMax: 2,
  errorsMax: 6,
  strangerCommandsMax: 12,
  commandsPerMessageMax: 15,
  heldBytesMax: 40_000,
};

const credentials = Buffer.from("\0ada\0secret").toString("base64");
// What a client may send: right, wrong, and cut off in the middle.
const piece = fc.constantFrom(
  ...["EHLO a.example\r\n", "HELO a\r\n", "NOOP\r\n", "RSET\r\n", "QUIT\r\n", "DATA\r\n", "STARTTLS\r\n"],
  ...["MAIL FROM:<a@b.example>\r\n", "MAIL FROM:<> SIZE=500\r\n", "MAIL FROM:<ö@b.example> SMTPUTF8\r\n"],
  ...[
    "RCPT TO:<c@d.example>\r\n",
    "RCPT TO:<nobody@d.example>\r\n",
    "RCPT TO:<é@d.example> NOTIFY=NEVER\r\n",
  ],
  ...[`AUTH PLAIN ${credentials}\r\n`, "AUTH PLAIN\r\n", "AUTH LOGIN\r\n", `${credentials}\r\n`, "*\r\n"],
  ...["BDAT 7 LAST\r\n", "BDAT 3\r\n", "BDAT 0 LAST\r\n", "BDAT 401\r\n", "abc", "abcdefg"],
  ...[
    "\r\n.\r\n",
    ".\r\n",
    "..\r\n",
    "Subject: a\r\n\r\n",
    "\n",
    "\r",
    "\0",
    "x".repeat(70),
    `${"y".repeat(30)}\r\n`,
  ],
);
const talk = fc
  .array(fc.oneof({ weight: 9, arbitrary: piece }, { weight: 1, arbitrary: fc.string({ maxLength: 5 }) }), {
    maxLength: 30,
  })
  .map((pieces) => Buffer.from(pieces.join("")));
const cuts = fc.array(fc.nat(300), { maxLength: 10 });

interface Result {
  output: string;
  taken: Taken[];
  isEnded: boolean;
  handshakes: number;
  heldBytes: number;
}

async function talkOver(pieces: Buffer[], isSlow: boolean, requiresAuth: boolean): Promise<Result> {
  const dialogue = new OpenDialogue(isSlow);
  const run = openSession(dialogue, { limits, requiresAuth });
  await feed(run, ...pieces);
  assert.deepEqual(run.defects, []);
  run.session.close();
  assert.ok(dialogue.isEnded);
  const { output, isEnded, handshakes, held } = run;
  return { output, taken: dialogue.taken, isEnded, handshakes, heldBytes: held.bytes };
}

function slices(whole: Buffer, at: readonly number[]): Buffer[] {
  const borders = [0, ...at.filter((cut) => cut <= whole.length), whole.length].sort((a, b) => a - b);
  return borders.slice(1).map((border, index) => whole.subarray(borders[index], border));
}

test("whatever a client says, and however the network cuts it, the answers are the same", async () => {
  await fc.assert(
    fc.asyncProperty(talk, cuts, fc.boolean(), fc.boolean(), async (whole, at, isSlow, requiresAuth) => {
      const inOne = await talkOver([whole], false, requiresAuth);
      assert.deepEqual(await talkOver(slices(whole, at), isSlow, requiresAuth), inOne);
      assert.match(inOne.output, /^(?:[2-5]\d\d[ -][ -~]*\r\n)+$/);
      assert.equal(inOne.heldBytes, 0);
      for (const { text } of inOne.taken) {
        assert.ok(text.length <= limits.messageBytesMax);
        assert.doesNotMatch(text.replaceAll("\r\n", ""), /[\r\n\0]/);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("any octets at all are answered, and nothing is taken", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), cuts, async (bytes, at) => {
      const result = await talkOver(slices(Buffer.from(bytes), at), false, true);
      assert.deepEqual([result.taken, result.heldBytes], [[], 0]);
    }),
    { numRuns: 500 },
  );
});
