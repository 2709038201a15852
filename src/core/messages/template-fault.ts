import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Acceptance } from "./accept.ts";
import type { ContentFault } from "./compose.ts";
import { noticeTo } from "./notice.ts";
import type { Attachment, Party, Submission } from "./submission.ts";

const hourMs = 3_600_000;
// Reports to one account in an hour, whatever they are about. Whoever sends a thousand different contents with a fault
// in each has understood after ten; the address is anybody's, and must not be flooded.
const reportsPerHourMax = 10;

/** A message whose template could not be rendered. */
export interface TemplateFault extends ContentFault {
  accountId: bigint;
  messageId: bigint;
}

/** Tells senders of faults in their templates, where they have asked for it: at most one mail about a content in an
 *  hour, however many messages share it and however many nodes meet it.
 *  @see Mailjet's TemplateErrorReporting */
export class TemplateFaultReports {
  readonly #acceptance: Pick<Acceptance, "accept">;
  readonly #clock: Clock;
  readonly #known = new Set<string>();
  readonly #counts = new Map<bigint, number>();
  #hour = 0;

  constructor(acceptance: Pick<Acceptance, "accept">, clock: Clock) {
    this.#acceptance = acceptance;
    this.#clock = clock;
  }

  /** Sends a report as mail of the account itself, from the sender of the message, so that it needs no right the account
   *  has not. Answers whether one was sent.
   *  @throws Refusal what a submission may be refused for; there is no report then */
  async report(fault: TemplateFault): Promise<boolean> {
    const recipient = fault.content.templateErrorReporting;
    if (recipient === null || fault.content.from === null) return false;
    const name = nameOf(fault, recipient);
    if (!this.#isNew(fault.accountId, name)) return false;
    const result = await this.#acceptance.accept({
      accountId: fault.accountId,
      submissions: [templateFaultReport(fault, fault.content.from, recipient)],
      isSandbox: false,
      isStrict: false,
      // Another node, or this one before a restart, may have told of it. No header can hold this key.
      idempotency: { key: `\u0000template-fault/${this.#hour}/${name}`, bodyHash: Buffer.from(name, "hex") },
      answerOf: () => Buffer.alloc(0),
    });
    if (result.kind === "replayed") return false;
    const [outcome] = result.outcomes;
    if (outcome?.kind === "refused") throw outcome.refusal;
    return true;
  }

  // Known ones are left out here, without a look at the database: every message of a campaign may come by.
  #isNew(accountId: bigint, name: string): boolean {
    const hour = Math.floor(this.#clock.now().getTime() / hourMs);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#known.clear();
      this.#counts.clear();
    }
    const key = `${accountId}/${name}`;
    const count = this.#counts.get(accountId) ?? 0;
    if (this.#known.has(key) || count >= reportsPerHourMax) return false;
    this.#known.add(key);
    this.#counts.set(accountId, count + 1);
    return true;
  }
}

// Messages that were submitted one by one have the same fault when their sources are the same.
function nameOf({ content }: TemplateFault, recipient: Party): string {
  const sources = [recipient.address, content.subject, content.text, content.html];
  return createHash("sha256").update(JSON.stringify(sources)).digest("hex");
}

// What is quoted comes as variables: it may hold placeholders, and a value is never read as a template.
const subject = 'Error while evaluating the template language for message "[[var:subject]]"';
const text = `The [[var:part]] of a message could not be rendered. [[var:consequence]]

    [[var:message]]

Place:    [[var:part]], line [[var:line]], column [[var:column]]
Message:  [[var:id]]

The sources of the message are attached, as they were before rendering. For an hour nothing is said about other
messages with the same sources.
`;

/** Writes the report about a fault. */
function templateFaultReport(fault: TemplateFault, from: Party, recipient: Party): Submission {
  const { content, problem, messageId } = fault;
  return noticeTo(recipient, from, {
    subject,
    text,
    attachments: [...sourceFile("HTMLPart.txt", content.html), ...sourceFile("TextPart.txt", content.text)],
    variables: {
      subject: content.subject ?? "",
      part: problem.part,
      message: problem.message,
      line: problem.line,
      column: problem.column,
      id: messageId.toString(),
      consequence: content.deliversDespiteTemplateError
        ? "It was delivered as it is, since that was wished."
        : "It was not delivered.",
    },
  });
}

// As plain text, so that a mail program shows the source and runs nothing of it.
function sourceFile(filename: string, source: string | null): Attachment[] {
  if (source === null || source === "") return [];
  return [{ filename, contentType: "text/plain; charset=utf-8", content: Buffer.from(source) }];
}
