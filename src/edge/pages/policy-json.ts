import type { PolicyEdition, PolicyView } from "../../core/policy/index.ts";
import { escapeHtml, type PageAnswer } from "./page.ts";
import type { ControllerIdentity } from "./policy.ts";
import { machineHeaders } from "./public-page.ts";

const json = { ...machineHeaders, "content-type": "application/json; charset=utf-8" };

/** Every version for machines, each with its document as it was written: whoever keeps a copy can calculate its hash. */
export function policyJson(
  { at, inForce, upcoming, editions }: PolicyView,
  controller: ControllerIdentity | null,
): PageAnswer {
  const body = {
    at: at.toISOString(),
    inForce: inForce.version.number,
    upcoming: upcoming?.version.number ?? null,
    controller,
    hashOf:
      'SHA-256 of [number,"publishedAt","effectiveAt"] as JSON without spaces, one line feed, and the document as it stands here',
    versions: editions.map(editionJson),
  };
  return { status: 200, headers: { ...json }, body: JSON.stringify(body) };
}

function editionJson({ version, from, standing, changes }: PolicyEdition): unknown {
  const { number, publishedAt, effectiveAt, announcedAt, hash, text } = version;
  return {
    ...{ number, standing },
    publishedAt: publishedAt.toISOString(),
    effectiveAt: effectiveAt.toISOString(),
    announcedAt: announcedAt?.toISOString() ?? null,
    holdsFrom: from?.toISOString() ?? null,
    hash: hash.toString("hex"),
    ...{ changes, document: text },
  };
}

/** The versions as a feed (RFC 4287). */
export function policyFeed({ editions, at }: PolicyView, publicUrl: string): PageAnswer {
  const text = escapeHtml;
  const entries = editions.toReversed().map(({ version, document }) => {
    const { number, publishedAt, effectiveAt, hash } = version;
    const address = `${publicUrl}/privacy/versions/${number}`;
    return `<entry><id>${text(address)}</id><title>Version ${number}, effective ${effectiveAt.toISOString()}</title><updated>${publishedAt.toISOString()}</updated><link href="${text(address)}"/><summary>${text(document.reason.en)} SHA-256 ${hash.toString("hex")}</summary></entry>`;
  });
  const updated = editions.at(-1)?.version.publishedAt ?? at;
  const body = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${text(publicUrl)}/privacy/history</id><title>Privacy policy</title><author><name>Facteur</name></author><updated>${updated.toISOString()}</updated><link rel="self" href="${text(publicUrl)}/privacy/history.atom"/>
${entries.join("\n")}
</feed>
`;
  const headers = { ...machineHeaders, "content-type": "application/atom+xml; charset=utf-8" };
  return { status: 200, headers, body };
}
