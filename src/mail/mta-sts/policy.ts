// RFC 8461 §3.2: about a year.
const maxAgeSecondsMax = 31_557_600;
const fieldName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
const seconds = /^\d{1,10}$/;
const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const pattern = new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`);

/** What a domain demands of whoever sends it mail. */
export interface StsPolicy {
  /** `testing` demands nothing yet; `none` takes an earlier policy back (RFC 8461 §5). */
  readonly mode: "enforce" | "testing" | "none";
  /** Host names in lower case; `*.` stands for exactly one label. */
  readonly mx: readonly string[];
  readonly maxAgeSeconds: number;
}

/** Reads a policy file. Undefined for one that breaks the grammar: it counts as a failed fetch.
 *  @see RFC 8461 §3.2 */
export function parseStsPolicy(text: string): StsPolicy | undefined {
  const { single, mx } = readFields(text);
  const mode = single.get("mode");
  const maxAge = single.get("max_age") ?? "";
  const maxAgeSeconds = Number(maxAge);
  if (single.get("version") !== "STSv1") return undefined;
  if (mode !== "enforce" && mode !== "testing" && mode !== "none") return undefined;
  if (!seconds.test(maxAge) || maxAgeSeconds > maxAgeSecondsMax) return undefined;
  if (!mx.every((host) => pattern.test(host)) || (mx.length === 0 && mode !== "none")) return undefined;
  return { mode, mx: [...new Set(mx)], maxAgeSeconds };
}

function readFields(text: string): { single: Map<string, string>; mx: string[] } {
  const single = new Map<string, string>();
  const mx: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [name = "", ...rest] = line.split(":");
    const value = rest.join(":").replace(/^[ \t]+|[ \t]+$/g, "");
    if (rest.length === 0 || !fieldName.test(name)) continue;
    if (name === "mx") mx.push(value.toLowerCase());
    // RFC 8461 §3.2: of a field given twice, the first counts.
    else if (!single.has(name)) single.set(name, value);
  }
  return { single, mx };
}

/** Whether a policy names a host. `*.example.org` covers `a.example.org`, neither `a.b.example.org` nor `example.org`.
 *  @see RFC 8461 §4.1 */
export function mxMatches(policy: StsPolicy, host: string): boolean {
  const name = (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
  const parent = name.slice(name.indexOf(".") + 1);
  return policy.mx.some((entry) => entry === name || (name.includes(".") && entry === `*.${parent}`));
}
