import type { Root } from "./instructions.ts";
import { bareDefaultCharactersMax } from "./limits.ts";
import { generalOf } from "./scope.ts";
import { Lexer } from "./tokens.ts";

/** One [[…]] of a source: what it stands for, and the offset after it. */
export interface Placeholder {
  readonly root: Root;
  readonly path: readonly string[];
  readonly instead: readonly string[] | undefined;
  readonly default: string | undefined;
  readonly to: number;
}

export const placeholderOpener = "[[";
const placeholderCloser = "]]";

// The placeholders of Mailjet's older editor, by the value of mj: they stand for.
const presets: ReadonlyMap<string, readonly string[]> = new Map([
  ["EMAIL_TO", ["contact", "email"]],
  ["CONTACT_ID", ["contact", "ID"]],
  ["PERMALINK", ["permalink"]],
  ["SHARE_TWITTER", ["share_twitter"]],
  ["SHARE_GOOGLE", ["share_google"]],
  ["SHARE_FACEBOOK", ["share_facebook"]],
  ["SHARE_LINKEDIN", ["share_linkedin"]],
]);
// Without a language, or with the word LOCALE, the page is in its reader's.
const unsubscribePreset = /^UNSUB_LINK(?:_[A-Z]{2}|_LOCALE)?$/;

/** Reads the placeholder that begins at `from`, or nothing when it is none: double brackets are common in scripts and
 *  wiki text, and whatever is not a placeholder must arrive as it was written. */
export function readPlaceholder(source: string, from: number): Placeholder | undefined {
  const lexer = new Lexer(source, from + placeholderOpener.length, placeholderCloser);
  const first = lexer.next();
  if (first.kind !== "name") return undefined;
  const root = first.text.toLowerCase();
  if (root !== "var" && root !== "data") return readPreset(first.text, lexer);
  const colon = lexer.next();
  if (colon.kind !== "sign" || colon.text !== ":") return undefined;
  const path = lexer.path();
  if (path.length === 0) return undefined;
  const after = lexer.next();
  if (after.kind === "end") return { root, path, instead: undefined, default: undefined, to: after.to };
  if (after.kind !== "sign" || after.text !== ":") return undefined;
  const fallback = readDefault(lexer);
  return fallback && { root, path, instead: undefined, ...fallback };
}

function readPreset(name: string, lexer: Lexer): Placeholder | undefined {
  const preset = presets.get(name) ?? (unsubscribePreset.test(name) ? [name.toLowerCase()] : undefined);
  const end = lexer.next();
  if (preset === undefined || end.kind !== "end") return undefined;
  return { root: "mj", path: preset, instead: generalOf(preset), default: undefined, to: end.to };
}

// A default that begins with one of these must be quoted as a whole.
const quote = /^\s*(["'“”„‘’]|&(quot|apos|#3[49]);)/;

// In quotes, or without them up to the closing brackets on the same line.
function readDefault(lexer: Lexer): { default: string; to: number } | undefined {
  const from = lexer.position;
  const quoted = lexer.next();
  const end = lexer.next();
  if (quoted.kind === "text" && end.kind === "end") return { default: quoted.text, to: end.to };
  const ahead = lexer.source.slice(from, from + bareDefaultCharactersMax);
  const length = ahead.indexOf(placeholderCloser);
  const bare = ahead.slice(0, Math.max(length, 0));
  if (length === -1 || bare.includes("[") || bare.includes("\n") || quote.test(bare)) return undefined;
  return { default: bare.trim(), to: from + length + placeholderCloser.length };
}
