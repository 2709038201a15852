import type { WebhookAnswer } from "../../api/webhooks.ts";
import type { Words } from "../../words/languages.ts";

type Told = Pick<WebhookAnswer, "outcome" | "status" | "trouble">;

/** What an endpoint's answer means, in a sentence. */
export function answerText({ outcome, status, trouble }: Told, words: Words["webhooks"]): string {
  if (trouble !== null) return words.troubles[trouble];
  if (outcome === "delivered") return words.taken;
  const { statuses } = words;
  if (status === null) return words.refused;
  const exact = statuses[status];
  if (exact !== undefined) return exact;
  return words.statusClasses[Math.floor(status / 100)] ?? words.refused;
}
