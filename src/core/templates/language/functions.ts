import { type NumberWriter, round } from "./numbers.ts";
import { TemplateFailure } from "./problem.ts";
import type { TemplateScope } from "./scope.ts";
import { calculable, inRange, numberOf, textOf } from "./values.ts";

/** What a function may use of the rendering it runs in. */
export interface FunctionContext {
  readonly scope: TemplateScope;
  /** Charges work on this many characters. */
  charge(characters: number): void;
  /** Charges a question to the scope. */
  ask(): void;
  /** A writer of numbers, made or remembered. */
  numberWriter(pattern: string, locale: string): NumberWriter;
}

/** A function of the language. `least` and `most` are how many values it takes. */
export interface TemplateFunction {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly call: (values: readonly unknown[], context: FunctionContext) => unknown;
}

const plainLocale = "en_US"; // FormatNumber names no locale; Mailjet's own pages are in English.
const plainPattern = "#,##0.###"; // What Intl does by itself: grouped, up to three digits after the point.

const all: readonly TemplateFunction[] = [
  text("Upper", (value) => value.toUpperCase()),
  text("Lower", (value) => value.toLowerCase()),
  text("Capitalize", capitalize),
  text("UrlEncode", urlEncode),
  text("Escape", escapeHtml),
  {
    name: "Round",
    least: 1,
    most: 2,
    call: ([value, digits = 0]) => inRange(round(calculable(value), calculable(digits))),
  },
  { name: "Int", least: 1, most: 1, call: ([value]) => whole(value) },
  {
    name: "FormatNumber",
    least: 2,
    most: 2,
    call: ([pattern, value], context) => context.numberWriter(textOf(pattern), plainLocale)(writable(value)),
  },
  { name: "FormatNumberLocale", least: 2, most: 3, call: formatNumberLocale },
  question("HasOpenedSince", (scope, days) => scope.hasOpenedSince?.(days)),
  question("HasClickedSince", (scope, days) => scope.hasClickedSince?.(days)),
];

/** The functions by their name in small letters: Upper, UPPER and upper are one. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map(
  all.map((one) => [one.name.toLowerCase(), one]),
);

function whole(value: unknown): number | bigint {
  const number = numberOf(value);
  return typeof number === "bigint" ? number : Math.trunc(calculable(value));
}

function writable(value: unknown): number | bigint {
  const number = numberOf(value);
  return typeof number === "bigint" ? number : calculable(value);
}

// Mailjet's order is pattern, value, locale. Without a pattern, numbers are written as the locale does it.
function formatNumberLocale(values: readonly unknown[], context: FunctionContext): string {
  const [pattern, value, locale] = values.length === 3 ? values : [plainPattern, ...values];
  return context.numberWriter(textOf(pattern), textOf(locale))(writable(value));
}

function text(name: string, change: (value: string) => string): TemplateFunction {
  return {
    name,
    least: 1,
    most: 1,
    call([value], context) {
      const before = textOf(value);
      context.charge(before.length);
      const after = change(before);
      context.charge(after.length);
      return after;
    },
  };
}

function question(
  name: string,
  answer: (scope: TemplateScope, days: number) => boolean | undefined,
): TemplateFunction {
  return {
    name,
    least: 1,
    most: 1,
    call([value], context) {
      const days = calculable(value);
      if (!Number.isInteger(days) || days < 0)
        throw new TemplateFailure("expression", `${name} takes whole days`);
      context.ask();
      return answer(context.scope, days) ?? false;
    },
  };
}

function capitalize(value: string): string {
  const first = String.fromCodePoint(value.codePointAt(0) ?? 0);
  return value === "" ? "" : first.toUpperCase() + value.slice(first.length);
}

// RFC 3986 §2.3: everything but the unreserved characters, so that the text fits any part of a link and any attribute.
function urlEncode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const htmlSpecial = /[&<>"']/;

/** Text made safe to stand in HTML, between tags or in a quoted attribute. */
export function escapeHtml(value: string): string {
  if (!htmlSpecial.test(value)) return value;
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
