/** Why a webhook gave no answer, in English. No words of the error itself: they name addresses of the operator's network. */
export const troubleTexts = {
  refused: "the connection was refused",
  closed: "the connection was closed without an answer",
  no_address: "the name has no address",
  no_way: "there is no way to the address",
  no_answer: "there was no answer in time",
  not_http: "the answer is not HTTP",
  tls: "the certificate or TLS failed",
  private_name: "the name leads into a private network",
  private_address: "the address is of a private network",
  failed: "the connection failed",
} as const;

/** Why a webhook gave no answer: stable codes, so that a page can say it in its reader's language. */
export type Trouble = keyof typeof troubleTexts;
export const troubles = Object.keys(troubleTexts) as Trouble[];

/** The code of what the log of attempts says of a webhook that gave no answer. */
export function troubleOf(text: string): Trouble {
  return troubles.find((trouble) => troubleTexts[trouble] === text) ?? "failed";
}
