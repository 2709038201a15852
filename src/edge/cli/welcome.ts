import { type Account, type CreatedKey, signInLinkHours } from "../../core/accounts/index.ts";

/** What `npm start` says when it is ready. */
export interface Welcome {
  publicUrl: string;
  /** The first account, when it was made just now. */
  made: { account: Account; key: CreatedKey } | null;
  hasAccount: boolean;
  /** A link into the dashboard; in development only. */
  signInUrl: string | null;
  isDevelopment: boolean;
  /** Where mail is handed in by SMTP; null when it is not. */
  submission: { host: string; port: number; implicitTlsPort: number | null } | null;
  /** Where other servers bring mail; null when they do not. */
  inbound: { port: number } | null;
  asJson: boolean;
}

/** Tells where the service is and, on the first start, how to send a first mail. */
export function welcome(news: Welcome): string {
  const { publicUrl, made, hasAccount, signInUrl, isDevelopment, submission, inbound, asJson } = news;
  if (asJson) {
    const account =
      made === null
        ? {}
        : {
            accountId: made.account.id.toString(),
            email: made.account.address,
            apiKey: made.key.publicKey,
            secretKey: made.key.secretKey,
          };
    const link = signInUrl === null ? {} : { signInUrl };
    return `${JSON.stringify({ ready: true, publicUrl, submission, inbound, ...account, ...link })}\n`;
  }
  const mode = isDevelopment ? " (development)" : "";
  const lines = ["", `Facteur is ready${mode}: ${publicUrl}`];
  if (submission !== null)
    lines.push(`Mail by SMTP, with the same keys: ${submission.host}:${submission.port}`);
  lines.push("");
  if (signInUrl !== null) {
    const hours = signInLinkHours === 1 ? "hour" : `${signInLinkHours} hours`;
    lines.push(`Open the dashboard. This link works once, within the ${hours}:`, "", `  ${signInUrl}`, "");
  }
  if (made !== null) lines.push(...firstSteps(publicUrl, made));
  else if (!hasAccount)
    lines.push("There is no account yet. Make one: npx facteur account create --email ADDRESS", "");
  return `${lines.join("\n")}\n`;
}

function firstSteps(publicUrl: string, { account, key }: NonNullable<Welcome["made"]>): string[] {
  const message = {
    Messages: [
      {
        From: { Email: account.address, Name: "Me" },
        To: [{ Email: "you@example.com", Name: "You" }],
        Subject: "My first mail",
        TextPart: "Hello!",
      },
    ],
  };
  return [
    "Your first account is made. This is the only time its secret key is shown:",
    "",
    `  API key     ${key.publicKey}`,
    `  Secret key  ${key.secretKey}`,
    "",
    "Send a first mail. Until you verify a domain it stays in your test inbox:",
    "",
    `  curl -u ${key.publicKey}:${key.secretKey} ${publicUrl}/v3.1/send \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(message)}'`,
    "",
    "and read it:",
    "",
    `  curl -u ${key.publicKey}:${key.secretKey} ${publicUrl}/api/v1/inbox`,
    "",
  ];
}
