import https from "node:https";
import type { LinkHostState } from "../../core/tracking/index.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";

// A reader waits no longer for a page.
const answerMsMax = 5000;
// No token: what this service answers for a link that is none.
const probePath = "/u/x";

/** Looks whether a host leads here: its CNAME names us, and where readers reach us by https, it answers as we do, with a
 *  certificate that browsers believe. Never throws. */
export async function lookAtLinkHost(
  resolver: Resolver,
  host: string,
  linksUrl: string,
  answers: (url: string) => Promise<boolean> = answersAsWeDo,
): Promise<LinkHostState> {
  const { hostname, protocol } = new URL(linksUrl);
  const answer = await resolver.cname(host);
  const names = answer.kind === "found" ? answer.records : [];
  if (!names.some((name) => name.replace(/\.$/, "").toLowerCase() === hostname.toLowerCase()))
    return "waiting";
  if (protocol !== "https:") return "ready";
  return (await answers(`https://${host}${probePath}`)) ? "ready" : "unreachable";
}

function answersAsWeDo(url: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = https.get(url, { timeout: answerMsMax, agent: false }, (response) => {
    const { statusCode, headers } = response;
    response.destroy();
    resolve(statusCode === 404 && headers["x-robots-tag"] === "noindex");
  });
  request.on("timeout", () => request.destroy(new Error("No answer in time.")));
  request.on("error", () => resolve(false));
  return promise;
}
