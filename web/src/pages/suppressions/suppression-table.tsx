import type { ReactNode } from "react";
import type { Suppression } from "../../api/suppressions.ts";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/time.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";

const looks = {
  bounce: "tag tag-wait",
  complaint: "tag tag-bad",
  unsubscribe: "tag",
  manual: "tag tag-still",
} as const satisfies Record<Suppression["cause"], string>;

interface SuppressionTableProps {
  items: readonly Suppression[];
  onRemove: (suppression: Suppression) => void;
}

/** Every suppressed address, one a row. */
export function SuppressionTable({ items, onRemove }: SuppressionTableProps): ReactNode {
  const { columns, caption } = useWords().suppressions;
  return (
    <table className="table table-cards">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.address}</th>
          <th scope="col">{columns.cause}</th>
          <th scope="col">{columns.source}</th>
          <th scope="col">{columns.since}</th>
          <th scope="col">
            <span className="unseen">{columns.action}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((each) => (
          <Row key={each.id} suppression={each} onRemove={onRemove} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  suppression: Suppression;
  onRemove: (suppression: Suppression) => void;
}

function Row({ suppression, onRemove }: RowProps): ReactNode {
  const { suppressions: words } = useWords();
  const { address, cause, source, createdAt, messageId } = suppression;
  const shown = address === "" ? words.unknown : address;
  return (
    <tr>
      <th scope="row" translate={address === "" ? undefined : "no"}>
        {shown}
      </th>
      <td data-label={words.columns.cause}>
        <span className={looks[cause]}>{words.causes[cause]}</span>
      </td>
      <td data-label={words.columns.source}>
        {words.sources[source]}
        {messageId === null ? null : (
          <>
            {" "}
            <Link to={`/messages/${messageId}`}>{words.message}</Link>
          </>
        )}
      </td>
      <td data-label={words.columns.since}>
        <Time at={createdAt} />
      </td>
      <td>
        <div className="row-actions">
          <Button look="quiet" aria-label={words.removeOf(shown)} onClick={() => onRemove(suppression)}>
            {words.remove}
          </Button>
        </div>
      </td>
    </tr>
  );
}
