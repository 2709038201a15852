import { setTimeout as pause } from "node:timers/promises";
import { listInbox, readInbox } from "../../messages/index.ts";
import { plantCanary, plantedHtml } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";

// Delivery into the test inbox takes milliseconds where a worker runs; where none does, there is nothing to see.
const looksMax = 20;
const lookMs = 150;

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
      if (source !== null) check(source, findings);
      return findings.finding(
        "The newest canary came out with its one link unchanged, and without any picture: neither opens nor clicks are tracked.",
      );
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

function check(source: Buffer, findings: Findings): void {
  // RFC 2045 §6.7: soft line breaks and escapes are taken out before looking.
  const text = source.toString("latin1").replace(/=\r\n/g, "").replaceAll("=3D", "=");
  findings.check(text.includes(plantedHtml.link), "a link was changed");
  findings.check(text.includes(plantedHtml.end), "the end of the HTML was changed");
  findings.check(!/<img\b/i.test(text), "a picture was added");
  findings.check([...text.matchAll(/https?:\/\//g)].length === 1, "a link was added");
}
