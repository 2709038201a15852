import type { ReactNode } from "react";
import type { Consent } from "../../api/consents.ts";
import { Time } from "../../parts/time.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";

/** The look of a decision, wherever it is told. */
export const decisionLooks = {
  given: "tag tag-good",
  withdrawn: "tag tag-wait",
} as const satisfies Record<Consent["decision"], string>;

interface ConsentTableProps {
  items: readonly Consent[];
  /** All are of one reader, whose address stands above. */
  isOfOne: boolean;
}

/** Decisions with their proof, one a row. Nothing here can be changed: the history is evidence. */
export function ConsentTable({ items, isOfOne }: ConsentTableProps): ReactNode {
  const { columns, caption } = useWords().readers;
  return (
    <table className="table table-cards">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          {isOfOne ? null : <th scope="col">{columns.address}</th>}
          <th scope="col">{columns.what}</th>
          <th scope="col">{columns.decision}</th>
          <th scope="col">{columns.decidedAt}</th>
          <th scope="col">{columns.proof}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((each) => (
          <Row key={each.id} consent={each} isOfOne={isOfOne} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ consent, isOfOne }: { consent: Consent; isOfOne: boolean }): ReactNode {
  const { readers: words } = useWords();
  const { address, purpose, decision, decidedAt } = consent;
  const what = words.purposes[purpose];
  return (
    <tr>
      {isOfOne ? null : (
        <th scope="row">
          {address === "" ? (
            words.unknownAddress
          ) : (
            <Link to={`/readers?${new URLSearchParams({ address })}`}>
              <span translate="no">{address}</span>
            </Link>
          )}
        </th>
      )}
      {isOfOne ? <th scope="row">{what}</th> : <td data-label={words.columns.what}>{what}</td>}
      <td data-label={words.columns.decision}>
        <span className={decisionLooks[decision]}>{words.decisions[decision]}</span>
      </td>
      <td data-label={words.columns.decidedAt}>
        <Time at={decidedAt} />
      </td>
      <td data-label={words.columns.proof}>
        <Proof consent={consent} />
      </td>
    </tr>
  );
}

function Proof({ consent }: { consent: Consent }): ReactNode {
  const { readers: words } = useWords();
  const { how, wording, version, source, actor, messageId } = consent;
  const rows = [
    [words.proof.how, how],
    [words.proof.wording, wording],
    [words.proof.version, version],
  ] as const;
  return (
    <details className="proof">
      <summary>{how === "" ? words.sources[source] : how}</summary>
      <dl className="facts">
        {rows.map(([label, value]) =>
          value === "" ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd className="proof-text">{value}</dd>
            </div>
          ),
        )}
        <div>
          <dt>{words.proof.source}</dt>
          <dd>
            {words.sources[source]}
            {messageId === null ? null : <Link to={`/messages/${messageId}`}>{words.message}</Link>}
          </dd>
        </div>
        <div>
          <dt>{words.proof.actor}</dt>
          <dd>{actorText(actor, words.actors)}</dd>
        </div>
      </dl>
    </details>
  );
}

// In the words of the audit: `key/5`, `session/7`, or `link` for the reader.
function actorText(
  actor: string,
  words: { key: (id: string) => string; session: string; link: string },
): string {
  const [kind, id = ""] = actor.split("/");
  if (kind === "key") return words.key(id);
  if (kind === "session") return words.session;
  return kind === "link" ? words.link : actor;
}
