import type { Session } from "../../api/session.ts";

/** What the examples are filled with. */
export interface Example {
  publicUrl: string;
  apiKey: string;
  secretKey: string;
  from: { address: string; name: string };
  subject: string;
  text: string;
}

const recipient = { address: "you@example.com", name: "You" };

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Sends with curl, as it can be pasted. */
export function curlExample(example: Example): string {
  const body = { Messages: [messageOf(example)] };
  return [
    `curl -u ${example.apiKey}:${example.secretKey} ${example.publicUrl}/v3.1/send \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shellWord(JSON.stringify(body))}`,
  ].join("\n");
}

/** Sends with Mailjet's own client for Node. It speaks HTTPS only; a service without it is named as its proxy. */
export function nodeExample(example: Example): string {
  const { protocol, hostname, port, host } = new URL(example.publicUrl);
  const place =
    protocol === "https:"
      ? `  config: { host: ${JSON.stringify(host)} },`
      : `  options: { proxy: { protocol: "http", host: ${JSON.stringify(hostname)}, port: ${port || 80} } },`;
  return [
    'import Mailjet from "node-mailjet";',
    "",
    "const mailjet = new Mailjet({",
    `  apiKey: ${JSON.stringify(example.apiKey)},`,
    `  apiSecret: ${JSON.stringify(example.secretKey)},`,
    place,
    "});",
    'const { body } = await mailjet.post("send", { version: "v3.1" }).request({',
    `  Messages: [${JSON.stringify(messageOf(example))}],`,
    "});",
    "console.log(body.Messages[0].Status);",
  ].join("\n");
}

/** Hands a message in by SMTP with curl. */
export function smtpExample(
  example: Example,
  submission: Omit<NonNullable<Session["submission"]>, "implicitTlsPort">,
): string {
  const { host, port, tls } = submission;
  const scheme = tls === "implicit" ? "smtps" : "smtp";
  const place = host.includes(":") ? `[${host}]` : host;
  const options = [...(tls === "starttls" ? ["--ssl-reqd"] : []), ...(isHere(host) ? ["--insecure"] : [])];
  const message = [
    `From: ${example.from.address}`,
    `To: ${recipient.address}`,
    `Subject: ${headerText(example.subject)}`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "",
    example.text,
  ];
  return [
    `printf '%s\\r\\n' ${message.map(shellWord).join(" ")} |`,
    `  curl ${[`${scheme}://${place}:${port}`, ...options].join(" ")} \\`,
    `  -u ${example.apiKey}:${example.secretKey} \\`,
    `  --mail-from ${example.from.address} --mail-rcpt ${recipient.address} -T -`,
  ].join("\n");
}

/** Is it this machine itself? Nobody issues a certificate for that, so the service has made its own. */
export function isHere(host: string): boolean {
  return /^(127\.|localhost$|::1$)/.test(host);
}

// RFC 2047 §2: what is not ASCII goes into an encoded word.
function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const bytes = new TextEncoder().encode(text);
  return `=?utf-8?B?${btoa(String.fromCharCode(...bytes))}?=`;
}

function messageOf({ from, subject, text }: Example) {
  return {
    From: { Email: from.address, Name: from.name },
    To: [{ Email: recipient.address, Name: recipient.name }],
    Subject: subject,
    TextPart: text,
  };
}
