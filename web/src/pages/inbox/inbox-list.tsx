import type { ReactNode } from "react";
import type { InboxItem } from "../../api/inbox.ts";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/time.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";

interface InboxListProps {
  items: readonly InboxItem[];
  chosen: string | null;
  hasMore: boolean;
  isFetching: boolean;
  onMore: () => void;
}

/** What lies in the test inbox, newest first. */
export function InboxList({ items, chosen, hasMore, isFetching, onMore }: InboxListProps): ReactNode {
  const { inbox, actions } = useWords();
  return (
    <nav className="post-list" aria-label={inbox.list}>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <Link to={`/inbox/${item.id}`} isCurrent={item.id === chosen}>
              <span className="post-to" translate="no">
                {item.to}
              </span>
              <span className="post-at">
                <Time at={item.receivedAt} isRelative />
              </span>
              <span className="post-subject">{item.subject === "" ? inbox.noSubject : item.subject}</span>
            </Link>
          </li>
        ))}
      </ul>
      {hasMore ? (
        <Button isBusy={isFetching} onClick={onMore}>
          {actions.more}
        </Button>
      ) : null}
    </nav>
  );
}
