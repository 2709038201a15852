import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";

import { Refusal } from "../../base/errors.ts";
import { announcesTooMuch, readBody } from "./body.ts";

function requestWith(headers: Record<string, string>): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  return request;
}

function read(chunks: Buffer[], coding = "identity", bytesMax = 100): Promise<Buffer> {
  return readBody(
    requestWith({ "content-encoding": coding }),
    Readable.from(chunks, { objectMode: false }),
    bytesMax,
  );
}

async function codeOf(reading: Promise<Buffer>): Promise<string> {
  try {
    return (await reading).toString();
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return error.code;
  }
}

test("a body is its chunks in order, and may be just as long as the limit", async () => {
  assert.equal(await codeOf(read([Buffer.from("ab"), Buffer.from("c")])), "abc");
  assert.equal((await read([Buffer.alloc(60), Buffer.alloc(40)])).length, 100);
  assert.equal(await codeOf(read([Buffer.alloc(60), Buffer.alloc(41)])), "payload_too_large");
});

test("what a coding unpacks to counts, not what was sent", async () => {
  assert.equal(await codeOf(read([gzipSync("abc")], "gzip")), "abc");
  assert.equal(await codeOf(read([gzipSync(Buffer.alloc(101))], "GZIP")), "payload_too_large");
});

test("other codings, broken ones and broken connections are told apart", async () => {
  assert.equal(await codeOf(read([Buffer.from("abc")], "br")), "unsupported_encoding");
  assert.equal(await codeOf(read([Buffer.from("abc")], "gzip")), "malformed_encoding");
  const broken = new Readable({ read() {} });
  const reading = readBody(requestWith({}), broken, 100);
  broken.push("ab");
  broken.destroy();
  assert.equal(await codeOf(reading), "connection_lost");
});

test("an announced length is enough to refuse", () => {
  assert.equal(announcesTooMuch(requestWith({ "content-length": "101" }), 100), true);
  assert.equal(announcesTooMuch(requestWith({ "content-length": "100" }), 100), false);
  assert.equal(announcesTooMuch(requestWith({}), 100), false);
});

test("any bytes in any coding are read or refused", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 80 })),
      fc.constantFrom("identity", "gzip", "deflate", ""),
      async (chunks, coding) => {
        await codeOf(
          read(
            chunks.map((chunk) => Buffer.from(chunk)),
            coding,
          ),
        );
      },
    ),
  );
});
