import { type ReactNode, useState } from "react";
import { type ParseRoute, useParseRoutes, useRemoveParseRoute } from "../../api/parse-routes.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { CopyButton } from "../../parts/copy.tsx";
import { Empty } from "../../parts/empty.tsx";
import { announce } from "../../parts/live.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { useWords } from "../../words/provider.tsx";
import { AddParseRoute } from "./add-parse-route.tsx";

type Doing = { kind: "nothing" } | { kind: "adding" } | { kind: "removing"; route: ParseRoute };

/** Addresses at which mail comes in, and where it is posted to. */
export function ParseRoutes(): ReactNode {
  const { parseRoutes: words, loading } = useWords();
  const routes = useParseRoutes();
  const [doing, setDoing] = useState<Doing>({ kind: "nothing" });
  const stop = () => setDoing({ kind: "nothing" });
  const add = (
    <Button look="primary" onClick={() => setDoing({ kind: "adding" })}>
      {words.add}
    </Button>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={add} isWide>
      {routes.isPending ? <p className="soft">{loading}</p> : null}
      {routes.error === null ? null : <ProblemNote error={routes.error} onRetry={routes.refetch} />}
      {routes.data?.length === 0 ? <Nothing /> : null}
      {routes.data === undefined || routes.data.length === 0 ? null : (
        <RouteTable routes={routes.data} onRemove={(route) => setDoing({ kind: "removing", route })} />
      )}
      {doing.kind === "adding" ? <AddParseRoute onClose={stop} /> : null}
      {doing.kind === "removing" ? <RemoveParseRoute route={doing.route} onClose={stop} /> : null}
    </Page>
  );
}

function Nothing(): ReactNode {
  const { parseRoutes: words } = useWords();
  return (
    <Empty title={words.emptyTitle}>
      <p>{words.emptyText}</p>
      <ul className="teach-list">
        {words.emptyPoints.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </Empty>
  );
}

interface RouteTableProps {
  routes: readonly ParseRoute[];
  onRemove: (route: ParseRoute) => void;
}

function RouteTable({ routes, onRemove }: RouteTableProps): ReactNode {
  const { parseRoutes: words } = useWords();
  const { columns } = words;
  return (
    <table className="table table-cards">
      <caption className="unseen">{words.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.address}</th>
          <th scope="col">{columns.url}</th>
          <th scope="col">{columns.made}</th>
          <th scope="col">
            <span className="unseen">{columns.action}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {routes.map((route) => (
          <tr key={route.id}>
            <th scope="row">
              <span translate="no">{route.address}</span>
            </th>
            <td data-label={columns.url} translate="no">
              {route.url}
            </td>
            <td data-label={columns.made}>
              <Time at={route.createdAt} />
            </td>
            <td>
              <div className="row-actions">
                <CopyButton text={route.address} of={route.address} />
                <Button
                  look="quiet"
                  aria-label={words.removeOf(route.address)}
                  onClick={() => onRemove(route)}
                >
                  {words.remove}
                </Button>
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RemoveParseRoute({ route, onClose }: { route: ParseRoute; onClose: () => void }): ReactNode {
  const { parseRoutes: words } = useWords();
  const remove = useRemoveParseRoute();
  const confirm = () =>
    remove.mutate(route.id, {
      onSuccess: () => {
        announce(words.removed(route.address));
        onClose();
      },
    });
  return (
    <Confirm
      title={words.removeOf(route.address)}
      text={words.removeAsk(route.address)}
      action={words.remove}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
