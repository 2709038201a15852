import { fractionDigitsMax, patternCharactersMax } from "./limits.ts";
import { TemplateFailure } from "./problem.ts";

interface NumberPattern {
  readonly before: string;
  readonly after: string;
  readonly isGrouped: boolean;
  readonly wholeDigitsMin: number;
  readonly fractionDigitsMin: number;
  readonly fractionDigitsMax: number;
}

/** Writes numbers in one way. */
export type NumberWriter = (value: number | bigint) => string;

const patternCharacters = "#0,.";

/** A writer of numbers by a pattern such as `#,##0.00` and a locale such as `fr_FR` or `de-CH`. In the pattern, `0` is a
 *  digit that is always written, `#` one that is written when there is something to write, a comma groups, the point
 *  begins the fraction; text around it stays, without its quotes. */
export function numberWriter(pattern: string, locale: string): NumberWriter {
  const parsed = parsePattern(pattern);
  const format = numberFormat(parsed, locale);
  return (value) => parsed.before + format.format(value) + parsed.after;
}

function parsePattern(pattern: string): NumberPattern {
  if (pattern.length > patternCharactersMax)
    throw new TemplateFailure("expression", "Number pattern too long");
  let from = 0;
  while (from < pattern.length && !patternCharacters.includes(pattern.charAt(from))) from++;
  let to = from;
  while (to < pattern.length && patternCharacters.includes(pattern.charAt(to))) to++;
  const [whole = "", ...fractions] = pattern.slice(from, to).split(".");
  const fraction = fractions.join("");
  return {
    before: unquoted(pattern.slice(0, from)),
    after: unquoted(pattern.slice(to)),
    isGrouped: whole.includes(","),
    wholeDigitsMin: Math.max(1, Math.min(count(whole, "0"), fractionDigitsMax)),
    fractionDigitsMin: Math.min(count(fraction, "0"), fractionDigitsMax),
    fractionDigitsMax: Math.min(count(fraction, "0") + count(fraction, "#"), fractionDigitsMax),
  };
}

function numberFormat(pattern: NumberPattern, locale: string): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale.replaceAll("_", "-"), {
      // Also where a language leaves four digits together: the comma in the pattern was asked for.
      useGrouping: pattern.isGrouped ? "always" : false,
      minimumIntegerDigits: pattern.wholeDigitsMin,
      minimumFractionDigits: pattern.fractionDigitsMin,
      maximumFractionDigits: pattern.fractionDigitsMax,
    });
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateFailure("expression", "Unknown locale");
    throw error;
  }
}

/** Rounds to `digits` after the point, halves away from zero, as a bill is rounded: on the decimal digits one sees,
 *  not on the binary fraction behind them, so that 1.005 to two digits is 1.01. */
export function round(value: number, digits: number): number {
  if (!Number.isInteger(digits) || Math.abs(digits) > fractionDigitsMax) {
    throw new TemplateFailure("expression", `Round takes 0 to ${fractionDigitsMax} digits`);
  }
  const magnitude = Math.abs(value);
  const text = String(magnitude);
  // Below 0.000001 a number is written with an exponent already; it rounds to 0 or is exact enough as it is.
  const shifted = text.includes("e") ? magnitude * 10 ** digits : Number(`${text}e${digits}`);
  const rounded = Number(`${Math.round(shifted)}e${-digits}`);
  return Math.sign(value) * (Number.isFinite(rounded) ? rounded : magnitude);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function unquoted(text: string): string {
  return text.replaceAll('"', "").replaceAll("'", "");
}
