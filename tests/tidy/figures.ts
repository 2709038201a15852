import ts from "typescript";
import { placeOf, type Source, walk } from "./source.ts";

/** Spans of days, months and hours that are no figures of the policy, by the name that holds them. Each says what it is
 *  instead; one that is not needed fails. */
export const otherSpans: Record<string, string> = {
  aheadDays: "how far ahead partitions are made",
  certificateDays: "how long a certificate is valid that a developer's server makes for itself",
  chainGraceDays: "how late the work of a day may be",
  brokenTlsMs: "how long a destination with broken TLS is remembered",
  catchUpDays: "how far back a webhook that comes back to life is told",
  confirmationHours: "how long a link in a mail works",
  defaultDays: "what statistics show when no time is named",
  delayReportHours: "when a message counts as late",
  doublingDays: "warm-up of a source address",
  fineStatisticsDays: "how long sums of five minutes are kept, in which nobody is",
  graphDays: "what a chart of Mailjet's API shows when no time is named",
  lateCountDays: "how far behind what happens sums may be",
  leavesEveryDays: "how often somebody leaves in the simulation",
  nodeForgottenDays: "when a node that went away gives its number back",
  overlapHours: "how long a secret that was replaced goes on signing",
  pendingRecheckHours: "how often the DNS is asked",
  recheckHours: "how often the DNS is asked",
  regretHours: "how long an unsubscription can be taken back from its page",
  sessionDaysMax: "how long a session lasts at most",
  sessionIdleHours: "how long a session lasts without use",
  signInLinkHours: "how long a link to sign in works",
  signatureLifetimeSeconds: "how long a signature passes",
  smtpRefusalHours: "how long is shown what programs were refused",
  spanDays: "how long a partition is",
  tellingDaysMax: "how long writing to all owners about a version may take",
  warnBeforeMs: "how long before its end a certificate is worth a warning",
  warmUpDays: "warm-up of a source address",
};

const unitName = /(Days|Months|Hours)(Max|Min)?$/;
const unitFactor = /^(dayMs|hourMs|86_400_000|3_600_000|86_400)$/;
const spelled = "two|three|four|five|six|ten|twelve|thirteen|thirty|sixty|ninety";
const words = new RegExp(
  `\\b(\\d+|${spelled})[ \\u00a0-](calendar )?(days?|months?|hours?|jours?|mois|heures?|Tagen?|Monaten?|Stunden?)\\b`,
  "i",
);
const sqlSpan = /interval '\d|make_interval\([^)]*=>\s*\d/i;

/** Places where a span of time is written down instead of being read from promises/parameters.json. */
export function writtenFigures(source: Source): { place: string; name: string | null }[] {
  const found: { place: string; name: string | null }[] = [];
  walk(source.tree, (node) => {
    if (isNamedSpan(node) || isProductOfUnit(node)) {
      const name = nameAround(node);
      // How long an hour or a day is, is no decision.
      if (name === null || !/^(hour|day|week)(s|Ms)?$/.test(name))
        found.push({ place: placeOf(source, node), name });
    }
    if (isText(node) && (words.test(node.text) || sqlSpan.test(node.text)))
      found.push({ place: placeOf(source, node), name: null });
  });
  return found;
}

function isNamedSpan(node: ts.Node): boolean {
  const isHolder = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node);
  if (!isHolder || !ts.isIdentifier(node.name) || !unitName.test(node.name.text)) return false;
  return node.initializer !== undefined && isNumber(node.initializer);
}

// 6 * dayMs, but not 24 * hourMs: that is a day.
function isProductOfUnit(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.AsteriskToken) return false;
  const [left, right] = [node.left.getText(), node.right.getText()];
  const [factor, unit] = unitFactor.test(right) ? [left, right] : [right, left];
  return unitFactor.test(unit) && /^\d+$/.test(factor) && factor !== "1" && factor !== "24";
}

function isNumber(node: ts.Expression): boolean {
  if (ts.isNumericLiteral(node)) return true;
  return ts.isBinaryExpression(node) && isNumber(node.left) && isNumber(node.right);
}

function nameAround(node: ts.Node): string | null {
  for (let each: ts.Node | undefined = node; each !== undefined; each = each.parent) {
    if ((ts.isVariableDeclaration(each) || ts.isPropertyAssignment(each)) && ts.isIdentifier(each.name))
      return each.name.text;
    if (ts.isStatement(each)) return null;
  }
  return null;
}

function isText(node: ts.Node): node is ts.Node & { text: string } {
  return ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node);
}
