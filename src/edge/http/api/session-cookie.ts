import type { FastifyRequest } from "fastify";

import { Refusal } from "../../../base/errors.ts";

const plainName = "facteur_session";

/** The only cookie of this service. It is set when somebody signs in, and means nothing but that. Under https its name
 *  lets browsers take it from this very host only, over https, for all of its paths (`__Host-`, of the successor of RFC 6265). */
export function sessionCookieName(publicUrl: string): string {
  return isSecure(publicUrl) ? `__Host-${plainName}` : plainName;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith("https:");
}

/** The secret of a session as a Cookie header carries it; null where there is none. Several are none, too: a page of a
 *  neighbouring host can add a cookie of its own, and nobody shall find themselves in somebody else's account. */
export function readSessionCookie(header: string | undefined, publicUrl: string): string | null {
  if (header === undefined) return null;
  const wanted = sessionCookieName(publicUrl);
  const found = header.split(";").flatMap((pair) => {
    const [name = "", value] = pair.split("=", 2);
    return name.trim() === wanted && value !== undefined ? [value.trim()] : [];
  });
  const [first] = found;
  return first !== undefined && found.length === 1 ? first : null;
}

/** The Set-Cookie header that signs in: out of reach for scripts, sent to nobody else and from nowhere else.
 *  RFC 6265 §4.1.2 and the SameSite attribute of its successor. */
export function writeSessionCookie(secret: string, place: { publicUrl: string; secondsMax: number }): string {
  return cookieOf(secret, place.publicUrl, place.secondsMax);
}

/** The Set-Cookie header that takes it back. */
export function clearSessionCookie(publicUrl: string): string {
  return cookieOf("", publicUrl, 0);
}

function cookieOf(value: string, publicUrl: string, seconds: number): string {
  const secure = isSecure(publicUrl) ? "; Secure" : "";
  return `${sessionCookieName(publicUrl)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Lets a request that is known by its cookie only come from our own pages. The cookie is not sent from other sites as
 *  it is; this also holds for other hosts of the same site, and for browsers that do not know SameSite.
 *  @throws Refusal cross_origin */
export function requireSameOrigin(
  request: Pick<FastifyRequest, "method" | "headers">,
  publicUrl: string,
): void {
  const { headers } = request;
  const site = headers["sec-fetch-site"];
  if (safeMethods.has(request.method)) {
    // `none`: somebody has typed the address, or opened it from their bookmarks.
    if (site !== undefined && site !== "same-origin" && site !== "none") throw crossOrigin();
    return;
  }
  const isOurs = site === undefined ? isOurOrigin(headers, publicUrl) : site === "same-origin";
  if (!isOurs || !isNoForm(headers)) throw crossOrigin();
}

// Browsers leave Sec-Fetch-Site out on plain HTTP to other machines, and name their page's origin in every request that
// changes something. Ours is the public one, or the one the request was sent to: a machine has several names.
function isOurOrigin({ origin, host }: FastifyRequest["headers"], publicUrl: string): boolean {
  if (origin === undefined) return false;
  const { origin: publicOrigin, protocol } = new URL(publicUrl);
  return origin === publicOrigin || (host !== undefined && origin === `${protocol}//${host}`);
}

// A form can send three types without asking; what this API reads is none of them.
function isNoForm(headers: FastifyRequest["headers"]): boolean {
  const type = headers["content-type"];
  return type === undefined || /^(?:application\/json|text\/csv)[ \t]*(?:;|$)/i.test(type);
}

function crossOrigin(): Refusal {
  return new Refusal(
    "cross_origin",
    "A session can only be used by the pages of this service, and with JSON or CSV.",
  );
}
