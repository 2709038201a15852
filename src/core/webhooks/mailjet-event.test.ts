import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescribedEvent } from "../messages/index.ts";
import { mailjetEventOf } from "./mailjet-event.ts";

const at = new Date("2026-11-23T12:00:00Z");
const identity = {
  address: "ada@example.com",
  name: "",
  role: "to",
  subject: "",
  customId: "",
  eventPayload: "",
} as const;
const message = { id: 7n, uuid: "u", campaignId: null, contactId: 1n, campaign: "", identity };

function opened(country?: string): Record<string, unknown> {
  const reading = { campaignId: null, verdict: "people", link: null, position: null } as const;
  const event = { kind: "opened", reading: country === undefined ? reading : { ...reading, country } };
  const described = { event, at, words: {}, message } as unknown as DescribedEvent;
  return JSON.parse(mailjetEventOf(described) ?? assert.fail()) as Record<string, unknown>;
}

test("an opening says its country where that is known, and never an address or a program", () => {
  const { ip, geo, agent } = opened("FR");
  assert.deepEqual([ip, geo, agent], ["", "FR", ""]);
  assert.equal(opened().geo, "");
});
