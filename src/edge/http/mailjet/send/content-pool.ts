import type { Party, SubmissionContent } from "../../../../core/messages/index.ts";
import type { ContentDraft } from "./draft.ts";
import { checkFilesSize, decodeFiles } from "./files.ts";
import type { PartyDraft } from "./party.ts";
import type { SendError } from "./send-error.ts";

/** A content, or all that is wrong with it. */
export type ContentOutcome =
  | { kind: "content"; content: SubmissionContent }
  | { kind: "errors"; errors: SendError[] };

/** Notes what is missing or contradicts itself in a content. */
export type Check = (draft: ContentDraft, errors: SendError[]) => void;

/** The contents of one call. Messages that say the same get the same object, so that it is decoded, sealed and
 *  stored once: the usual batch is one text to many people. */
export class ContentPool {
  readonly #globals: ContentDraft | null;
  readonly #check: Check;
  readonly #known = new Map<string, { draft: ContentDraft; outcome: ContentOutcome }[]>();
  #ofGlobals: ContentOutcome | null = null;

  /** @param check what the dialect asks of properties together */
  constructor(globals: ContentDraft | null, check: Check) {
    this.#globals = globals;
    this.#check = check;
  }

  /** The content of a message that says `own` besides Globals, or nothing. */
  contentOf(own: ContentDraft | null): ContentOutcome {
    if (own !== null) return this.#intern(this.#globals === null ? own : mergeContent(this.#globals, own));
    this.#ofGlobals ??= this.#intern(this.#globals ?? emptyContent);
    return this.#ofGlobals;
  }

  #intern(draft: ContentDraft): ContentOutcome {
    const name = roughName(draft);
    const alike = this.#known.get(name) ?? [];
    const found = alike.find((each) => isSame(each.draft, draft));
    if (found !== undefined) return found.outcome;
    const outcome = contentOf(draft, this.#check);
    alike.push({ draft, outcome });
    this.#known.set(name, alike);
    return outcome;
  }
}

/** A draft that says nothing. */
const emptyContent: ContentDraft = {
  from: null,
  sender: null,
  replyTo: null,
  replyToHeader: null,
  subject: null,
  text: null,
  html: null,
  template: null,
  usesTemplateLanguage: null,
  templateErrorReporting: null,
  deliversDespiteTemplateError: null,
  attachments: [],
  inlined: [],
  headers: [],
  trackOpens: null,
  trackClicks: null,
  urlTags: null,
  priority: null,
  customCampaign: null,
  deduplicatesCampaign: null,
  monitoringCategory: null,
  contactsListId: null,
};

/** Puts a message over Globals: values win, objects are merged, arrays follow those of Globals (Mailjet's guide,
 *  "Set global payload properties"). */
function mergeContent(globals: ContentDraft, own: ContentDraft): ContentDraft {
  const merged: ContentDraft = { ...own };
  for (const key of Object.keys(globals) as (keyof ContentDraft)[]) {
    if (merged[key] === null) Object.assign(merged, { [key]: globals[key] });
  }
  merged.from = mergeParty(globals.from, own.from);
  merged.sender = mergeParty(globals.sender, own.sender);
  merged.replyTo = mergeParty(globals.replyTo, own.replyTo);
  merged.templateErrorReporting = mergeParty(globals.templateErrorReporting, own.templateErrorReporting);
  merged.attachments = [...globals.attachments, ...own.attachments];
  merged.inlined = [...globals.inlined, ...own.inlined];
  merged.headers = mergeHeaders(globals.headers, own.headers);
  return merged;
}

function mergeParty(globals: PartyDraft | null, own: PartyDraft | null): PartyDraft | null {
  if (globals === null || own === null) return own ?? globals;
  return { address: own.address ?? globals.address, name: own.name ?? globals.name };
}

function mergeHeaders(
  globals: ContentDraft["headers"],
  own: ContentDraft["headers"],
): ContentDraft["headers"] {
  if (own.length === 0) return globals;
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  return [...globals.filter(([name]) => !names.has(name.toLowerCase())), ...own];
}

function contentOf(draft: ContentDraft, check: Check): ContentOutcome {
  const errors: SendError[] = [];
  check(draft, errors);
  checkFilesSize([...draft.attachments, ...draft.inlined], errors);
  if (errors.length > 0) return { kind: "errors", errors };
  const content = toContent(draft, errors);
  return errors.length > 0 ? { kind: "errors", errors } : { kind: "content", content };
}

/** Turns a draft without contradictions into a content; decodes its files. */
function toContent(draft: ContentDraft, errors: SendError[]): SubmissionContent {
  return {
    from: toParty(draft.from),
    sender: toParty(draft.sender),
    replyTo: toParty(draft.replyTo ?? draft.replyToHeader),
    subject: draft.subject,
    text: draft.text,
    html: draft.html,
    template: draft.template,
    usesTemplateLanguage: draft.usesTemplateLanguage ?? false,
    templateErrorReporting: toParty(draft.templateErrorReporting),
    deliversDespiteTemplateError: draft.deliversDespiteTemplateError ?? false,
    attachments: decodeFiles(draft.attachments, errors).map(({ contentId: _, ...file }) => file),
    inlined: decodeFiles(draft.inlined, errors),
    headers: draft.headers,
    trackOpens: draft.trackOpens ?? "account_default",
    trackClicks: draft.trackClicks ?? "account_default",
    urlTags: toQuery(draft.urlTags ?? ""),
    priority: draft.priority ?? 2,
    customCampaign: draft.customCampaign ?? "",
    deduplicatesCampaign: draft.deduplicatesCampaign ?? false,
    monitoringCategory: draft.monitoringCategory ?? "",
    contactsListId: draft.contactsListId,
  };
}

function toParty(draft: PartyDraft | null): Party | null {
  return draft === null || draft.address === null ? null : { address: draft.address, name: draft.name ?? "" };
}

/** The caller encodes the tags, says Mailjet's guide. What could end an attribute or a query where they are inserted is
 *  encoded all the same; a leading question mark is taken off. */
function toQuery(tags: string): string {
  return tags.replace(/^\?/, "").replaceAll(/[^!$%&()*+,\-./:;=?@[\]_{|}~0-9A-Za-z]/gu, percentEncoded);
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

/** Equal drafts have equal names, and most others have different ones. It costs no look at the texts. */
function roughName(draft: ContentDraft): string {
  const sizes = [draft.html, draft.text].map((text) => text?.length ?? 0);
  return `${sizes.join()}/${draft.attachments.length}/${draft.from?.address}/${draft.subject}`;
}

/** Compares plain values. Texts that differ do so early; equal ones are compared as memory. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => isSame(Reflect.get(one, key), Reflect.get(other, key)));
}
