import { isIP, isOwnAddress } from "./ip.ts";

// How deep a value is followed; deeper ones are named, not shown.
const depthMax = 4;
// Enough for a stack of causes; a longer text is data, and data has no place in a log.
const textCharactersMax = 2_000;

// Addresses of mailboxes, also inside URLs and Message-IDs, whose right side often tells who sent them.
const mailbox = /[^\s"'<>@,;:()[\]]+@(?:[^\s"'<>@,;:()[\]]+|\[[^\]\s]*\])/g;
// A quoted local part (RFC 5321 §4.1.2) may hold spaces.
const quotedMailbox = /"[^"\r\n]*"@(?:[^\s"'<>,;:()[\]]+|\[[^\]\s]*\])/g;
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*@/gi;
const credential = /\b(basic|bearer)\s+[a-z0-9+/=._~-]{4,}/gi;
// API keys are 32 hexadecimal digits, sealed keys and tokens longer; ids of ours are decimal and stay readable.
const hexSecret = /\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{32,}\b/gi;
const base64Secret =
  /(?<![A-Za-z0-9+/_-])(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*[A-Z])(?=[A-Za-z0-9+/_-]*[0-9])[A-Za-z0-9+_-]{40,}={0,2}/g;
const privateKey = /-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g;
const ipCandidate =
  /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w]|\.\d)/gi;
const secretName = /passw|secret|token|authorization|cookie|credential|apikey|api_key|privatekey|rootkey/i;

/** Masks in a text what looks like a person's address, an IP address other than this machine's, or a secret. */
export function redactText(text: string): string {
  const masked = text
    .slice(0, textCharactersMax)
    .replace(privateKey, "[secret]")
    .replace(userInfo, "$1[secret]@")
    .replace(credential, "$1 [secret]")
    .replace(quotedMailbox, "[address]")
    .replace(mailbox, (found) => (found === "[secret]" ? found : "[address]"))
    .replace(hexSecret, "[secret]")
    .replace(base64Secret, "[secret]")
    .replace(ipCandidate, (found) => (isIP(found) !== 0 && !isOwnAddress(found) ? "[ip]" : found));
  return text.length > textCharactersMax ? `${masked}…` : masked;
}

/** The same for a value of any shape, made fit for JSON: a bigint becomes its digits, an error its name, code,
 *  message and place. Names that speak of secrets hide their value whatever it looks like. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return typeof value === "function" ? "[function]" : value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= depthMax) return Array.isArray(value) ? "[list]" : "[object]";
  if (value instanceof Map || value instanceof Set) return redact([...value], depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, redactNamed(name, item, depth + 1)]),
  );
}

function redactNamed(name: string, value: unknown, depth: number): unknown {
  const hides =
    secretName.test(name) && value !== null && typeof value !== "boolean" && typeof value !== "number";
  return hides ? "[secret]" : redact(value, depth);
}

// Only fields known to hold no data: PostgreSQL's `detail`, for one, repeats the row that was refused.
function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    ...(code === undefined ? {} : { code: redact(code, depthMax) }),
    message: redactText(error.message),
    ...(error.stack === undefined ? {} : { stack: placesOf(error.stack) }),
    ...(error.cause === undefined || depth >= depthMax ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

// The places alone: the head of a stack repeats the message. Ten frames name a fault.
function placesOf(stack: string): string[] {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.slice(0, 10).map((line) => line.trim());
}
