/** What tells the kinds of mail of an account apart. */
export interface FeedbackTerms {
  accountId: bigint;
  campaignId: bigint | null;
  isMarketing: boolean;
}

/** The value of Gmail's field for its feedback loop: campaign, customer, kind of mail, sender. Empty parts are allowed,
 *  the last is not. */
export function feedbackId({ accountId, campaignId, isMarketing }: FeedbackTerms): string {
  const kind = isMarketing ? "marketing" : "transactional";
  return `${campaignId ?? ""}:${accountId.toString(36)}:${kind}:facteur`;
}
