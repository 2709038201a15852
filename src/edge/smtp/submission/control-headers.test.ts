import assert from "node:assert/strict";
import { test } from "node:test";

import * as send from "../../http/mailjet/send/send-error.ts";
import {
  type ControlHeaders,
  isControlHeader,
  noControlHeaders,
  readControlHeaders,
} from "./control-headers.ts";
import * as flaws from "./flaws.ts";

type Fields = Record<string, string>;

const entries = (fields: Fields): [string, string][] =>
  Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]);

function read(fields: Fields): ControlHeaders {
  const found = readControlHeaders(entries(fields));
  assert.ok(!("field" in found), "It was refused.");
  return found;
}

function flawOf(fields: Fields): string {
  const found = readControlHeaders(entries(fields));
  assert.ok("field" in found);
  return `${found.field}: ${found.text} ${found.code}`.trimEnd();
}

test("every field of Mailjet's list is understood, in any case", () => {
  assert.deepEqual(
    read({
      "X-Mailjet-Campaign": "spring",
      "x-mailjet-deduplicatecampaign": "yes",
      "X-Mailjet-TrackOpen": "0",
      "X-Mailjet-TrackClick": "1",
      "X-Mailjet-Prio": "3",
      "X-Mj-Customid": "order 7",
      "X-MJ-EventPayload": '{"a":1}',
      "X-MJ-MonitoringCategory": "shop",
      "X-MJ-StatisticsContactsListID": "12",
      "X-MJ-TemplateID": "123456789012345678",
      "X-MJ-TemplateLanguage": "True",
      "X-MJ-TemplateErrorReporting": "Ops <ops@example.org>",
      "X-MJ-TemplateErrorDeliver": "deliver",
      "X-MJ-Vars": '{"name":"Ada","id":12345678901234567890,"n":[1.5]}',
      "Idempotency-Key": "key 1",
      "X-MJ-WorkflowID": "5",
      "X-Mailjet-Segmentation": "6",
    }),
    {
      ...{
        customCampaign: "spring",
        deduplicatesCampaign: true,
        trackOpens: "disabled",
        trackClicks: "enabled",
      },
      ...{ priority: 3, customId: "order 7", eventPayload: '{"a":1}', monitoringCategory: "shop" },
      ...{ contactsListId: 12n, template: { id: 123456789012345678n }, usesTemplateLanguage: true },
      templateErrorReporting: { address: "ops@example.org", name: "Ops" },
      deliversDespiteTemplateError: true,
      variables: { name: "Ada", id: "12345678901234567890", n: [1.5] },
      idempotencyKey: "key 1",
    },
  );
});

test("a message without such fields, or with empty ones, says nothing", () => {
  assert.deepEqual(read({}), noControlHeaders);
  assert.deepEqual(
    read({ "X-MJ-CustomID": "", "X-Mailjet-Prio": "", "X-MJ-Unknown": "x" }),
    noControlHeaders,
  );
  assert.deepEqual(read({ "X-MJ-TemplateID": "welcome" }).template, { name: "welcome" });
});

test("encoded words are decoded, as nodemailer writes them", () => {
  assert.equal(read({ "X-Mj-Customid": "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=" }).customId, "Grüße");
  const vars = Buffer.from('{"name":"Jörg"}').toString("base64");
  assert.deepEqual(read({ "X-MJ-Vars": `=?UTF-8?B?${vars}?=` }).variables, { name: "Jörg" });
});

test("a value that cannot be used is refused in the words of the Send API", () => {
  assert.match(
    flawOf({ "X-Mailjet-Prio": "4" }),
    /^X-Mailjet-Prio: Value "4" is invalid\. Allowed values are: \[0, 1, 2, 3\] mj-0005$/,
  );
  assert.match(flawOf({ "X-Mailjet-TrackOpen": "2" }), /\[0, 1\] mj-0005$/);
  assert.match(flawOf({ "X-MJ-TemplateLanguage": "maybe" }), /mj-0005$/);
  assert.match(flawOf({ "X-Mailjet-Campaign": "x".repeat(256) }), /Max allowed - 255\. mj-0006$/);
  assert.match(flawOf({ "X-MJ-CustomID": "x".repeat(1_001) }), /mj-0006$/);
  assert.match(flawOf({ "X-MJ-Vars": "{" }), /^X-MJ-Vars: Malformed JSON.* mj-0002$/);
  assert.match(flawOf({ "X-MJ-Vars": "[]" }), /Expected type "Variables"\. mj-0004$/);
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`v${n}`, 1]));
  assert.match(flawOf({ "X-MJ-Vars": JSON.stringify(many) }), /mj-0008$/);
  assert.match(flawOf({ "X-MJ-StatisticsContactsListID": "x" }), /Expected type "int"\. mj-0004$/);
  assert.match(
    flawOf({ "X-MJ-TemplateErrorReporting": "nobody" }),
    /"nobody" is an invalid email address\. mj-0013$/,
  );
  assert.match(
    flawOf({ "X-Mailjet-DeduplicateCampaign": "1" }),
    /"X-Mailjet-Campaign" must be provided.* send-0012$/,
  );
  assert.match(
    flawOf({ "X-MJ-TemplateErrorDeliver": "1" }),
    /"X-MJ-TemplateLanguage" must be provided.* send-0016$/,
  );
  assert.match(flawOf({ "Idempotency-Key": "é" }), /1 to 256 printable ASCII/);
  const twice = readControlHeaders([
    ["x-mj-customid", "a"],
    ["x-mj-customid", "b"],
  ]);
  assert.ok("field" in twice && twice.field === "X-MJ-CustomID");
});

test("the words are those of the API, letter by letter", () => {
  const pairs = [
    [flaws.mismatch("f", "int"), send.mismatch("int", "f")],
    [flaws.notAllowed("f", "v", [0, 1]), send.notAllowed("v", [0, 1], "f")],
    [flaws.tooLong("f", 9), send.tooLong(9, "f")],
    [flaws.tooMany("f", 9), send.tooMany(9, "f")],
    [flaws.invalidAddress("f", "v"), send.invalidAddress("v", "f")],
  ] as const;
  for (const [ours, theirs] of pairs) {
    assert.deepEqual([ours.text, ours.code, ours.field], [theirs.message, theirs.code, theirs.relatedTo[0]]);
  }
});

test("only fields with Mailjet's prefixes, and the idempotency key, are for this service", () => {
  const names = ["x-mj-anything", "x-mailjet-debug", "idempotency-key", "x-mailer", "x-mj", "subject"];
  assert.deepEqual(names.map(isControlHeader), [true, true, true, false, false, false]);
});
