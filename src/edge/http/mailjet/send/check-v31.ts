import type { ContentDraft } from "./draft.ts";
import type { PartyDraft } from "./party.ts";
import { campaignMissing, languageMissing, missing, noContent, type SendError } from "./send-error.ts";

/** What properties ask of each other ("Send API errors" of Mailjet's guide). */
export function checkTogether(draft: ContentDraft, errors: SendError[]): void {
  if (draft.from === null && draft.template === null) errors.push(missing("From"));
  checkParty(draft.from, "From", errors);
  checkParty(draft.sender, "Sender", errors);
  checkParty(draft.replyTo, "ReplyTo", errors);
  checkParty(draft.templateErrorReporting, "TemplateErrorReporting", errors);
  if (draft.text === null && draft.html === null && draft.template === null) errors.push(noContent());
  if (draft.deduplicatesCampaign === true && draft.customCampaign === null) errors.push(campaignMissing());
  const saysMoreOfErrors =
    draft.templateErrorReporting !== null || draft.deliversDespiteTemplateError === true;
  if (saysMoreOfErrors && draft.usesTemplateLanguage !== true) errors.push(languageMissing());
}

/** A name alone is nobody. */
function checkParty(draft: PartyDraft | null, path: string, errors: SendError[]): void {
  if (draft !== null && draft.address === null) errors.push(missing(`${path}.Email`));
}
