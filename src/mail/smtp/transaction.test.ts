import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";

import fc from "fast-check";

import { listen } from "../../../tests/support/raw-server.ts";
import { openTo, shipment } from "../../../tests/support/smtp-client.ts";
import type { SmtpServerOptions, SmtpStep } from "../../../tests/support/smtp-server.ts";
import { startSmtpServer } from "../../../tests/support/smtp-server.ts";
import type { SendResult } from "./index.ts";

const accepted: SendResult = { kind: "accepted", reply: { code: 250, enhanced: "2.0.0", text: "Accepted" } };
const peers: Readonly<Record<string, readonly string[]>> = {
  "with DATA and PIPELINING": ["PIPELINING"],
  "with DATA, one command after the other": [],
  "with BDAT and PIPELINING": ["PIPELINING", "CHUNKING"],
  "with BDAT, one command after the other": ["CHUNKING"],
};

/** Sends one message to a fresh server, then another one to see what the first has left behind. */
async function sendOnce(options: SmtpServerOptions): Promise<{ result: SendResult; isReusable: boolean }> {
  await using server = await startSmtpServer({ keep: "messages", ...options });
  const connection = await openTo(server, { timeouts: { finalMs: 1_000, dataBlockMs: 1_000 } });
  const result = await connection.send(shipment());
  const { isReusable } = connection;
  connection.destroy();
  assert.deepEqual(server.violations, []);
  return { result, isReusable };
}

for (const [manner, extensions] of Object.entries(peers)) {
  test(`a message is accepted ${manner}, and many more on the same connection`, async () => {
    await using server = await startSmtpServer({ extensions, keep: "messages" });
    const connection = await openTo(server);
    for (let count = 0; count < 5; count += 1) {
      const message = [Buffer.from(`Subject: ${count}\r\n\r\n`), Buffer.from(".\r\n..dots\r\n.end\r\n")];
      assert.deepEqual(await connection.send(shipment({ message })), accepted);
    }
    await connection.quit();
    assert.deepEqual(server.violations, []);
    assert.equal(server.counts.connections, 1);
    assert.equal(connection.messagesSent, 5);
    const texts = server.transactions.map(({ data }) => data?.toString());
    assert.deepEqual(
      texts,
      [0, 1, 2, 3, 4].map((count) => `Subject: ${count}\r\n\r\n.\r\n..dots\r\n.end\r\n`),
    );
    assert.equal(server.times("rset"), 0);
  });

  test(`any message arrives as it is ${manner}`, async () => {
    await using server = await startSmtpServer({
      extensions: [...extensions, "8BITMIME", "SIZE"],
      keep: "messages",
    });
    const connection = await openTo(server);
    const parts = fc.array(fc.constantFrom("\r\n", ".", "a", "é", "x".repeat(400)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 5 }), async (slices) => {
        const message = [
          ...slices.map((slice) => Buffer.from(`${slice.join("\r\n")}\r\n`)),
          Buffer.from("\r\n"),
        ];
        assert.deepEqual(await connection.send(shipment({ message })), accepted);
        assert.deepEqual(server.transactions.at(-1)?.data, Buffer.concat(message));
      }),
      { numRuns: 50 },
    );
    connection.destroy();
    assert.deepEqual(server.violations, []);
  });

  for (const stage of ["mail", "rcpt", "final"] as const) {
    for (const code of [450, 451, 452, 550, 554]) {
      test(`a ${code} to ${stage} ${manner} is told with its stage, and the next message goes through`, async () => {
        const step: SmtpStep = stage === "final" ? "message" : stage;
        const reply = `${code} ${Math.floor(code / 100)}.7.1 No`;
        await using server = await startSmtpServer({
          extensions,
          keep: "messages",
          on: { [step]: ({ times }: { times: number }) => (times === 1 ? reply : undefined) },
        });
        const connection = await openTo(server);
        const { enhanced, text } = { enhanced: `${Math.floor(code / 100)}.7.1`, text: "No" };
        assert.deepEqual(await connection.send(shipment()), {
          kind: "rejected",
          stage,
          reply: { code, enhanced, text },
        });
        assert.deepEqual(await connection.send(shipment()), accepted);
        // RFC 3030 §2: after a refused chunk only RSET brings the peer back to a known state.
        const needsReset = stage === "rcpt" || (stage === "final" && extensions.includes("CHUNKING"));
        assert.equal(server.times("rset"), needsReset ? 1 : 0);
        connection.destroy();
        assert.deepEqual(server.violations, []);
      });
    }

    test(`a 421 to ${stage} ${manner} ends the connection, and is told as the reply`, async () => {
      const step: SmtpStep = stage === "final" ? "message" : stage;
      const answer = { reply: "421 4.3.2 Closing", end: "close" } as const;
      const { result, isReusable } = await sendOnce({ extensions, on: { [step]: answer } });
      const reply = { code: 421, enhanced: "4.3.2", text: "Closing" };
      assert.deepEqual(result, { kind: "rejected", stage, reply });
      assert.equal(isReusable, false);
    });

    for (const end of ["close", "reset"] as const) {
      test(`a ${end} instead of a reply to ${stage} ${manner} is a loss; only after the dot the outcome is unknown`, async () => {
        const step: SmtpStep = stage === "final" ? "message" : stage;
        const { result, isReusable } = await sendOnce({ extensions, on: { [step]: { end } } });
        assert.ok(result.kind === "lost");
        assert.equal(result.stage, stage);
        assert.equal(result.afterFinalDot, stage === "final");
        assert.ok(result.error === "reset" || result.error === "closed", result.error);
        assert.equal(isReusable, false);
      });
    }

    test(`a reply to ${stage} ${manner} that is none breaks the connection off`, async () => {
      const step: SmtpStep = stage === "final" ? "message" : stage;
      const garbage = Buffer.from("<html>\r\n");
      const { result } = await sendOnce({ extensions, on: { [step]: garbage } });
      const afterFinalDot = stage === "final";
      assert.deepEqual(result, {
        kind: "lost",
        stage,
        afterFinalDot,
        error: "protocol",
        detail: "not_a_reply",
      });
    });

    test(`a 3yz to ${stage} ${manner} means nothing, so nothing is concluded from it`, async () => {
      const step: SmtpStep = stage === "final" ? "message" : stage;
      const { result, isReusable } = await sendOnce({ extensions, on: { [step]: "354 What?" } });
      const detail = `${stage}_reply`;
      const afterFinalDot = stage === "final";
      assert.deepEqual(result, { kind: "lost", stage, afterFinalDot, error: "protocol", detail });
      assert.equal(isReusable, false);
    });
  }
}

