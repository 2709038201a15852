import { readMessage } from "../../core/messages/index.ts";
import {
  deliveredSource,
  ensureSynthetic,
  Findings,
  freshAddress,
  type Probe,
  type ProbeContext,
  plantMessage,
} from "../../core/policy/index.ts";
import { ask } from "./ask.ts";
import { notDelivered, type ServicePlace, unreachable } from "./web.ts";

// In force within so many seconds of the click, everywhere.
const inForceMsMax = 5000;
const oneClick = { method: "POST", form: "List-Unsubscribe=One-Click" } as const;

/** Takes marketing mail as it is delivered, follows its link as scanners, mail programs and people do, and sends once
 *  more. */
export function unsubscribeProbe(context: ProbeContext, place: ServicePlace): Probe {
  return {
    name: "unsubscribe",
    everyMinutes: 60,
    run: async () => {
      const where = place();
      if (where === null) return unreachable;
      const accounts = await ensureSynthetic(context);
      const to = freshAddress(context);
      const content = { isMarketing: true, html: "<p>offers</p>" } as const;
      const id = await plantMessage(context, accounts, { to, content });
      const source = await deliveredSource(context, accounts.second, id);
      if (source === null) return notDelivered;
      const findings = new Findings();
      const path = checkSource(source, findings);
      const send = async () => {
        const messageId = await plantMessage(context, accounts, { to, content });
        return stateOf(context, accounts.second, messageId);
      };
      if (path !== null) await checkLink(where.url, path, { findings, send });
      return findings.finding(
        "Marketing mail was delivered with a link in each part and the fields of one-click. Looking at the link changed nothing; one click without cookies stopped all mail to the address at once, and could be taken back.",
      );
    },
  };
}

function checkSource(source: string, findings: Findings): string | null {
  const [head = "", ...bodies] = source.split("\r\n\r\n");
  const link = /^List-Unsubscribe:\s+<(https?:\/\/[^>\s]+)>/im.exec(head)?.[1];
  findings.check(link !== undefined, "marketing mail has no List-Unsubscribe");
  const post = /^List-Unsubscribe-Post:\s+List-Unsubscribe=One-Click\r?$/im.test(head);
  findings.check(post, "marketing mail has no List-Unsubscribe-Post");
  if (link === undefined) return null;
  const parts = bodies.filter((body) => body.includes(link));
  findings.check(parts.length >= 2, "the text or the HTML of marketing mail has no link to unsubscribe");
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}

interface Trial {
  findings: Findings;
  /** Sends to the address once more; answers what became of the message. */
  send: () => Promise<string>;
}

async function checkLink(url: string, path: string, { findings, send }: Trial): Promise<void> {
  const page = await ask(url, path);
  await ask(url, path, { method: "HEAD" });
  findings.check(page.status === 200, "the link of a mail leads to no page");
  findings.check(/<form method="post"/.test(page.body), "the page behind the link has no button");
  findings.check((await send()) !== "blocked", "looking at the link unsubscribed its reader");
  const clickedAt = performance.now();
  const clicked = await ask(url, path, oneClick);
  const isDone = clicked.status === 200 && clicked.headers["set-cookie"] === undefined;
  findings.check(isDone, "one click is not answered, or with a cookie");
  findings.check((await send()) === "blocked", "mail is accepted for delivery after one click");
  findings.check(performance.now() - clickedAt < inForceMsMax, "one click took more than 5 seconds");
  const back = /<form method="post" action="([^"]+)"/.exec(clicked.body)?.[1];
  findings.check(back !== undefined, "a mistake cannot be taken back");
  if (back !== undefined) await ask(url, back, { method: "POST" });
  findings.check((await send()) !== "blocked", "taking a mistake back does nothing");
}

async function stateOf({ database, keyring }: ProbeContext, accountId: bigint, id: bigint): Promise<string> {
  const message = await database.read({ role: "request", accountId }, (reader) =>
    readMessage(reader, { keyring, accountId }, id, false),
  );
  return message?.state ?? "gone";
}
