import { type FormEvent, type ReactNode, useState } from "react";
import { exportUrl, type Suppression, useSuppressions } from "../../api/suppressions.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { go, Link, usePlace } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { AddSuppression } from "./add-suppression.tsx";
import { ImportSuppressions } from "./import-suppressions.tsx";
import { RemoveSuppression } from "./remove-suppression.tsx";
import { SuppressionTable } from "./suppression-table.tsx";

const here = "/suppressions";

type Doing =
  | { kind: "nothing" }
  | { kind: "adding" }
  | { kind: "importing" }
  | { kind: "removing"; suppression: Suppression };

/** The addresses that nothing is sent to: why, since when, and the way back. */
export function Suppressions(): ReactNode {
  const { suppressions: words, actions, loading } = useWords();
  const address = usePlace().query.get("address") ?? "";
  const found = useSuppressions(address);
  const [doing, setDoing] = useState<Doing>({ kind: "nothing" });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const isBare = found.data !== undefined && items.length === 0;
  return (
    <Page title={words.title} lead={words.lead} actions={<Actions onDo={setDoing} />} isWide>
      {isBare && address === "" ? null : <Search key={address} address={address} />}
      {found.isPending ? <p className="soft">{loading}</p> : null}
      {found.error === null || found.data !== undefined ? null : (
        <ProblemNote error={found.error} onRetry={found.refetch} />
      )}
      {isBare ? <Nothing address={address} /> : null}
      {items.length === 0 ? null : (
        <SuppressionTable
          items={items}
          onRemove={(suppression) => setDoing({ kind: "removing", suppression })}
        />
      )}
      {found.hasNextPage ? (
        <p className="more">
          <Button isBusy={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
            {actions.more}
          </Button>
        </p>
      ) : null}
      <Doings doing={doing} onClose={() => setDoing({ kind: "nothing" })} />
    </Page>
  );
}

function Actions({ onDo }: { onDo: (doing: Doing) => void }): ReactNode {
  const { suppressions: words } = useWords();
  return (
    <>
      <Button look="primary" onClick={() => onDo({ kind: "adding" })}>
        {words.add}
      </Button>
      <Button onClick={() => onDo({ kind: "importing" })}>{words.import}</Button>
      <a className="button button-plain" href={exportUrl} download="suppressions.csv">
        {words.export}
      </a>
    </>
  );
}

function Doings({ doing, onClose }: { doing: Doing; onClose: () => void }): ReactNode {
  switch (doing.kind) {
    case "adding":
      return <AddSuppression onClose={onClose} />;
    case "importing":
      return <ImportSuppressions onClose={onClose} />;
    case "removing":
      return <RemoveSuppression suppression={doing.suppression} onClose={onClose} />;
    default:
      return null;
  }
}

// In the address bar, like the search for messages: it can be gone back to.
function Search({ address }: { address: string }): ReactNode {
  const { suppressions: words } = useWords();
  const [draft, setDraft] = useState(address);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = draft.trim();
    go(wanted === "" ? here : `${here}?${new URLSearchParams({ address: wanted })}`);
  };
  return (
    <search className="look-for">
      <form className="row-form" onSubmit={submit} aria-label={words.search}>
        <Field label={words.searchLabel} hint={words.searchHint}>
          {(field) => (
            <input
              {...field}
              type="search"
              inputMode="email"
              value={draft}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setDraft(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit">{words.search}</Button>
      </form>
      {address === "" ? null : <Link to={here}>{words.showAll}</Link>}
    </search>
  );
}

function Nothing({ address }: { address: string }): ReactNode {
  const { suppressions: words } = useWords();
  if (address !== "")
    return (
      <Empty title={words.noneTitle(address)}>
        <p>{words.noneText}</p>
      </Empty>
    );
  return (
    <Empty title={words.emptyTitle}>
      <p>{words.emptyText}</p>
      <dl className="teach">
        {(["bounce", "complaint", "unsubscribe", "manual"] as const).map((cause) => (
          <div key={cause}>
            <dt>{words.causes[cause]}</dt>
            <dd>{words.causeHints[cause]}</dd>
          </div>
        ))}
      </dl>
    </Empty>
  );
}
