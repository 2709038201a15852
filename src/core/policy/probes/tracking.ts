import { listInbox, readInbox } from "../../messages/index.ts";
import { plantedHtml } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";

/** Reads the newest canary as it would have gone over the wire: nothing may have been added that could tell who opened
 *  it or followed its link. */
export function trackingProbe(context: ProbeContext): Probe {
  const { database, keyring } = context;
  return {
    name: "tracking",
    everyMinutes: 60,
    run: async () => {
      const { first } = await ensureSynthetic(context);
      const source = await database.read({ role: "request", accountId: first }, async (reader) => {
        const [item] = await listInbox(reader, keyring, { accountId: first, beforeId: null, limit: 1 });
        if (item === undefined) return null;
        return (await readInbox(reader, keyring, { accountId: first, id: item.id }))?.source ?? null;
      });
      const findings = new Findings();
      if (source !== null) {
        // RFC 2045 §6.7: soft line breaks and escapes are taken out before looking.
        const text = source.toString("latin1").replace(/=\r\n/g, "").replaceAll("=3D", "=");
        findings.check(text.includes(plantedHtml.link), "a link was changed");
        findings.check(text.includes(plantedHtml.end), "the end of the HTML was changed");
        findings.check(!/<img\b/i.test(text), "a picture was added");
        findings.check([...text.matchAll(/https?:\/\//g)].length === 1, "a link was added");
      }
      return findings.finding(
        "The newest canary came out with its one link unchanged, and without any picture: neither opens nor clicks are tracked.",
      );
    },
  };
}
