import type { Core } from "./app-core.ts";
import { isLoopbackHost } from "./base/ip.ts";
import type { Keyring } from "./core/keys/index.ts";
import {
  ReaderLinks,
  type ReaderOf,
  readerPaths,
  type TrackingMode,
  unsubscribeAddressOf,
} from "./core/tracking/index.ts";
import type { HttpServer } from "./edge/http/server.ts";
import { type ChoiceRequest, choicePage } from "./edge/pages/choice.ts";
import { languageOf } from "./edge/pages/language.ts";
import type { PageAnswer } from "./edge/pages/page.ts";
import { regretPath, resubscribePage, unsubscribePage, uselessLink } from "./edge/pages/unsubscribe.ts";
import { answerClick, answerOpen } from "./edge/readers/answer.ts";
import type { Countries } from "./edge/readers/countries.ts";
import { ReadingTokens } from "./edge/readers/reading-tokens.ts";
import { ReadingWriter } from "./edge/readers/reading-writer.ts";

interface ReaderQuery {
  lang?: unknown;
  purpose?: unknown;
  decision?: unknown;
}

/** Makes the links of mails, with an address to unsubscribe by mail where one is served.
 *  @param publicUrl asked each time, since a port may be known late */
export function readerLinksOf(
  keyring: Pick<Keyring, "sealToken" | "rootHash">,
  options: {
    linksUrl: string | null;
    trackingLimit: TrackingMode;
    returnPathDomain: string | null;
    inbound: { host: string };
  },
  publicUrl: () => string,
): ReaderLinks {
  const { linksUrl, trackingLimit: limit, returnPathDomain: domain, inbound } = options;
  // Mail comes in for the return path's domain: where that is each sender's own, nobody knows who takes it. Where we listen
  // for this machine alone, as we do unless told, the domain's mail goes to a server that knows nothing of such addresses.
  const addressOf =
    domain === null || isLoopbackHost(inbound.host)
      ? null
      : (reader: ReaderOf) => unsubscribeAddressOf(keyring, reader, domain);
  return new ReaderLinks(keyring, () => linksUrl ?? publicUrl(), { limit, addressOf });
}

/** Serves what the links in mails lead to. */
export function serveReaders(
  { app }: HttpServer,
  core: Core,
  options: { trackingLimit: TrackingMode; machineNetworks: readonly string[] },
  countries: Countries | null,
): void {
  const serve = (url: string, pageOf: (request: ChoiceRequest) => Promise<PageAnswer>): void => {
    app.route<{ Params: { token: string }; Querystring: ReaderQuery }>({
      method: ["GET", "POST"],
      url,
      handler: async ({ method, params, query, headers }, reply) => {
        const asked = typeof query.lang === "string" ? query.lang : undefined;
        const language = languageOf(asked, headers["accept-language"]);
        const page = await pageOf({
          method: method === "POST" ? "POST" : "GET",
          token: params.token,
          language,
          purpose: query.purpose,
          decision: query.decision,
        });
        return reply.code(page.status).headers(page.headers).send(page.body);
      },
    });
  };
  const writer = new ReadingWriter({
    ...core,
    limit: options.trackingLimit,
    machineNetworks: options.machineNetworks,
    countries,
  });
  const tokens = new ReadingTokens(core.keyring);
  const count = (url: string, answerOf: typeof answerClick): void => {
    app.get<{ Params: { token: string } }>(url, async ({ method, params, headers, ip: from }, reply) => {
      const answer = await answerOf(tokens, writer, { method, token: params.token, headers, from });
      const given = answer ?? uselessLink(languageOf(undefined, headers["accept-language"]));
      return reply.code(given.status).headers(given.headers).send(given.body);
    });
  };
  count(`${readerPaths.click}:token`, answerClick);
  count(`${readerPaths.open}:token`, answerOpen);
  serve(`${readerPaths.unsubscribe}:token`, (request) => unsubscribePage(core, request));
  serve(`${readerPaths.choice}:token`, (request) => choicePage(core, request));
  serve(`${regretPath}:token`, (request) => resubscribePage(core, request));
}
