import type { Holding } from "../../base/holdings.ts";

const ofTables: Record<string, string> = {
  account_key:
    "The key of the account itself: with it, whoever finds a copy of the export could open a backup.",
  delivery:
    "How the queue works through messages: each of them is in the export with its state and its events.",
  idempotency: "The answer to a request of the last day: what was accepted is in the export.",
  intake: "Counts on their way into the statistics, for seconds: each message is in the export.",
  smtp_refusal: "What a program of the account has heard within the last hour: the page on SMTP shows it.",
  sign_in_link: "A secret that lets somebody in, as a hash.",
  report:
    "A copy on its way to the account's own address of what the export says of the message it is about.",
  report_wish:
    "What was asked of reports of messages under way: it stands in the export of each message as well.",
  statistic_country:
    "Sums of a day that are small enough to point at one reader; what may be told of them is under statistics.",
  session: "A secret that lets somebody in, as a hash.",
  webhook_attempt: "What the account's own server has answered in the last days: /api/v1/webhooks shows it.",
  webhook_retry: "How the queue of a webhook works through events: each of them is in the export.",
};

const ofCategories: Partial<Record<Holding["category"], string>> = {
  credential: "A secret, or the hash of one: in an export it would let others in.",
  pseudonym: "A keyed hash of a value that is exported in clear.",
};

const ofRows: Record<string, { isLeftOut: (row: Record<string, unknown>) => boolean; excuse: string }> = {
  "event.country": {
    isLeftOut: ({ message_id }) => message_id === null,
    excuse:
      "Of openings and clicks that name nobody: with the time beside it, a country can tell whose they were.",
  },
};

/** Is this value left out of an export, though others of its column are part of it? */
export function isLeftOut({ table, column }: Holding, row: Record<string, unknown>): boolean {
  return ofRows[`${table}.${column}`]?.isLeftOut(row) ?? false;
}

/** Why a column of an account, or a part of its values, is left out of its export; null when it is part of it, or when nobody
 *  has said why not. */
export function excuseOf({ table, column, category, isExported }: Holding): string | null {
  if (isExported) return ofRows[`${table}.${column}`]?.excuse ?? null;
  return ofTables[table] ?? ofCategories[category] ?? null;
}
