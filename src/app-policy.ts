import type { Core } from "./app-core.ts";
import { allHoldings } from "./app-holdings.ts";
import { type PolicyView, selectPolicyVersions, viewPolicy } from "./core/policy/index.ts";
import type { HttpServer } from "./edge/http/server.ts";
import { dataMapPage, recordOfProcessing } from "./edge/pages/data-map.ts";
import { languageOf } from "./edge/pages/language.ts";
import type { PageAnswer } from "./edge/pages/page.ts";
import {
  type ControllerIdentity,
  policyHistoryPage,
  policyPage,
  policyVersionPage,
} from "./edge/pages/policy.ts";
import { policyFeed, policyJson } from "./edge/pages/policy-json.ts";

export type { ControllerIdentity } from "./edge/pages/policy.ts";

// Public pages: whoever asks again and again gets the same answer from memory for this long.
const viewMsMax = 10_000;

/** Serves the policy with all its versions, and the data map. */
export function servePolicy(
  { app }: HttpServer,
  { database, clock }: Core,
  { controller, publicUrl }: { controller: ControllerIdentity | null; publicUrl: () => string },
): void {
  let kept: { readAt: number; versions: ReturnType<typeof readVersions> } | null = null;
  const readVersions = () => database.read({ role: "accept" }, selectPolicyVersions);
  const viewNow = async (): Promise<PolicyView> => {
    const now = clock.real();
    if (kept === null || now - kept.readAt > viewMsMax) {
      const reading = { readAt: now, versions: readVersions() };
      kept = reading;
      // A failure is not remembered: the next one who asks tries again.
      reading.versions.catch(() => {
        if (kept === reading) kept = null;
      });
    }
    const view = viewPolicy(await kept.versions, clock.now());
    if (view === null) throw new Error("The database has no version of the policy.");
    return view;
  };
  const serve = (url: string, answerOf: (asked: Asked) => PageAnswer | Promise<PageAnswer>): void => {
    app.get<{ Params: { number?: string }; Querystring: { lang?: unknown } }>(url, async (request, reply) => {
      const { query, headers, params } = request;
      const asked = typeof query.lang === "string" ? query.lang : undefined;
      const language = languageOf(asked, headers["accept-language"]);
      const page = await answerOf({ language, number: params.number ?? "" });
      return reply.code(page.status).headers(page.headers).send(page.body);
    });
  };
  serve("/privacy", async ({ language }) => policyPage(await viewNow(), controller, language));
  serve("/privacy/history", async ({ language }) => policyHistoryPage(await viewNow(), language));
  serve("/privacy/versions/:number", async ({ language, number }) => {
    return policyVersionPage(await viewNow(), /^\d{1,6}$/.test(number) ? Number(number) : 0, language);
  });
  serve("/privacy/history.atom", async () => policyFeed(await viewNow(), publicUrl()));
  for (const url of ["/privacy.json", "/.well-known/privacy-register.json"])
    serve(url, async () => policyJson(await viewNow(), controller));
  serve("/privacy/data-map", ({ language }) => dataMapPage(allHoldings, language));
  serve("/privacy/ropa.json", () => recordOfProcessing(allHoldings, controller));
}

interface Asked {
  language: Parameters<typeof policyPage>[2];
  number: string;
}
