import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { dateOf } from "../../../base/ids.ts";
import { type DomainRow, dkimRecord, ed25519Record, subjectOf } from "../../../core/domains/index.ts";
import type { SignatureView } from "../api/services.ts";

/** What a message of the test inbox was signed with, judged by a verifier that is not ours, against the keys that the
 *  account's domains are to publish: whether they are published is another question, and asks the DNS. */
export async function verifySignatures(
  entry: { messageId: bigint; source: Buffer },
  domains: readonly DomainRow[],
): Promise<SignatureView[]> {
  const published = new Map(
    domains
      .flatMap((row) => [dkimRecord(subjectOf(row)), ed25519Record(subjectOf(row))])
      .flatMap((record) => (record === null ? [] : [[record.name, record.value] as const])),
  );
  const { results } = await dkimVerify(entry.source, {
    resolver: async (name: string) => [[published.get(name.toLowerCase()) ?? ""]],
    curTime: dateOf(entry.messageId),
  });
  return results.flatMap(({ signingDomain, selector, algo, status, signingHeaders }) =>
    signingDomain === undefined
      ? []
      : [
          {
            domain: signingDomain,
            selector: selector ?? "",
            algorithm: algo ?? "",
            signedHeaders: namesIn(signingHeaders),
            verifies: status.result === "pass",
          },
        ],
  );
}

function namesIn(signingHeaders: { keys?: string } | undefined): string[] {
  const names = (signingHeaders?.keys ?? "").split(":").map((name) => name.trim());
  return names.filter((name) => name !== "");
}
