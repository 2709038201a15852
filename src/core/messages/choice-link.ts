import { type CountingTerms, countingModes } from "./counting.ts";
import { inBody } from "./way-out.ts";

const words =
  '<span lang="en">This mail tells its sender that you read it: change that</span> · <span lang="fr">Cet e-mail signale sa lecture : changer</span> · <span lang="de">Diese Mail meldet, dass Sie sie lesen: ändern</span>';
const style = "margin:24px 0 0;font:13px/1.5 sans-serif;text-align:center";

/** Puts the way to take consent back into every mail that tells its reader apart, at the end of what is shown.
 *  GDPR art. 7(3): as easy to withdraw as to give. */
export function withChoice(html: string, terms: CountingTerms): string {
  const { opens, clicks } = countingModes(terms);
  if (opens !== "identified" && clicks !== "identified") return html;
  const { links, accountId, messageId, lookup } = terms;
  const url = links.choice({ accountId, messageId, lookup });
  return inBody(html, `<p style="${style}"><a href="${url}" data-notrack>${words}</a></p>`);
}
