import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type MessageReason, messageReasons as reasons } from "../../src/core/delivery/index.ts";
import { meaningOfReport } from "../../src/core/inbound/index.ts";
import { type ReadReport, readReport } from "../../src/mail/report/index.ts";
import { type Expected, readExpectations } from "./expectations.ts";

/** What came of one mail. */
export interface Judged {
  name: string;
  verdict: "right" | "wrong" | "unread";
  detail: string;
}

// Sisimai's words for reasons, and the numbers of Mailjet's table that say the same. Where its word is wider than one
// number, each that fits counts.
const fitting: Readonly<Record<string, readonly MessageReason[]>> = {
  userunknown: [reasons.userUnknown, reasons.mailboxInactive],
  hasmoved: [reasons.userUnknown, reasons.mailboxInactive],
  filtered: [reasons.userUnknown, reasons.mailboxInactive, reasons.contentBlocked, reasons.policyIssue],
  suspend: [reasons.mailboxInactive],
  mailboxfull: [reasons.quotaExceeded],
  hostunknown: [reasons.invalidDomain, reasons.noMailHost],
  notaccept: [reasons.noMailHost, reasons.protocolIssue],
  norelaying: [reasons.relayDenied],
  rejected: [reasons.senderBlocked, reasons.policyIssue],
  blocked: [reasons.policyIssue, reasons.blacklisted],
  badreputation: [reasons.policyIssue, reasons.blacklisted],
  requireptr: [reasons.policyIssue],
  authfailure: [reasons.policyIssue, reasons.senderBlocked],
  policyviolation: [reasons.policyIssue, reasons.contentBlocked],
  securityerror: [reasons.policyIssue],
  notcompliantrfc: [reasons.protocolIssue, reasons.policyIssue, reasons.contentBlocked],
  spamdetected: [reasons.contentBlocked],
  virusdetected: [reasons.contentBlocked],
  contenterror: [reasons.contentBlocked, reasons.protocolIssue],
  emailtoolarge: [reasons.contentBlocked],
  mesgtoobig: [reasons.contentBlocked],
  exceedlimit: [reasons.contentBlocked],
  toomanyconn: [reasons.policyIssue],
  ratelimited: [reasons.policyIssue],
  speeding: [reasons.policyIssue],
  expired: [reasons.connectionIssue, reasons.systemIssue, reasons.greylisted],
  networkerror: [reasons.connectionIssue, reasons.systemIssue, reasons.noMailHost],
  failedstarttls: [reasons.connectionIssue, reasons.policyIssue],
  systemerror: [reasons.systemIssue, reasons.protocolIssue],
  systemfull: [reasons.systemIssue, reasons.quotaExceeded],
  mailererror: [reasons.systemIssue],
  syntaxerror: [reasons.protocolIssue],
  suppressed: [reasons.userUnknown, reasons.mailboxInactive, reasons.preblocked],
};
// Its authors do not know either: whatever is found is not wrong, and counts for nothing.
const undecided = new Set(["undefined", "onhold"]);

/** Reads every mail of a folder that there is an expectation for, and compares. */
export function judge(
  folder: string,
  expected: ReadonlyMap<string, Expected[]>,
  half: "odd" | "even" | "all",
): Judged[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => {
      const name = file.replace(/\.eml$/, "");
      const wanted = expected.get(name);
      const number = Number(/(\d+)$/.exec(name)?.[1] ?? 0);
      if (wanted === undefined || (half !== "all" && number % 2 !== (half === "odd" ? 1 : 0))) return [];
      const octets = Buffer.from(
        readFileSync(path.join(folder, file), "latin1").replace(/\r\n?|\n/g, "\r\n"),
        "latin1",
      );
      const outcome = judgeOne(readReport(octets, { isFromNobody: cameFromNobody(octets) }), wanted);
      return outcome === null ? [] : [{ name, ...outcome }];
    });
}

// The envelope has gone; what kept the mail has mostly written it down. RFC 5321 §4.5.5: reports come from nobody.
function cameFromNobody(octets: Buffer): boolean {
  const header = octets.toString("latin1", 0, octets.indexOf("\r\n\r\n"));
  const path = /^return-path:[ \t]*<?([^\r\n<>]*)/im.exec(header)?.[1]?.trim() ?? "";
  return path === "" || /^mailer-daemon\b/i.test(path);
}

function judgeOne(report: ReadReport, wanted: readonly Expected[]): Omit<Judged, "name"> | null {
  const [first] = wanted;
  if (first === undefined || undecided.has(first.reason)) return null;
  const said = describe(report);
  const given = { detail: `${first.reason} (${first.status} ${first.replyCode}): ${said}` };
  if (report.kind === "other") return { verdict: "unread", ...given };
  return { verdict: wanted.every((each) => isRight(report, each)) ? "right" : "wrong", ...given };
}

/** Is there a recipient of whom it says what is expected? */
function isRight(report: ReadReport, { reason }: Expected): boolean {
  if (reason === "feedback") return report.kind === "complaint";
  if (reason === "vacation") return report.kind === "automatic";
  if (report.kind !== "bounce") return false;
  if (reason === "delivered") return report.recipients.some(({ action }) => action !== "failed");
  // It counts a report of a delay as one of a message that has expired.
  if (reason === "expired" && report.recipients.some(({ action }) => action === "delayed")) return true;
  const fits = fitting[reason] ?? [];
  return report.recipients.some((each) => fits.includes(meaningOfReport(each).reason));
}

function describe(report: ReadReport): string {
  if (report.kind !== "bounce") return report.kind;
  const [recipient] = report.recipients;
  if (recipient === undefined) return "bounce of nobody";
  const { reason, isHard } = meaningOfReport(recipient);
  const word = Object.entries(reasons).find(([, number]) => number === reason)?.[0];
  const kind = report.isStandard ? "dsn" : "text";
  return `${kind} ${recipient.action} ${word}${isHard ? "!" : ""} ${recipient.status} ${recipient.replyCode} | ${recipient.text.slice(0, 160)}`;
}

function main([folder, expectations, half = "even", ...flags]: string[]): void {
  if (folder === undefined || expectations === undefined) {
    console.error("judge.ts FOLDER-OF-MAILS FOLDER-OF-EXPECTATIONS [odd|even|all] [--show]");
    process.exitCode = 2;
    return;
  }
  const judged = judge(
    folder,
    readExpectations(expectations),
    half === "odd" || half === "all" ? half : "even",
  );
  const count = (verdict: Judged["verdict"]) => judged.filter((each) => each.verdict === verdict).length;
  if (flags.includes("--show"))
    for (const { name, verdict, detail } of judged)
      if (verdict !== "right") console.log(`${verdict} ${name}: ${detail}`);
  const right = count("right");
  console.log(
    `${judged.length} mails: ${right} right (${((100 * right) / judged.length).toFixed(1)} %), ${count("wrong")} wrong, ${count("unread")} not taken for a report`,
  );
}

if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));
