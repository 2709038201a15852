import assert from "node:assert/strict";
import { test } from "node:test";
import dnsPacket, { type Packet } from "dns-packet";
import fc from "fast-check";
import type { RecordType } from "./answer.ts";
import { questionPacket, readReply } from "./message.ts";

const question = { id: 7, type: "A", name: "example.org", edns: true } as const;
const answered: Packet = {
  type: "response",
  id: 7,
  flags: dnsPacket.RECURSION_AVAILABLE,
  questions: [{ type: "A", name: "example.org" }],
  answers: [{ type: "A", name: "EXAMPLE.org", ttl: 60, data: "192.0.2.1" }],
};

const read = (packet: Packet) => readReply(dnsPacket.encode(packet), question);

test("a question asks for recursion and for the AD bit", () => {
  const packet = dnsPacket.decode(dnsPacket.encode(questionPacket(question)));
  assert.ok(packet.flag_rd && packet.flag_ad);
  assert.deepEqual(
    packet.additionals?.map(({ type }) => type),
    ["OPT"],
  );
});

test("an answer to this question is read, whatever the case of its names", () => {
  const reading = read(answered);
  assert.equal(reading.kind === "answer" && reading.answer.kind, "found");
});

test("a packet with another id, name or type, or that is a question itself, is a stranger's", () => {
  for (const packet of [
    { ...answered, id: 8 },
    { ...answered, type: "query" as const },
    { ...answered, questions: [{ type: "A" as const, name: "example.com" }] },
    { ...answered, questions: [{ type: "AAAA" as const, name: "example.org" }] },
    { ...answered, questions: [] },
  ]) {
    assert.deepEqual(read(packet), { kind: "stranger" });
  }
});

test("records of other names than the one asked for are not taken", () => {
  const reading = read({
    ...answered,
    answers: [{ type: "A", name: "evil.test", ttl: 60, data: "192.0.2.66" }],
  });
  assert.equal(reading.kind === "answer" && reading.answer.kind, "none");
});

test("a pointer to other servers is a failure, not an absence", () => {
  const reading = read({ ...answered, flags: 0, answers: [] });
  assert.deepEqual(reading, { kind: "answer", answer: { kind: "failed", reason: "server_failure" } });
});

test("a TTL with the highest bit set counts as zero", () => {
  const reading = read({
    ...answered,
    answers: [{ type: "A", name: "example.org", ttl: 0x8000_0001, data: "192.0.2.1" }],
  });
  assert.equal(reading.kind === "answer" && reading.answer.kind === "found" && reading.answer.ttlSeconds, 0);
});

test("an MX that names no possible host stays, so that the domain does not seem to have none", () => {
  const packet: Packet = {
    ...answered,
    questions: [{ type: "MX", name: "example.org" }],
    answers: [{ type: "MX", name: "example.org", ttl: 60, data: { preference: 1, exchange: "not a host" } }],
  };
  const reading = readReply(dnsPacket.encode(packet), { ...question, type: "MX" });
  assert.deepEqual(reading.kind === "answer" && reading.answer.kind === "found" && reading.answer.records, [
    { preference: 1, exchange: "not a host" },
  ]);
});

test("any bytes, and any damage to a real answer, are read without an exception", () => {
  const types = fc.constantFrom<RecordType>("A", "AAAA", "CNAME", "MX", "PTR", "TLSA", "TXT");
  const kinds = new Set(["stranger", "truncated", "edns_refused", "answer"]);
  const real = dnsPacket.encode({
    ...answered,
    answers: [
      { type: "CNAME", name: "example.org", ttl: 60, data: "a.example.org" },
      { type: "A", name: "a.example.org", ttl: 60, data: "192.0.2.1" },
      { type: "MX", name: "a.example.org", ttl: 60, data: { preference: 1, exchange: "mx.example.org" } },
      { type: "TXT", name: "a.example.org", ttl: 60, data: ["one", "two"] },
      {
        type: "TLSA",
        name: "a.example.org",
        data: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32) },
      },
    ],
  });
  const damaged = fc
    .array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { maxLength: 8 })
    .map((changes) => {
      const copy = Buffer.from(real);
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    });
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }).map(Buffer.from), damaged);
  fc.assert(
    fc.property(bytes, types, (packet, type) => {
      if (packet.length >= 2) packet.writeUInt16BE(7, 0);
      assert.ok(kinds.has(readReply(packet, { ...question, type }).kind));
    }),
    { numRuns: 3000 },
  );
});
