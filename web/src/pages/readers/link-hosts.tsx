import { type ReactNode, useState } from "react";
import { useDomains } from "../../api/domains.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { LinkHostCard } from "./link-host-card.tsx";

// Each card asks for its own: an account may have a thousand domains.
const shownAtOnce = 10;

/** Which host the links in each domain's mail lead to. */
export function LinkHosts({ mayManage }: { mayManage: boolean }): ReactNode {
  const { readers: words, actions, loading } = useWords();
  const domains = useDomains();
  const [shown, setShown] = useState(shownAtOnce);
  const verified = domains.data?.filter(({ state }) => state === "verified") ?? [];
  return (
    <div className="domains">
      <p>{words.linksText}</p>
      {domains.isPending ? <p className="soft">{loading}</p> : null}
      {domains.error === null ? null : <ProblemNote error={domains.error} onRetry={domains.refetch} />}
      {domains.data !== undefined && verified.length === 0 ? (
        <Empty title={words.noDomainTitle}>
          <p>{words.noDomainText}</p>
          <p>
            <Link to="/domains">{words.toDomains}</Link>
          </p>
        </Empty>
      ) : null}
      {verified.slice(0, shown).map(({ id, name }) => (
        <LinkHostCard key={id} domain={name} mayManage={mayManage} />
      ))}
      {verified.length > shown ? (
        <p className="more">
          <Button onClick={() => setShown(shown + shownAtOnce)}>{actions.more}</Button>
        </p>
      ) : null}
    </div>
  );
}
