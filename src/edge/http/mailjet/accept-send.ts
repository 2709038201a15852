import { randomUUID } from "node:crypto";
import type { Acceptance, AcceptOutcome, AcceptResult } from "../../../core/messages/index.ts";
import type { Answer } from "../answer.ts";
import type { Principal } from "../principal.ts";
import { answerV3 } from "./send/answer-v3.ts";
import { answerV31 } from "./send/answer-v31.ts";
import { bodyHash, parseIdempotencyKey } from "./send/idempotency.ts";
import { parseSendV3 } from "./send/parse-v3.ts";
import { parseSendV31 } from "./send/parse-v31.ts";
import { sendResultOf } from "./send/send-result.ts";
import type { AcceptSend, SendHandlers } from "./send-routes.ts";

/** Hands what both send dialects have read to core, and core's outcome back in the words of the dialect.
 *  @param publicUrl where the API is reached, for MessageHref */
export function acceptSendWith(acceptance: Acceptance, publicUrl: () => string): SendHandlers {
  const acceptV31: AcceptSend = async (principal, body, request) => {
    const call = parseSendV31(body, randomUUID);
    if (call.kind === "refused") return call.answer;
    const submissions = call.items.flatMap((item) => (item.kind === "submission" ? [item.submission] : []));
    const answerOf = (outcomes: AcceptOutcome[]) =>
      answerV31({
        items: call.items,
        results: outcomes.map((outcome) => sendResultOf(outcome, call.sandbox)),
        baseUrl: publicUrl(),
        newIdentifier: randomUUID,
      });
    return answered(acceptance, {
      principal,
      submissions,
      isSandbox: call.sandbox,
      isStrict: call.advancedErrorHandling,
      idempotency: idempotencyOf(request.headers["idempotency-key"], body),
      answerOf,
    });
  };
  const acceptV3: AcceptSend = async (principal, body, request) => {
    const call = parseSendV3(body);
    if (call.kind === "refused") return call.answer;
    return answered(acceptance, {
      principal,
      submissions: call.items.map((item) => item.submission),
      isSandbox: false,
      isStrict: false,
      idempotency: idempotencyOf(request.headers["idempotency-key"], body),
      answerOf: (outcomes) =>
        answerV3(
          call.items,
          outcomes.map((outcome) => sendResultOf(outcome, false)),
        ),
    });
  };
  return { acceptV31, acceptV3 };
}

interface Call {
  principal: Principal;
  submissions: Parameters<Acceptance["accept"]>[0]["submissions"];
  isSandbox: boolean;
  isStrict: boolean;
  idempotency: { key: string; bodyHash: Buffer } | null;
  answerOf: (outcomes: AcceptOutcome[]) => Answer;
}

// The answer is kept as it was given, status and all, for repeats of an idempotent request.
async function answered(acceptance: Acceptance, call: Call): Promise<Answer> {
  const { principal, submissions, isSandbox, isStrict, idempotency } = call;
  let answer: Answer | null = null;
  const result: AcceptResult = await acceptance.accept({
    accountId: principal.accountId,
    submissions,
    isSandbox,
    isStrict,
    idempotency,
    answerOf: (outcomes) => {
      answer = call.answerOf(outcomes);
      return idempotency === null ? Buffer.alloc(0) : encodeAnswer(answer);
    },
  });
  if (result.kind === "answered" && answer !== null) return answer;
  const replayed = decodeAnswer(result.answer);
  return { ...replayed, headers: { ...replayed.headers, "Idempotency-Replayed": "true" } };
}

function encodeAnswer(answer: Answer): Buffer {
  return Buffer.from(JSON.stringify({ ...answer, body: answer.body.toString() }));
}

function decodeAnswer(bytes: Buffer): Answer {
  return JSON.parse(bytes.toString()) as Answer;
}

function idempotencyOf(header: string | string[] | undefined, body: Buffer): Call["idempotency"] {
  const key = parseIdempotencyKey(header);
  return key === null ? null : { key, bodyHash: bodyHash(body) };
}
