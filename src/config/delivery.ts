import { domain, type HostPort, hostPort, ipAddress, isHost, type Parsed } from "./parse.ts";
import { Secret } from "./secret.ts";

/** Where mail goes when a domain is verified. */
export type Delivery =
  | { kind: "direct" }
  | { kind: "inbox" }
  | { kind: "smarthost"; host: string; port: number; tls: "implicit" | "starttls"; login: Login | null };

export interface Login {
  user: string;
  password: Secret<string>;
}

/** A fixed server for a recipient domain; `*` for those without one of their own. */
export interface Route extends HostPort {
  domain: string;
}

// RFC 8314 §3.3 and RFC 6409 §3.1.
const implicitTlsPort = 465;
const submissionPort = 587;
const smtpPort = 25;

/** `direct`, `inbox` or the URL of a smart host. */
export function delivery(text: string): Parsed<Delivery> {
  if (text === "direct" || text === "inbox") return { value: { kind: text } };
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "smtp:" && url.protocol !== "smtps:"))
    return { wrong: "is neither `direct` nor `inbox` nor an smtp:// or smtps:// URL" };
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!isHost(host)) return { wrong: "names no host" };
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "")
    return {
      wrong: "goes on behind host and port (encode special characters of the password: / is %2F, # is %23)",
    };
  if ((url.username === "") !== (url.password === "")) return { wrong: "has a user or a password, not both" };
  const decoded = decodedLogin(url);
  if (decoded === undefined) return { wrong: "has a % that encodes nothing (a % itself is %25)" };
  const isImplicit = url.protocol === "smtps:";
  const port = url.port === "" ? (isImplicit ? implicitTlsPort : submissionPort) : Number(url.port);
  if (port === 0) return { wrong: "has the port 0" };
  return {
    value: { kind: "smarthost", host, port, tls: isImplicit ? "implicit" : "starttls", login: decoded },
  };
}

function decodedLogin(url: URL): Login | null | undefined {
  if (url.username === "") return null;
  try {
    return {
      user: decodeURIComponent(url.username),
      password: new Secret(decodeURIComponent(url.password)),
    };
  } catch {
    return undefined;
  }
}

/** domain=host:port, separated by commas; no domain twice. */
export function routes(text: string): Parsed<Route[]> {
  const found = new Map<string, Route>();
  for (const part of text.split(",")) {
    const [left = "", right = "", ...rest] = part.trim().split("=");
    const name = left === "*" ? { value: "*" } : domain(left);
    const place = hostPort(right, { defaultPort: smtpPort });
    const shown = JSON.stringify(part.trim());
    if (rest.length > 0 || right === "") return { wrong: `holds ${shown}, which is not domain=host:port` };
    if ("wrong" in name) return { wrong: `holds ${shown}, whose left side ${name.wrong}` };
    if ("wrong" in place) return { wrong: `holds ${shown}, whose right side ${place.wrong}` };
    if (found.has(name.value)) return { wrong: `names ${name.value} twice` };
    found.set(name.value, { domain: name.value, ...place.value });
  }
  return { value: [...found.values()] };
}

/** A source address that is new, and the day (UTC) on which it began to send. */
export interface WarmUp {
  address: string;
  /** As 2026-11-23. */
  startedOn: string;
}

/** address=day, separated by commas; no address twice. */
export function warmUps(text: string): Parsed<WarmUp[]> {
  const found = new Map<string, WarmUp>();
  for (const part of text.split(",")) {
    const [left = "", right = "", ...rest] = part.trim().split("=");
    const shown = JSON.stringify(part.trim());
    const address = ipAddress(left);
    if (rest.length > 0 || right === "") return { wrong: `holds ${shown}, which is not address=day` };
    if ("wrong" in address) return { wrong: `holds ${shown}, whose left side ${address.wrong}` };
    if (!isDay(right)) return { wrong: `holds ${shown}, whose right side is not a day such as 2026-11-23` };
    if (found.has(left)) return { wrong: `names ${left} twice` };
    found.set(left, { address: left, startedOn: right });
  }
  return { value: [...found.values()] };
}

function isDay(text: string): boolean {
  const date = new Date(text);
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  );
}
