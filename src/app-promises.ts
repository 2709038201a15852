import { existsSync } from "node:fs";
import path from "node:path";
import type { Core } from "./app-core.ts";
import { exporter } from "./app-export.ts";
import { allHoldings } from "./app-holdings.ts";
import { SenderBook } from "./core/domains/index.ts";
import { Acceptance, StandardRules } from "./core/messages/index.ts";
import {
  coreProbes,
  lookAtPromises,
  type Overview,
  type Probe,
  type ProbeContext,
  PromiseWatch,
  readRegister,
} from "./core/policy/index.ts";
import { type ErasureContext, ensurePartitions, eraseDueAccounts } from "./core/retention/index.ts";
import type { HttpServer } from "./edge/http/server.ts";
import { languageOf } from "./edge/pages/language.ts";
import type { PageAnswer } from "./edge/pages/page.ts";
import { promisesPage } from "./edge/pages/promises.ts";
import { promisesBadge, promisesJson } from "./edge/pages/promises-json.ts";
import { edgeProbes } from "./edge/probes/all.ts";
import type { ServicePlace } from "./edge/probes/web.ts";

export type { ServicePlace } from "./edge/probes/web.ts";

/** What the probes change goes through these. */
export interface ProbeWays {
  erasure: ErasureContext;
  /** Told which lanes have new mail: else delivery would find it only by its next look, half a second later. */
  onQueued: (lanes: Set<number>) => void;
}

/** Joins the probes with what they look at.
 *  @param place null leaves out the probes that look from the network: another process may do so */
export function watchPromises(core: Core, place: ServicePlace | null, ways: ProbeWays): PromiseWatch {
  const context = probeContextOf(core, ways);
  const seenFromOutside = place === null ? [] : edgeProbes(context, place);
  const probes: Probe[] = [...seenFromOutside, ...coreProbes(context)];
  return new PromiseWatch({ ...core, probes });
}

// Public pages: whoever asks again and again gets the same answer from memory for this long.
const overviewMsMax = 10_000;

interface Asked {
  query: unknown;
  headers: { "accept-language"?: string | undefined };
}

/** Serves the page of promises, the same for machines, and the badge. */
export function servePromises(
  { app }: HttpServer,
  { database, clock, figures }: Core,
  publicUrl: () => string,
): void {
  const entries = readRegister();
  // Lines that can be copied as they are.
  const here = () =>
    entries.map((entry) => ({
      ...entry,
      verify: entry.verify.map((line) => line.replaceAll("{url}", publicUrl())),
    }));
  let kept: { readAt: number; overview: Promise<Overview> } | null = null;
  const overviewNow = (): Promise<Overview> => {
    const now = clock.real();
    if (kept === null || now - kept.readAt > overviewMsMax) {
      const reading = { readAt: now, overview: lookAtPromises({ database, clock, figures }, here()) };
      kept = reading;
      // A failure is not remembered: the next one who asks tries again.
      reading.overview.catch(() => {
        if (kept === reading) kept = null;
      });
    }
    return kept.overview;
  };
  const serve = (url: string, pageOf: (overview: Overview, request: Asked) => PageAnswer): void => {
    app.get(url, async (request, reply) => {
      const page = pageOf(await overviewNow(), request);
      return reply.code(page.status).headers(page.headers).send(page.body);
    });
  };
  serve("/promises", (overview, { query, headers }) => {
    const { lang } = query as { lang?: unknown };
    const asked = typeof lang === "string" ? lang : undefined;
    return promisesPage(overview, languageOf(asked, headers["accept-language"]));
  });
  serve("/promises.json", promisesJson);
  serve("/promises/badge.svg", promisesBadge);
}

// The probes have an acceptance of their own, with the same rules: what they send is delivered like everybody's.
function probeContextOf(core: Core, { erasure, onQueued }: ProbeWays): ProbeContext {
  const { database, keyring, clock, ids, figures, dataFolder } = core;
  const senders = new SenderBook(database, keyring, clock);
  const acceptance = new Acceptance({
    database,
    keyring,
    clock,
    ids,
    figures,
    rules: new StandardRules({ database, keyring, senders }),
    dayQuotaDefault: Number.POSITIVE_INFINITY,
    onQueued,
    ensurePartitions: () => ensurePartitions(core).then(() => undefined),
  });
  const isDatabaseHere = existsSync(path.join(dataFolder, "postgres"));
  return {
    database,
    keyring,
    clock,
    ids,
    figures,
    acceptance,
    senders,
    dataFolder,
    isDatabaseHere,
    exportAccount: exporter(core),
    eraseDue: (now) => eraseDueAccounts(erasure, now),
    holdings: allHoldings,
  };
}
