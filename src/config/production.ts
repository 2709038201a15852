import { europeanUnion } from "../base/countries.ts";
import { isIP, isOwnAddress } from "../base/ip.ts";
import { problemOf } from "./reader.ts";
import type { Problem, Settings } from "./shape.ts";

/** What production does not start with, because a default that is handy on a desk would harm people outside it. */
export function findUnsafe(settings: Settings): Problem[] {
  if (settings.mode !== "production") return [];
  return [
    ...unsafeHttp(settings),
    ...unsafeSubmission(settings),
    ...unsafeDelivery(settings),
    ...unsafeOperator(settings),
  ];
}

function unsafeHttp({ http }: Settings): Problem[] {
  const problems: Problem[] = [];
  if (!http.publicUrl.startsWith("https://"))
    problems.push(
      problemOf(
        "publicUrl",
        "must be set to an https URL in production, since keys and links travel through it",
      ),
    );
  if (http.linksUrl?.startsWith("http:"))
    problems.push(
      problemOf(
        "linksUrl",
        "must be an https URL in production: mail programs unsubscribe over nothing else",
      ),
    );
  if (http.tls === null && !http.isTlsInFront && !isThisMachine(http.host))
    problems.push(
      problemOf(
        "http",
        "can be reached from other machines without TLS: set FACTEUR_HTTP_TLS_CERT and FACTEUR_HTTP_TLS_KEY, or declare a proxy with FACTEUR_HTTP_TLS_IN_FRONT=true, or listen on 127.0.0.1",
      ),
    );
  return problems;
}

function unsafeSubmission({ submission }: Settings): Problem[] {
  if (submission.tls !== null) return [];
  const remedy = "set FACTEUR_SUBMISSION_TLS_CERT and FACTEUR_SUBMISSION_TLS_KEY";
  const problems: Problem[] = [];
  if (!isThisMachine(submission.host))
    problems.push(
      problemOf(
        "submission",
        `can be reached from other machines without TLS: ${remedy}, or listen on 127.0.0.1`,
      ),
    );
  if (submission.implicitTls !== null)
    problems.push(problemOf("submissionTls", `needs a certificate: ${remedy}`));
  return problems;
}

function unsafeDelivery({ delivery }: Settings): Problem[] {
  if (delivery.way.kind !== "inbox") return [];
  return [problemOf("delivery", "is `inbox`, which in production would accept mail and send none of it")];
}

function unsafeOperator({ operator }: Settings): Problem[] {
  if (operator === null) return []; // each missing part has been reported by its own variable
  if (europeanUnion.has(operator.dataCountry)) return [];
  return [
    problemOf(
      "dataCountry",
      `is ${operator.dataCountry}, outside the European Union, where the policy promises that data stays`,
    ),
  ];
}

/** What works, and is worth a line in the log at every start. */
export function findUnusual({ mode, databaseUrl, delivery }: Settings): string[] {
  const warnings: string[] = [];
  const url = databaseUrl === null ? null : URL.parse(databaseUrl.reveal());
  if (mode === "production" && url !== null && !isThisMachine(hostOf(url)) && !encrypts(url))
    warnings.push(
      "DATABASE_URL leads to another machine without sslmode=require or stricter: data crosses the network unencrypted.",
    );
  if (delivery.way.kind === "smarthost" && delivery.routes.length > 0)
    warnings.push(
      "FACTEUR_ROUTES stands before the smart host of FACTEUR_DELIVERY for the domains it names.",
    );
  return warnings;
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, "");

const encrypts = (url: URL) =>
  ["require", "verify-ca", "verify-full"].includes(url.searchParams.get("sslmode") ?? "");

// An empty host in a database URL means a Unix socket. 0.0.0.0 and :: mean every address of this machine, so
// they are the opposite of it for a listener.
function isThisMachine(host: string): boolean {
  if (host === "" || host === "localhost") return true;
  return isIP(host) !== 0 && isOwnAddress(host) && !/^(0\.|[0:]+$)/.test(host);
}