for (const extensions of [["PIPELINING"], []]) {
  const manner = extensions.length > 0 ? "pipelined" : "alone";

  for (const code of [451, 554]) {
    test(`a ${code} to DATA, ${manner}, is told with its stage, and the next message goes through`, async () => {
      await using server = await startSmtpServer({
        extensions,
        on: { data: ({ times }) => (times === 1 ? `${code} No` : undefined) },
      });
      const connection = await openTo(server);
      const reply = { code, text: "No" };
      assert.deepEqual(await connection.send(shipment()), { kind: "rejected", stage: "data", reply });
      assert.deepEqual(await connection.send(shipment()), accepted);
      assert.equal(server.times("rset"), 1);
      connection.destroy();
    });
  }

  test(`a 250 to DATA, ${manner}, is nonsense that ends the connection`, async () => {
    const { result } = await sendOnce({ extensions, on: { data: "250 OK" } });
    const detail = "data_reply";
    assert.deepEqual(result, {
      kind: "lost",
      stage: "data",
      afterFinalDot: false,
      error: "protocol",
      detail,
    });
  });
}

test("the peer hears MAIL, RCPT and DATA in one packet, and answers in one", async () => {
  const packets: string[] = [];
  const peer = createServer((socket) => {
    socket.write("220 hi\r\n");
    socket.on("data", (chunk) => {
      packets.push(chunk.toString());
      if (/^EHLO/.test(chunk.toString())) socket.write("250-hi\r\n250 PIPELINING\r\n");
      else if (/DATA\r\n$/.test(chunk.toString())) socket.write("250 1\r\n250 2\r\n250 3\r\n354 go\r\n");
      else socket.write("250 taken\r\n");
    });
  });
  await using server = await listen(peer);
  const connection = await openTo(server);
  const { envelope, ...rest } = shipment();
  const results = await connection.sendToMany({ envelope, recipients: ["a@b.test", "c@d.test"], ...rest });
  assert.deepEqual(
    results.map(({ kind }) => kind),
    ["accepted", "accepted"],
  );
  assert.equal(
    packets[1],
    "MAIL FROM:<sender@example.test>\r\nRCPT TO:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n",
  );
  assert.ok(packets[2]?.endsWith("\r\n.\r\n"));
  assert.equal(packets.length, 3);
  connection.destroy();
});

test("replies cut at every byte make no difference", async () => {
  await using server = await startSmtpServer({
    on: {
      connect: { dripMs: 0 },
      ehlo: { reply: "250-hi\n250-PIPELINING\n250 SIZE", dripMs: 0 },
      mail: { reply: "250-2.1.0 one\n250 2.1.0 two", dripMs: 0 },
      rcpt: { reply: "250 2.1.5 ok", dripMs: 0 },
      data: { reply: "354 go", dripMs: 0 },
      message: { reply: "250-2.0.0 Acc\n250 2.0.0 epted", dripMs: 0 },
    },
  });
  const connection = await openTo(server);
  const text = "Acc epted";
  assert.deepEqual(await connection.send(shipment()), {
    kind: "accepted",
    reply: { code: 250, enhanced: "2.0.0", text },
  });
  connection.destroy();
});

