import { setTimeout as pause } from "node:timers/promises";
import { listInbox, readInbox } from "../../messages/index.ts";
import { deliveredSource, freshAddress, plantCanary, plantedHtml, plantMessage } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic, type SyntheticAccounts } from "../synthetic.ts";

// Delivery into the test inbox takes milliseconds where a worker runs; where none does, there is nothing to see.
const looksMax = 100;
const lookMs = 30;

// What is said of mail that asks to be counted, by what was seen of it.
const sentences = {
  counted:
    " Two readers of mail that asks to be counted got the same links and the same picture: nobody is told apart.",
  uncounted:
    " Mail that asks to be counted came out with its link unchanged and without a picture: nothing is counted here.",
  unseen: "",
} as const;

/** Reads the newest canary as it would have gone over the wire: nothing may have been added that could tell who opened
 *  it or followed its link. */
export function trackingProbe(context: ProbeContext): Probe {
  return {
    name: "tracking",
    everyMinutes: 60,
    run: async () => {
      const accounts = await ensureSynthetic(context);
      let source = await newestSource(context, accounts.first);
      if (source === null) await plantCanary(context, accounts);
      for (let look = 0; source === null && look < looksMax; look += 1) {
        await pause(lookMs);
        source = await newestSource(context, accounts.first);
      }
      const findings = new Findings();
      let counted: keyof typeof sentences = "unseen";
      if (source !== null) {
        check(source, findings);
        counted = await checkCounted(context, accounts, findings);
      }
      const canary = "The newest canary came out with its one link unchanged, and without any picture.";
      return findings.finding(`${canary}${sentences[counted]}`);
    },
  };
}

async function newestSource({ database, keyring }: ProbeContext, accountId: bigint): Promise<Buffer | null> {
  return database.read({ role: "request", accountId }, async (reader) => {
    const [item] = await listInbox(reader, keyring, { accountId, beforeId: null, limit: 1 });
    if (item === undefined) return null;
    return (await readInbox(reader, keyring, { accountId, id: item.id }))?.source ?? null;
  });
}

// Where the operator counts nothing, the links are those of the sender.
async function checkCounted(
  context: ProbeContext,
  accounts: SyntheticAccounts,
  findings: Findings,
): Promise<keyof typeof sentences> {
  const content = { html: plantedHtml.link, trackOpens: "enabled", trackClicks: "enabled" } as const;
  const links: string[][] = [];
  for (let reader = 0; reader < 2; reader += 1) {
    const to = freshAddress(context);
    const id = await plantMessage(context, accounts, { to, content });
    const source = await deliveredSource(context, accounts.second, id);
    if (source === null) return "unseen";
    links.push(source.match(/https?:\/\/[^"\s]+/g) ?? []);
  }
  const [first = [], second = []] = links;
  findings.check(first.length > 0, "mail with a link came out without any");
  findings.check(first.join(" ") === second.join(" "), "two readers of the same mail got different links");
  return first.some((link) => /\/[ci]\//.test(link)) ? "counted" : "uncounted";
}

function check(source: Buffer, findings: Findings): void {
  // RFC 2045 §6.7: soft line breaks and escapes are taken out before looking.
  const text = source.toString("latin1").replace(/=\r\n/g, "").replaceAll("=3D", "=");
  findings.check(text.includes(plantedHtml.link), "a link was changed");
  findings.check(text.includes(plantedHtml.end), "the end of the HTML was changed");
  findings.check(!/<img\b/i.test(text), "a picture was added");
  findings.check([...text.matchAll(/https?:\/\//g)].length === 1, "a link was added");
}
