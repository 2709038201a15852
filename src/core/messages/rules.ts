import type { Database } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { SenderBook } from "../domains/index.ts";
import type { Keyring } from "../keys/index.ts";
import type { AcceptRules } from "./accept.ts";
import { resolveTemplate } from "./resolve-template.ts";
import type { SenderRight } from "./sender-right.ts";
import type { ContentTerms, SubmissionContent } from "./submission.ts";

/** What decides whether a submission may be taken: its sender's right and its template. */
export class StandardRules implements AcceptRules {
  readonly #context: { database: Database; keyring: Keyring };
  readonly #senders: SenderBook;

  constructor(context: { database: Database; keyring: Keyring; senders: SenderBook }) {
    this.#context = context;
    this.#senders = context.senders;
  }

  /** @throws Refusal from_missing, sender_not_allowed, sender_header_inactive, monitoring_category_unknown */
  async senderRight(accountId: bigint, content: ContentTerms): Promise<SenderRight> {
    checkCategory(content.monitoringCategory);
    if (content.from === null)
      throw new Refusal("from_missing", "The message has no From address.", { field: "From" });
    const { address } = content.from;
    const verdict = await this.#senders.verdict(accountId, address);
    if (verdict.kind !== "allowed") {
      throw new Refusal(
        "sender_not_allowed",
        "This account may not send from this address. Add it as a sender, or verify its domain.",
        { field: "From", address },
      );
    }
    if (content.sender !== null) await this.#checkSenderHeader(accountId, content.sender.address);
    const { senderId, isDomainVerified, isBulk } = verdict;
    return { senderId, staysInInbox: !isDomainVerified, isBulk };
  }

  async mayHaveReports(accountId: bigint, address: string): Promise<boolean> {
    const { kind } = await this.#senders.verdict(accountId, address);
    return kind === "allowed";
  }

  async #checkSenderHeader(accountId: bigint, address: string): Promise<void> {
    const verdict = await this.#senders.verdict(accountId, address);
    if (verdict.kind === "allowed") return;
    throw new Refusal(
      "sender_header_inactive",
      "The Sender address is not an active sender of this account.",
      {
        field: "Sender",
        address,
      },
    );
  }

  resolveTemplate(
    accountId: bigint,
    content: SubmissionContent,
    isStrict: boolean,
  ): Promise<SubmissionContent> {
    return resolveTemplate(this.#context, accountId, content, isStrict);
  }
}

// Nobody can make one here yet, and a mail that is believed to be monitored must not be sent unmonitored.
function checkCategory(category: string): void {
  if (category === "") return;
  throw new Refusal("monitoring_category_unknown", "There is no monitoring category of this name.", {
    field: "MonitoringCategory",
    category,
  });
}
