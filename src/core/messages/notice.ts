import type { Attachment, Party, Submission } from "./submission.ts";

/** What a notice says. Values that others have written come as variables: a value is never read as a template. */
export interface NoticeWords {
  subject: string;
  text: string;
  html?: string;
  attachments?: Attachment[];
  variables?: Record<string, unknown>;
  /** 3 where somebody sits and waits for it. */
  priority?: 2 | 3;
}

/** Mail that the service writes to somebody by itself: nothing in it is counted, and no machine answers it. */
export function noticeTo(recipient: Party, from: Party, words: NoticeWords): Submission {
  return {
    content: {
      from,
      sender: null,
      replyTo: null,
      subject: words.subject,
      text: words.text,
      html: words.html ?? null,
      template: null,
      usesTemplateLanguage: false,
      templateErrorReporting: null,
      deliversDespiteTemplateError: false,
      attachments: words.attachments ?? [],
      inlined: [],
      // RFC 3834 §5: no vacation notice shall answer it.
      headers: [["Auto-Submitted", "auto-generated"]],
      trackOpens: "disabled",
      trackClicks: "disabled",
      urlTags: "",
      priority: words.priority ?? 2,
      customCampaign: "",
      deduplicatesCampaign: false,
      monitoringCategory: "",
      contactsListId: null,
    },
    to: [recipient],
    cc: [],
    bcc: [],
    variables: words.variables ?? {},
    customId: "",
    eventPayload: "",
  };
}
