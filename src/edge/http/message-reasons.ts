// Numbers and words are part of the contract of Mailjet's API, whose `StateID` of a message points here; our own
// shows the same ones.
const reasons: [number: number, text: string, relatedTo: string][] = [
  [1, "user unknown", "recipient"],
  [2, "mailbox inactive", "recipient"],
  [3, "quota exceeded", "recipient"],
  [4, "invalid domain", "domain"],
  [5, "no mail host", "domain"],
  [6, "relay/access denied", "domain"],
  [7, "sender blocked", "spam"],
  [8, "content blocked", "spam"],
  [9, "policy issue", "spam"],
  [10, "system issue", "system"],
  [11, "protocol issue", "system"],
  [12, "connection issue", "system"],
  [13, "greylisted", "domain"],
  [14, "preblocked", "mailjet"],
  [15, "duplicate in campaign", "mailjet"],
  [16, "spam preblocked", "mailjet"],
  [17, "bad or empty template", "mailjet"],
  [18, "error in template language", "mailjet"],
  [19, "typofix", "domain"],
  [20, "blacklisted", "spam"],
  [21, "spam reporter", "spam"],
];

/** Why messages do not arrive, as Mailjet's table of message states has it. */
export const messageReasonRows = reasons.map(([ID, State, RelatedTo]) => ({ ID, RelatedTo, State }));

/** The words of a reason; "" for none. */
export function messageReasonText(number: number | null): string {
  return reasons.find(([known]) => known === number)?.[1] ?? "";
}
