import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../../../base/errors.ts";
import type { Answer } from "../../answer.ts";
import { answerV31 } from "./answer-v31.ts";
import { parseSendV31 } from "./parse-v31.ts";
import { type SendResult, sendResultOf } from "./send-result.ts";

const good = { From: { Email: "pilot@example.com" }, To: [{ Email: "one@example.org" }], TextPart: "Hello" };
const bad = { ...good, To: [{ Email: "a@b..c" }] };
const uuid = "123e4567-e89b-42d3-a456-426614174000";
const id = 1152921509597813712n;
const sent: SendResult = { kind: "accepted", to: [{ id, uuid }], cc: [], bcc: [] };
const unauthorized = declined("sender_not_allowed", { address: "pilot@example.com" });

function declined(code: string, details: Record<string, unknown>): SendResult {
  return sendResultOf({ kind: "refused", refusal: new Refusal(code, "x", details) }, false);
}

function answerTo(messages: unknown[], results: SendResult[]): Answer {
  const call = parseSendV31(Buffer.from(JSON.stringify({ Messages: messages })), () => "e1");
  if (call.kind !== "messages") throw new Error("The call was refused.");
  return answerV31({
    items: call.items,
    results,
    baseUrl: "https://mail.example.net",
    newIdentifier: () => "e2",
  });
}

test("a message that was accepted is answered to the byte", () => {
  const answer = answerTo([good], [sent]);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/json; charset=UTF-8");
  assert.equal(
    answer.body,
    '{"Messages":[{"Status":"success","CustomID":"","To":[{"Email":"one@example.org",' +
      `"MessageUUID":"${uuid}","MessageID":1152921509597813712,` +
      '"MessageHref":"https://mail.example.net/v3/REST/message/1152921509597813712"}],"Cc":[],"Bcc":[]}]}',
  );
});

test("a message with an error is answered to the byte", () => {
  const answer = answerTo([bad], []);
  assert.equal(answer.status, 400);
  assert.equal(
    answer.body,
    '{"Messages":[{"Status":"error","Errors":[{"ErrorIdentifier":"e2","ErrorCode":"mj-0013","StatusCode":400,' +
      '"ErrorMessage":"\\"a@b..c\\" is an invalid email address.","ErrorRelatedTo":["To[0].Email"]}]}]}',
  );
});

test("recipients of all three lists are answered in order, with the CustomID", () => {
  const message = {
    ...good,
    To: [{ Email: "One@example.org" }, { Email: "two@example.org" }],
    Cc: [{ Email: "three@example.org" }],
    Bcc: [{ Email: "four@example.org" }],
    CustomID: "ticket",
  };
  const result: SendResult = {
    kind: "accepted",
    to: [
      { id: 1n, uuid: "u1" },
      { id: 2n, uuid: "u2" },
    ],
    cc: [{ id: 3n, uuid: "u3" }],
    bcc: [{ id: 4n, uuid: "u4" }],
  };
  const [first] = JSON.parse(String(answerTo([message], [result]).body)).Messages;
  const pairs = [...first.To, ...first.Cc, ...first.Bcc].map((each) => [
    each.Email,
    each.MessageID,
    each.MessageUUID,
  ]);
  assert.equal(first.CustomID, "ticket");
  assert.deepEqual(pairs, [
    ["One@example.org", 1, "u1"],
    ["two@example.org", 2, "u2"],
    ["three@example.org", 3, "u3"],
    ["four@example.org", 4, "u4"],
  ]);
});

test("good and bad messages are answered in the order of the request, with 400", () => {
  const answer = answerTo([bad, good, bad, good], [sent, unauthorized]);
  assert.equal(answer.status, 400);
  const { Messages } = JSON.parse(String(answer.body));
  assert.deepEqual(
    Messages.map((message: { Status: string; Errors?: { ErrorCode: string }[] }) => [
      message.Status,
      message.Errors?.[0]?.ErrorCode,
    ]),
    [
      ["error", "mj-0013"],
      ["success", undefined],
      ["error", "mj-0013"],
      ["error", "send-0008"],
    ],
  );
});

test("403 is answered only when nothing but the sender is wrong", () => {
  assert.equal(answerTo([good], [unauthorized]).status, 403);
  assert.equal(answerTo([good, good], [unauthorized, unauthorized]).status, 403);
  assert.equal(answerTo([good, bad], [unauthorized]).status, 400);
  assert.equal(answerTo([good, good], [unauthorized, sent]).status, 400);
});

test("429 is answered when every message met the same limit", () => {
  const limited = declined("rate_limited", {});
  assert.equal(answerTo([good, good], [limited, limited]).status, 429);
  assert.equal(answerTo([good, good], [limited, sent]).status, 400);
});

test("in sandbox mode recipients have neither id nor UUID", () => {
  const answer = answerTo([good], [{ kind: "sandbox" }]);
  assert.equal(answer.status, 200);
  assert.equal(
    answer.body,
    '{"Messages":[{"Status":"success","CustomID":"","To":[{"Email":"one@example.org","MessageUUID":"",' +
      '"MessageID":0,"MessageHref":"https://mail.example.net/v3/REST/message/0"}],"Cc":[],"Bcc":[]}]}',
  );
});

test("each error has an identifier of its own", () => {
  const call = parseSendV31(Buffer.from(JSON.stringify({ Messages: [{}] })), () => "");
  if (call.kind !== "messages") throw new Error("The call was refused.");
  let count = 0;
  const newIdentifier = () => {
    count += 1;
    return `id ${count}`;
  };
  const answer = answerV31({ items: call.items, results: [], baseUrl: "", newIdentifier });
  const identifiers = JSON.parse(String(answer.body)).Messages[0].Errors.map(
    (error: { ErrorIdentifier: string }) => error.ErrorIdentifier,
  );
  assert.deepEqual(identifiers, ["id 1", "id 2", "id 3"]);
});

test("a submission without a result is a defect", () => {
  assert.throws(() => answerTo([good], []), /no result/);
});

test("what core accepted is answered with its ids, and in sandbox mode without", () => {
  const party = { address: "one@example.org", name: "" };
  const submission = { to: [{ party, id, uuid }], cc: [], bcc: [], customId: "" };
  assert.deepEqual(sendResultOf({ kind: "accepted", submission }, false), {
    kind: "accepted",
    to: [{ party, id, uuid }],
    cc: [],
    bcc: [],
  });
  assert.deepEqual(sendResultOf({ kind: "accepted", submission }, true), { kind: "sandbox" });
});

test("a refusal that is not about a message is passed on", () => {
  assert.throws(
    () => declined("busy", {}),
    (error: unknown) => error instanceof Refusal && error.code === "busy",
  );
});
