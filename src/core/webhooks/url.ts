import { Refusal } from "../../base/errors.ts";
import { isIP, isPublicAddress } from "../../base/ip.ts";

// Longer ones meet limits of servers and proxies on the way.
const urlCharactersMax = 2048;

/** Checks where an account wants its events. Credentials may stand in it (`https://user:password@host/path`); they are
 *  sent as Basic authentication and are no part of the request line.
 *  @param place may it lead into the operator's own network; how the request calls it
 *  @throws Refusal invalid_url with what is wrong and what would be right */
export function parseWebhookUrl(text: string, place: { allowsPrivate: boolean; field: string }): URL {
  const { allowsPrivate, field } = place;
  const wrong = (what: string, reason: string) =>
    new Refusal("invalid_url", `The URL ${what}.`, { field, reason: `url_${reason}` });
  if (text.length > urlCharactersMax)
    throw wrong(`is longer than ${urlCharactersMax} characters`, "too_long");
  const url = URL.parse(text);
  if (url === null) throw wrong("is not a URL such as https://example.org/events", "unreadable");
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw wrong("begins neither with https:// nor http://", "scheme");
  if (url.hostname === "") throw wrong("names no host", "host");
  if (url.port === "0") throw wrong("has the port 0", "port");
  if (credentialsOf(url) === undefined) {
    throw wrong("has a % in its user or password that encodes nothing (a % itself is %25)", "credentials");
  }
  if (!allowsPrivate && isPrivateHost(url.hostname)) {
    throw wrong("leads into a private network, where this service posts nothing", "private");
  }
  return url;
}

/** User and password of a URL, decoded; null when there are none, undefined for a % that encodes nothing. */
export function credentialsOf(url: URL): { user: string; password: string } | null | undefined {
  if (url.username === "" && url.password === "") return null;
  try {
    return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    return undefined;
  }
}

/** The host of a URL without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

// Names are looked up when something is posted, and then what they lead to is checked; these lead nowhere else.
function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return !isPublicAddress(host);
  return !host.includes(".") || /\.(localhost|local|internal|home\.arpa)\.?$/.test(host);
}