test("when all recipients are refused but DATA is not, a dot alone ends it and the refusals are told", async () => {
  await using server = await startSmtpServer({
    extensions: ["PIPELINING"],
    keep: "messages",
    on: {
      rcpt: ({ argument }) => (argument.includes("gone") ? "550 5.1.1 Gone" : undefined),
      data: "354 Whatever",
    },
  });
  const connection = await openTo(server);
  let hooks = 0;
  const beforeFinalDot = (): void => {
    hooks += 1;
  };
  const { envelope, ...rest } = shipment({ beforeFinalDot });
  const results = await connection.sendToMany({
    envelope,
    recipients: ["gone@a.test", "gone@b.test"],
    ...rest,
  });
  const refused = { kind: "rejected", stage: "rcpt", reply: { code: 550, enhanced: "5.1.1", text: "Gone" } };
  assert.deepEqual(results, [refused, refused]);
  assert.equal(hooks, 0);
  const [lone] = server.transactions;
  assert.deepEqual([lone?.octets, lone?.code], [0, 554]);
  assert.deepEqual(await connection.send(shipment()), accepted);
  assert.equal(server.times("rset"), 0);
  assert.deepEqual(server.violations, []);
  connection.destroy();
});

test("a refused MAIL is the result, even when DATA is taken behind it", async () => {
  const on = { mail: "451 4.7.1 Later", rcpt: "503 MAIL first", data: "354 Whatever" };
  const { result, isReusable } = await sendOnce({ extensions: ["PIPELINING"], on });
  const reply = { code: 451, enhanced: "4.7.1", text: "Later" };
  assert.deepEqual(result, { kind: "rejected", stage: "mail", reply });
  assert.equal(isReusable, true);
});

for (const [manner, extensions] of Object.entries(peers)) {
  test(`of several recipients each has a result of its own ${manner}`, async () => {
    await using server = await startSmtpServer({
      extensions,
      on: {
        rcpt: ({ argument }) =>
          argument.includes("gone")
            ? "550 5.1.1 Gone"
            : argument.includes("full")
              ? "452 4.2.2 Full"
              : undefined,
      },
    });
    const connection = await openTo(server);
    const { envelope, ...rest } = shipment();
    const recipients = ["ada@a.test", "gone@a.test", "bob@a.test", "full@a.test"];
    const results = await connection.sendToMany({ envelope, recipients, ...rest });
    assert.deepEqual(
      results.map((result) => (result.kind === "rejected" ? result.reply.code : result.kind)),
      ["accepted", 550, "accepted", 452],
    );
    assert.deepEqual(server.transactions[0]?.to, ["ada@a.test", "bob@a.test"]);
    assert.deepEqual(await connection.send(shipment()), accepted);
    connection.destroy();
  });

  test(`a 421 to the second recipient speaks for those behind it ${manner}`, async () => {
    await using server = await startSmtpServer({
      extensions,
      on: { rcpt: ({ times }) => (times === 2 ? { reply: "421 Enough", end: "close" } : undefined) },
    });
    const connection = await openTo(server);
    const { envelope, ...rest } = shipment();
    const results = await connection.sendToMany({
      envelope,
      recipients: ["a@a.test", "b@a.test", "c@a.test"],
      ...rest,
    });
    const refused = { kind: "rejected", stage: "rcpt", reply: { code: 421, text: "Enough" } };
    assert.deepEqual(results, [refused, refused, refused]);
    assert.equal(connection.isReusable, false);
  });

  test(`the intent is noted before the peer can accept ${manner}`, async () => {
    await using server = await startSmtpServer({ extensions });
    const connection = await openTo(server);
    for (const size of [100, 300_000]) {
      const message = [Buffer.from(`${"x".repeat(68)}\r\n`.repeat(size / 50))];
      let messagesAtHook = -1;
      const beforeFinalDot = async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        messagesAtHook = server.times("message");
      };
      const before = server.times("message");
      assert.deepEqual(await connection.send(shipment({ message, beforeFinalDot })), accepted);
      assert.equal(messagesAtHook, before);
    }
    connection.destroy();
  });

  test(`when noting the intent fails, the message never gets through ${manner}`, async () => {
    await using server = await startSmtpServer({ extensions });
    const connection = await openTo(server);
    const beforeFinalDot = (): Promise<void> => Promise.reject(new Error("The journal is full."));
    await assert.rejects(connection.send(shipment({ beforeFinalDot })), /The journal is full/);
    assert.equal(connection.isReusable, false);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(server.times("message"), 0);
  });

  test(`when noting the intent takes too long, the message is not sent ${manner}`, async () => {
    await using server = await startSmtpServer({ extensions });
    const connection = await openTo(server, { timeouts: { dataBlockMs: 50 } });
    const beforeFinalDot = (): Promise<void> => new Promise(() => undefined);
    assert.deepEqual(await connection.send(shipment({ beforeFinalDot })), {
      kind: "lost",
      stage: "data",
      afterFinalDot: false,
      error: "timeout",
      detail: "before_final_dot",
    });
    assert.equal(server.times("message"), 0);
  });
}
