/** Dates, times and numbers as a language writes them. */
export interface Format {
  /** To the second. */
  instant(at: string): string;
  /** To the minute, without the year when it is this one's. */
  short(at: string, now: number): string;
  /** From here: "3 minutes ago", "in 2 hours". */
  relative(at: string, now: number): string;
  day(day: string): string;
  /** The day of an instant as a zone has it, short: "26 Nov". */
  dayOf(at: string, timeZone: string): string;
  /** The month of an instant as a zone has it: "Nov 2026". */
  month(at: string, timeZone: string): string;
  number(value: number): string;
  /** A part of a whole, in per cent. */
  share(value: number, whole: number): string;
  /** A length of time in the unit that fits. */
  seconds(value: number): string;
  size(bytes: number): string;
  list(items: readonly string[]): string;
}

const minute = 60_000;
const hour = 60 * minute;
const dayLength = 24 * hour;
// Below a minute every second would be another text; "now" is exact enough.
const nowMs = 45_000;
const sizes = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** Made once a language: the formatters of Intl are dear to make and cheap to use. */
export function formatFor(locale: string): Format {
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const withYear = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const withoutYear = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const numbers = new Intl.NumberFormat(locale);
  const shares = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const lists = new Intl.ListFormat(locale);
  return {
    instant: (at) => full.format(new Date(at)),
    short: (at, now) => {
      const date = new Date(at);
      return (date.getFullYear() === new Date(now).getFullYear() ? withoutYear : withYear).format(date);
    },
    relative: (at, now) => {
      const [value, unit] = distance(new Date(at).getTime() - now);
      return relative.format(value, unit);
    },
    day: (day) => days.format(new Date(`${day}T00:00:00Z`)),
    dayOf: (at, timeZone) =>
      new Date(at).toLocaleDateString(locale, { day: "numeric", month: "short", timeZone }),
    month: (at, timeZone) =>
      new Date(at).toLocaleDateString(locale, { month: "short", year: "numeric", timeZone }),
    number: (value) => numbers.format(value),
    share: (value, whole) => shares.format(whole === 0 ? 0 : value / whole),
    seconds: (value) => secondsText(locale, value),
    size: (bytes) => sizeText(locale, bytes),
    list: (items) => lists.format(items),
  };
}

/** The largest unit that fits, rounded. */
export function distance(ms: number): [number, Intl.RelativeTimeFormatUnit] {
  const length = Math.abs(ms);
  if (length < nowMs) return [0, "second"];
  if (length < hour) return [Math.sign(ms) * Math.max(1, Math.round(length / minute)), "minute"];
  if (length < dayLength) return [Math.sign(ms) * Math.round(length / hour), "hour"];
  return [Math.sign(ms) * Math.round(length / dayLength), "day"];
}

const minuteSeconds = 60;
const hourSeconds = 60 * minuteSeconds;

function secondsText(locale: string, seconds: number): string {
  const [value, unit] =
    seconds < minuteSeconds
      ? [seconds, "second"]
      : seconds < hourSeconds
        ? [seconds / minuteSeconds, "minute"]
        : [seconds / hourSeconds, "hour"];
  const shape = {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: value < 10 ? 1 : 0,
  } as const;
  return new Intl.NumberFormat(locale, shape).format(value);
}

function sizeText(locale: string, bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < sizes.length - 1) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: sizes[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}
