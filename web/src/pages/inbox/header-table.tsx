import type { ReactNode } from "react";
import type { InboxMessage } from "../../api/inbox.ts";
import { useWords } from "../../words/provider.tsx";

/** Every header, in its order. */
export function HeaderTable({ headers }: { headers: InboxMessage["headers"] }): ReactNode {
  const { inbox } = useWords();
  return (
    <table className="table table-headers">
      <caption className="unseen">{inbox.headersCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{inbox.headerName}</th>
          <th scope="col">{inbox.headerValue}</th>
        </tr>
      </thead>
      <tbody>
        {headers.map(({ name, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: headers repeat, and their order never changes.
          <tr key={index}>
            <th scope="row" translate="no">
              {name}
            </th>
            <td translate="no">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
