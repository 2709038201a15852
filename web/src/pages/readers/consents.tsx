import { type FormEvent, type ReactNode, useState } from "react";
import { consentsUrl, useConsents } from "../../api/consents.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { go, Link, usePlace } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { ConsentTable } from "./consent-table.tsx";
import { ImportConsents } from "./import-consents.tsx";
import { ReaderCard } from "./reader-card.tsx";
import { RecordDecision } from "./record-decision.tsx";

const here = "/readers";

/** What is being done to the history. */
export type ConsentDoing = "nothing" | "recording" | "importing";

interface ConsentsProps {
  mayManage: boolean;
  doing: ConsentDoing;
  onDone: () => void;
}

/** What readers have agreed to: one of them by address, or what was decided last. */
export function Consents({ mayManage, doing, onDone }: ConsentsProps): ReactNode {
  const { readers: words, actions, loading } = useWords();
  const address = usePlace().query.get("address") ?? "";
  const found = useConsents(address);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const isBare = found.data !== undefined && items.length === 0;
  return (
    <div className="domains">
      <Search key={address} address={address} />
      {address === "" || found.error !== null ? null : <ReaderCard address={address} mayManage={mayManage} />}
      {found.isPending ? <p className="soft">{loading}</p> : null}
      {found.error === null || found.data !== undefined ? null : (
        <ProblemNote error={found.error} onRetry={found.refetch} />
      )}
      {isBare && address === "" ? <Nothing /> : null}
      {items.length === 0 ? null : (
        <section className="block">
          <h2>{address === "" ? words.latest : words.history}</h2>
          <ConsentTable items={items} isOfOne={address !== ""} />
          {found.hasNextPage ? (
            <p className="more">
              <Button isBusy={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
                {actions.more}
              </Button>
            </p>
          ) : null}
        </section>
      )}
      {doing === "recording" ? <RecordDecision address={address} onClose={onDone} /> : null}
      {doing === "importing" ? <ImportConsents onClose={onDone} /> : null}
    </div>
  );
}

/** What can be done to the history as a whole. */
export function ConsentActions({
  mayManage,
  onDo,
}: {
  mayManage: boolean;
  onDo: (doing: ConsentDoing) => void;
}): ReactNode {
  const { readers: words } = useWords();
  return (
    <>
      {mayManage ? (
        <>
          <Button look="primary" onClick={() => onDo("recording")}>
            {words.record}
          </Button>
          <Button onClick={() => onDo("importing")}>{words.import}</Button>
        </>
      ) : null}
      <a className="button button-plain" href={consentsUrl} download="consents.csv">
        {words.export}
      </a>
    </>
  );
}

function Search({ address }: { address: string }): ReactNode {
  const { readers: words } = useWords();
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

function Nothing(): ReactNode {
  const { readers: words } = useWords();
  return (
    <Empty title={words.emptyTitle}>
      <p>{words.emptyText}</p>
      <dl className="teach">
        {words.teach.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Empty>
  );
}
