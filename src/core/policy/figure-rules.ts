import type { Figures } from "../../base/figures.ts";

/** Which way a figure can be changed without promising less. */
type Direction = "less is more" | "more is more" | "neither";

/** What a figure may be, and which way it gets weaker. */
interface FigureRule {
  direction: Direction;
  min: number;
  max: number;
}

const fewer = (max: number): FigureRule => ({ direction: "less is more", min: 1, max });
const more = (min: number, max: number): FigureRule => ({ direction: "more is more", min, max });

// A span that is kept is at most twice today's: whoever wants more has another policy, and has to say so in its text.
// What has to be there for work to be done has a lower end, too.
const rules: Record<keyof Figures, FigureRule> = {
  contentDays: fewer(12),
  eventMonths: fewer(26),
  closeMonths: fewer(6),
  rightsDays: fewer(30), // GDPR art. 12(3): one month
  noticeDays: more(30, 365),
  passwordCharactersMin: more(8, 64), // NIST SP 800-63B-4 §3.1.1.2: at least 64 must be allowed
  staffMax: { direction: "less is more", min: 0, max: 50 },
  promptHours: fewer(72),
  authorityNoticeMinutes: fewer(60),
  breachNoticeHours: fewer(72), // GDPR art. 33(1)
  consentMonths: { direction: "neither", min: 6, max: 13 }, // CNIL 2020-092: six months; asked more often is no choice
  historyDays: more(30, 3650),
  idempotencyHours: fewer(48),
  retrievalDays: more(30, 45), // Data Act art. 25(2)(g): at least thirty days
  accountKeyDays: fewer(45),
  webhookLogDays: fewer(60),
};

/** Does a figure promise less than before? What goes neither way counts as less: it is announced all the same. */
export function isWeaker(name: keyof Figures, before: number, after: number): boolean {
  if (before === after) return false;
  const { direction } = rules[name];
  return direction === "neither" || (direction === "less is more" ? after > before : after < before);
}

/** What is wrong with figures, each in a sentence; nothing when they can be kept. */
export function wrongFigures(figures: Figures): string[] {
  const wrong = Object.entries(rules).flatMap(([name, { min, max }]) => {
    const value = figures[name as keyof Figures];
    const isRight = Number.isInteger(value) && value >= min && value <= max;
    return isRight ? [] : [`${name} must be a whole number from ${min} to ${max}`];
  });
  const { retrievalDays, accountKeyDays, closeMonths } = figures;
  // The shortest months in a row: January, February, March.
  const closeDays = closeMonths * 30 - 2;
  if (retrievalDays + accountKeyDays > closeDays)
    wrong.push("retrievalDays and accountKeyDays together must fit into closeMonths");
  return wrong;
}

/** Is this the name of a figure? */
export function isFigure(name: string): name is keyof Figures {
  return Object.hasOwn(rules, name);
}
