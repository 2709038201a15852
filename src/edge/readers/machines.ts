import type { IncomingHttpHeaders } from "node:http";
import type { BlockList } from "node:net";
import { isIn } from "../../base/ip.ts";
import type { Verdict } from "../../core/events/index.ts";

// Every rule by which a request is taken for a machine's, with what it rests on. Who is not recognised counts as a
// person: the rules make the figures better, not right. Only the verdict leaves this file.

// Mail privacy protection of Apple's mail programs fetches every picture when mail arrives, whoever reads it, and calls
// itself this and no more. Real browsers say what they are.
const appleFetcher = /^Mozilla\/5\.0$/i;

// Programs that say of themselves that they are none that people read with: crawlers by the word they all use, tools
// and libraries by their names, services that make previews of links in messages.
const selfDeclared = new RegExp(
  [
    "bot\\b|crawl|spider|slurp|scan|preview|monitor|validator|headless|phantom",
    "curl|wget|libwww|python|java/|okhttp|go-http-client|node-fetch|undici|axios|apache-httpclient|ruby|perl",
    "facebookexternalhit|whatsapp|slack-imgproxy|skypeuripreview|bingpreview|embedly|vkshare",
    "barracuda|proofpoint|mimecast|fireeye|symantec|trendmicro|sophos|safebrowsing|safelinks|forcepoint|zscaler|fortinet|cisco",
  ].join("|"),
  "i",
);

// Pictures that Gmail, Yahoo and others fetch for a person who has opened the mail: their caches hide who it is, not
// that it is somebody.
const imageProxy = /GoogleImageProxy|YahooMailProxy/i;

// Browsers and proxies that fetch ahead say so: Sec-Purpose (Fetch standard, section 2.2.7), and the older Purpose,
// X-Purpose and X-Moz.
const aheadFields = ["sec-purpose", "purpose", "x-purpose", "x-moz"];
const ahead = /prefetch|preview|prerender/i;

/** Does a proxy ask for its reader? Then where the request comes from says nothing of the reader. */
export function isProxied(headers: IncomingHttpHeaders): boolean {
  return imageProxy.test(headers["user-agent"] ?? "");
}

/** A person or a machine, as far as a request tells. */
export function verdictOf(
  method: string,
  headers: IncomingHttpHeaders,
  from = "",
  networks: BlockList | null = null,
): Verdict {
  // RFC 9110 section 9.3.2: HEAD wants the header alone; who reads wants what is behind it.
  if (method !== "GET") return "machine";
  if (networks !== null && isIn(networks, from)) return "machine";
  if (aheadFields.some((name) => ahead.test(String(headers[name] ?? "")))) return "machine";
  const agent = (headers["user-agent"] ?? "").trim();
  if (agent === "" || appleFetcher.test(agent)) return "machine";
  if (imageProxy.test(agent)) return "people";
  return selfDeclared.test(agent) ? "machine" : "people";
}
