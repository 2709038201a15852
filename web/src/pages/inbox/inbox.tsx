import { type ReactNode, useState } from "react";
import { useInbox } from "../../api/inbox.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { EmptyInbox } from "./empty-inbox.tsx";
import { InboxList } from "./inbox-list.tsx";
import { Reader } from "./reader.tsx";

/** The test inbox: a list, and beside it the message that is being read. */
export function Inbox({ id, mayEmpty }: { id: string | null; mayEmpty: boolean }): ReactNode {
  const { inbox } = useWords();
  const [isEmptying, setEmptying] = useState(false);
  const list = useInbox();
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isBare = list.data !== undefined && items.length === 0 && id === null;
  const actions =
    items.length === 0 || !mayEmpty ? undefined : (
      <Button look="quiet" onClick={() => setEmptying(true)}>
        {inbox.empty}
      </Button>
    );
  return (
    <Page title={inbox.title} lead={inbox.lead} actions={actions} isWide>
      {list.error === null || list.data !== undefined ? null : (
        <ProblemNote error={list.error} onRetry={list.refetch} />
      )}
      {isBare ? <NothingYet /> : null}
      {isBare || list.data === undefined ? null : (
        <div className={id === null ? "post" : "post post-reading"}>
          <InboxList
            items={items}
            chosen={id}
            hasMore={list.hasNextPage}
            isFetching={list.isFetchingNextPage}
            onMore={() => list.fetchNextPage()}
          />
          {id === null ? <p className="post-none">{inbox.choose}</p> : <Reader key={id} id={id} />}
        </div>
      )}
      {isEmptying ? <EmptyInbox onClose={() => setEmptying(false)} /> : null}
    </Page>
  );
}

function NothingYet(): ReactNode {
  const { inbox } = useWords();
  return (
    <Empty title={inbox.emptyTitle}>
      <p>{inbox.emptyText}</p>
      <Link to="/" className="button button-primary">
        {inbox.emptyAction}
      </Link>
    </Empty>
  );
}
