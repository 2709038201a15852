import type { ReactNode } from "react";
import { type Message, useMessages } from "../../api/messages.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { StateTag } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { Link, usePlace } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { filterOf, placeOfSearch, searchOf } from "./filter.ts";
import { SearchForm } from "./search-form.tsx";

/** Every message, to be looked for. */
export function Messages(): ReactNode {
  const { messages: words, actions, loading } = useWords();
  const { query } = usePlace();
  const search = searchOf(query);
  const place = placeOfSearch(search);
  const isFiltered = place !== "/messages";
  const found = useMessages(filterOf(search));
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={words.title} lead={words.lead} isWide>
      <SearchForm key={place} search={search} isFiltered={isFiltered} />
      {found.isPending ? <p className="soft">{loading}</p> : null}
      {found.error === null || found.data !== undefined ? null : (
        <ProblemNote error={found.error} onRetry={found.refetch} />
      )}
      {found.data !== undefined && items.length === 0 ? <Nothing isFiltered={isFiltered} /> : null}
      {items.length === 0 ? null : <MessageTable items={items} />}
      {found.hasNextPage ? (
        <p className="more">
          <Button isBusy={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
            {actions.more}
          </Button>
        </p>
      ) : null}
    </Page>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }): ReactNode {
  const { messages: words } = useWords();
  if (isFiltered)
    return (
      <Empty title={words.noneTitle}>
        <p>{words.noneText}</p>
        <Link to="/messages" className="button button-plain">
          {words.search.clear}
        </Link>
      </Empty>
    );
  return (
    <Empty title={words.emptyTitle}>
      <p>{words.emptyText}</p>
      <Link to="/" className="button button-primary">
        {words.emptyAction}
      </Link>
    </Empty>
  );
}

function MessageTable({ items }: { items: readonly Message[] }): ReactNode {
  const { messages: words } = useWords();
  const { columns, caption, noSubject } = words;
  return (
    <table className="table table-cards">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.recipient}</th>
          <th scope="col">{columns.subject}</th>
          <th scope="col">{columns.state}</th>
          <th scope="col">{columns.accepted}</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, recipient, subject, state, acceptedAt }) => (
          <tr key={id}>
            <th scope="row">
              <Link to={`/messages/${id}`}>
                <span translate="no">{recipient.address}</span>
              </Link>
            </th>
            <td data-label={columns.subject}>{subject === "" ? noSubject : subject}</td>
            <td data-label={columns.state}>
              <StateTag state={state} />
            </td>
            <td data-label={columns.accepted}>
              <Time at={acceptedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
