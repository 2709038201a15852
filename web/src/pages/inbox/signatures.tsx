import type { ReactNode } from "react";
import type { InboxMessage } from "../../api/inbox.ts";
import { Note } from "../../parts/note.tsx";
import { useSpeech } from "../../words/provider.tsx";

type Signature = InboxMessage["signatures"][number];

/** What was signed, with which key, and whether a receiver could verify it. */
export function Signatures({ signatures }: { signatures: readonly Signature[] }): ReactNode {
  const { words } = useSpeech();
  const { inbox } = words;
  if (signatures.length === 0)
    return (
      <Note kind="info" title={inbox.unsigned}>
        <p>{inbox.unsignedHint}</p>
      </Note>
    );
  return signatures.map((signature) => (
    <OneSignature key={`${signature.selector}.${signature.domain}`} signature={signature} />
  ));
}

function OneSignature({ signature }: { signature: Signature }): ReactNode {
  const { words, format } = useSpeech();
  const { inbox } = words;
  const { domain, selector, algorithm, signedHeaders, verifies } = signature;
  const rows = [
    [inbox.signature.domain, domain],
    [inbox.signature.selector, selector],
    [inbox.signature.algorithm, algorithm],
    [inbox.signature.headers, format.list(signedHeaders)],
  ] as const;
  return (
    <section className="signature">
      <Note kind={verifies ? "good" : "bad"} title={verifies ? inbox.verifies : inbox.fails} />
      <dl className="facts">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd translate="no">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
