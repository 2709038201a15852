import { confirmationHours } from "./confirmation.ts";

/** What a confirmation mail says. */
export interface ConfirmationMail {
  subject: string;
  text: string;
  html: string;
}

/** Writes the mail that asks whether an address may be used as a sender. It also reaches people who have asked for
 *  nothing: it says so, says how to do nothing, and names who asks. */
export function writeConfirmationMail(about: {
  address: string;
  accountName: string;
  serviceName: string;
  link: string;
}): ConfirmationMail {
  const { address, serviceName, link } = about;
  const account = isPlainName(about.accountName) ? `The account "${about.accountName}"` : "An account";
  const paragraphs = [
    `${account} at ${serviceName} wants to send e-mail from the address ${address}.`,
    "If that is right, open this page and confirm:",
    `The link works for ${confirmationHours} hours, and once.`,
    "If you do not know of this, do nothing: the address will not be used.",
  ];
  const [who, what, until, otherwise] = paragraphs.map(escapeHtml);
  return {
    subject: `Confirm ${address} as a sender`,
    text: [paragraphs[0], paragraphs[1], link, paragraphs[2], paragraphs[3], ""].join("\n\n"),
    html: [
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Confirm a sender</title></head><body>',
      `<p>${who}</p><p>${what}</p>`,
      `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`,
      `<p>${until}</p><p>${otherwise}</p></body></html>`,
    ].join(""),
  };
}

const nameCharactersMax = 60;

// The name is its owner's words in a mail of ours to somebody else: none that carries a message of its own.
function isPlainName(name: string): boolean {
  return name !== "" && name.length <= nameCharactersMax && !/[/\\@<>\p{Cc}]|www\.|\[\[/iu.test(name);
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
