import type { Database } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { isAddressProblem, parseMailbox } from "../../mail/address/index.ts";
import type { Keyring } from "../keys/index.ts";
import {
  compileTemplate,
  openTemplateContent,
  selectTemplate,
  selectTemplateNamed,
  type TemplateContent,
} from "../templates/index.ts";
import type { Party, SubmissionContent } from "./submission.ts";

/** Puts a stored template into a content, so that a later edit does not change mail that is under way. The values of
 *  the message win over the template's headers. Strict: every part is compiled, and a fault refuses the message.
 *  @throws Refusal template_unknown, template_has_html_too, template_invalid, template_fault */
export async function resolveTemplate(
  context: { database: Database; keyring: Keyring },
  accountId: bigint,
  content: SubmissionContent,
  isStrict: boolean,
): Promise<SubmissionContent> {
  const resolved = content.template === null ? content : await fill(context, accountId, content);
  if (isStrict && resolved.usesTemplateLanguage) checkLanguage(resolved);
  return resolved;
}

async function fill(
  { database, keyring }: { database: Database; keyring: Keyring },
  accountId: bigint,
  content: SubmissionContent,
): Promise<SubmissionContent> {
  const key = content.template;
  if (key === null) return content;
  const row = await database.read({ role: "accept" }, (reader) =>
    "id" in key ? selectTemplate(reader, accountId, key) : selectTemplateNamed(reader, accountId, key.name),
  );
  if (row === undefined) {
    const templateId = "id" in key ? key.id : key.name;
    throw new Refusal("template_unknown", `Template "${templateId}" does not exist in this account.`, {
      field: "TemplateID",
      templateId,
    });
  }
  const template = openTemplateContent(keyring, row);
  if (content.html !== null && content.html !== "" && template.html !== null && template.html !== "") {
    throw new Refusal(
      "template_has_html_too",
      "The message has an HTML part and its template has one too. Leave one of them out.",
      { field: "HTMLPart" },
    );
  }
  return {
    ...content,
    from: content.from ?? headerParty(template, "From"),
    replyTo: content.replyTo ?? headerParty(template, "Reply-To"),
    subject: content.subject ?? headerOf(template, "Subject"),
    text: content.text ?? template.text,
    html: content.html ?? template.html,
  };
}

function headerParty(template: TemplateContent, name: string): Party | null {
  const text = headerOf(template, name);
  if (text === null || text === "") return null;
  const mailbox = parseMailbox(text);
  if (isAddressProblem(mailbox)) {
    throw new Refusal(
      "template_invalid",
      `The template's ${name} header is not an address: ${mailbox.message}.`,
      {
        field: "TemplateID",
      },
    );
  }
  return { address: mailbox.address.text, name: mailbox.name ?? "" };
}

function headerOf(template: TemplateContent, name: string): string | null {
  const entry = Object.entries(template.headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return entry?.[1] ?? null;
}

function checkLanguage(content: SubmissionContent): void {
  const pieces = { Subject: content.subject, TextPart: content.text, HTMLPart: content.html };
  for (const [field, source] of Object.entries(pieces)) {
    if (source === null) continue;
    const compiled = compileTemplate(source);
    if (compiled.kind !== "problem") continue;
    throw new Refusal("template_fault", compiled.message, {
      field,
      line: compiled.line,
      column: compiled.column,
    });
  }
}
