import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What others expect of a mail: for each recipient a status, a code, and a reason in their words. */
export interface Expected {
  status: string;
  replyCode: string;
  reason: string;
  isHard: boolean;
}

/** Reads the expectations of Sisimai's tests (Perl), by the name of the mail: `lhost-postfix-01`.
 *  @param folder the folder `t` of that project */
export function readExpectations(folder: string): Map<string, Expected[]> {
  const found = new Map<string, Expected[]>();
  for (const file of readdirSync(folder)) {
    const name = /^\d+-((?:lhost|rhost)-[\w]+|arf|rfc3464|rfc3834)\.t$/.exec(file)?.[1];
    if (name === undefined) continue;
    const text = readFileSync(path.join(folder, file), "utf8").replace(/^\s*#.*$/gm, "");
    for (const [, number = "", list = ""] of text.matchAll(
      /'(\d{2,3})'\s*=>\s*\[((?:\s*\[[^\]]*\],?)+)\s*\]/g,
    )) {
      const rows = [...list.matchAll(/\[([^\]]*)\]/g)].map(([, row = ""]) => rowOf(row));
      found.set(`${name}-${number}`, rows);
    }
  }
  return found;
}

function rowOf(text: string): Expected {
  const [status = "", replyCode = "", reason = "", hard = "0"] = text
    .split(",")
    .map((cell) => cell.trim().replace(/^'|'$/g, ""));
  return { status, replyCode, reason, isHard: hard === "1" };
}
