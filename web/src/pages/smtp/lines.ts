import { isHere, shellWord } from "../first-steps/snippets.ts";

/** What the lines are filled with. */
export interface Access {
  host: string;
  /** Where a connection begins in clear and goes on with STARTTLS (or stays in clear on this machine). */
  port: number;
  tls: "implicit" | "starttls" | "none";
  user: string;
  secret: string;
  from: string;
}

/** Programs that send mail, each with a form of its own to write the same six things down. */
export const programs = ["swaks", "nodemailer", "postfix", "php", "python"] as const;
export type Program = (typeof programs)[number];

/** What stands above the lines: how their text is coloured, by its language. */
export const languages = {
  swaks: "sh",
  nodemailer: "js",
  postfix: "main.cf",
  php: "php",
  python: "python",
} as const satisfies Record<Program, string>;

const recipient = "you@example.com";

/** Lines to be copied into a program. */
export function linesFor(program: Program, access: Access): string {
  switch (program) {
    case "swaks":
      return swaks(access);
    case "nodemailer":
      return nodemailer(access);
    case "postfix":
      return postfix(access);
    case "php":
      return php(access);
    case "python":
      return python(access);
  }
}

function isImplicit({ tls }: Access): boolean {
  return tls === "implicit";
}

function swaks(access: Access): string {
  const { host, port, user, secret, from, tls } = access;
  const encryption = tls === "none" ? [] : [isImplicit(access) ? "--tls-on-connect" : "--tls"];
  return [
    `swaks --server ${host} --port ${port} ${[...encryption, "--auth PLAIN"].join(" ")} \\`,
    `  --auth-user ${user} --auth-password ${secret} \\`,
    `  --from ${shellWord(from)} --to ${recipient} --header 'Subject: SMTP works'`,
  ].join("\n");
}

function nodemailer(access: Access): string {
  const { host, port, user, secret, from } = access;
  const own = isHere(host)
    ? ["  tls: { rejectUnauthorized: false }, // a certificate of its own making"]
    : [];
  return [
    'import { createTransport } from "nodemailer";',
    "",
    "const transport = createTransport({",
    `  host: ${JSON.stringify(host)},`,
    `  port: ${port},`,
    `  secure: ${isImplicit(access)},`,
    `  auth: { user: ${JSON.stringify(user)}, pass: ${JSON.stringify(secret)} },`,
    ...own,
    "});",
    `await transport.sendMail({ from: ${JSON.stringify(from)}, to: ${JSON.stringify(recipient)},`,
    '  subject: "SMTP works", text: "Hello" });',
  ].join("\n");
}

function postfix(access: Access): string {
  const { host, port, user, secret, tls } = access;
  const place = `[${host}]:${port}`;
  const level = tls === "none" ? "none" : "encrypt";
  const wrapped = isImplicit(access) ? ["smtp_tls_wrappermode = yes"] : [];
  return [
    "# /etc/postfix/main.cf",
    `relayhost = ${place}`,
    `smtp_tls_security_level = ${level}`,
    ...wrapped,
    "smtp_sasl_auth_enable = yes",
    "smtp_sasl_security_options = noanonymous",
    "smtp_sasl_password_maps = texthash:/etc/postfix/facteur",
    "",
    "# /etc/postfix/facteur (chmod 600)",
    `${place} ${user}:${secret}`,
    "",
    "# then: postfix reload",
  ].join("\n");
}

function php(access: Access): string {
  const { host, port, user, secret, from, tls } = access;
  const own = isHere(host)
    ? [
        "$mail->SMTPOptions = ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]; // its own certificate",
      ]
    : [];
  const encryption =
    tls === "none"
      ? "$mail->SMTPAutoTLS = false;"
      : `$mail->SMTPSecure = PHPMailer::${isImplicit(access) ? "ENCRYPTION_SMTPS" : "ENCRYPTION_STARTTLS"};`;
  return [
    "<?php",
    "require 'vendor/autoload.php'; // composer require phpmailer/phpmailer",
    "",
    "use PHPMailer\\PHPMailer\\PHPMailer;",
    "",
    "$mail = new PHPMailer(true);",
    "$mail->isSMTP();",
    `$mail->Host = ${phpWord(host)};`,
    `$mail->Port = ${port};`,
    encryption,
    "$mail->SMTPAuth = true;",
    `$mail->Username = ${phpWord(user)};`,
    `$mail->Password = ${phpWord(secret)};`,
    ...own,
    `$mail->setFrom(${phpWord(from)});`,
    `$mail->addAddress(${phpWord(recipient)});`,
    "$mail->Subject = 'SMTP works';",
    "$mail->Body = 'Hello';",
    "$mail->send();",
  ].join("\n");
}

function phpWord(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function python(access: Access): string {
  const { host, port, user, secret, from, tls } = access;
  const own = isHere(host);
  const context = own
    ? ["context = ssl._create_unverified_context()  # a certificate of its own making"]
    : ["context = ssl.create_default_context()"];
  const open = isImplicit(access)
    ? `with smtplib.SMTP_SSL(${JSON.stringify(host)}, ${port}, context=context) as smtp:`
    : `with smtplib.SMTP(${JSON.stringify(host)}, ${port}) as smtp:`;
  return [
    "import smtplib, ssl",
    "from email.message import EmailMessage",
    "",
    "message = EmailMessage()",
    `message["From"] = ${JSON.stringify(from)}`,
    `message["To"] = ${JSON.stringify(recipient)}`,
    'message["Subject"] = "SMTP works"',
    'message.set_content("Hello")',
    ...(tls === "none" ? [] : context),
    open,
    ...(tls === "starttls" ? ["    smtp.starttls(context=context)"] : []),
    `    smtp.login(${JSON.stringify(user)}, ${JSON.stringify(secret)})`,
    "    smtp.send_message(message)",
  ].join("\n");
}
