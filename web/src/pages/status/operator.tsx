import type { ReactNode } from "react";
import type { Status } from "../../api/status.ts";
import { Time } from "../../parts/time.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";

type WarmUpRow = NonNullable<Status["warmUp"]>[number];
type NodeRow = NonNullable<Status["nodes"]>[number];

/** What new sending addresses may send today, and have. */
export function WarmUp({ rows }: { rows: readonly WarmUpRow[] }): ReactNode {
  const { words, format } = useSpeech();
  const { warmUp, warmUpText, warmUpCaption, warmUpColumns, noWarmUp } = words.status;
  return (
    <section className="block">
      <h2>{warmUp}</h2>
      <p>{rows.length === 0 ? noWarmUp : warmUpText}</p>
      {rows.length === 0 ? null : (
        <table className="table table-cards">
          <caption className="unseen">{warmUpCaption}</caption>
          <thead>
            <tr>
              <th scope="col">{warmUpColumns.source}</th>
              <th scope="col">{warmUpColumns.provider}</th>
              <th scope="col">{warmUpColumns.day}</th>
              <th scope="col" className="number">
                {warmUpColumns.sent}
              </th>
              <th scope="col" className="number">
                {warmUpColumns.limit}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ source, provider, day, sent, limit }) => (
              <tr key={`${source} ${provider} ${day}`}>
                <th scope="row" translate="no">
                  {source}
                </th>
                <td data-label={warmUpColumns.provider}>{provider}</td>
                <td data-label={warmUpColumns.day}>{format.day(day)}</td>
                <td className="number" data-label={warmUpColumns.sent}>
                  {format.number(sent)}
                </td>
                <td className="number" data-label={warmUpColumns.limit}>
                  {format.number(limit)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The processes that make up this installation. */
export function NodeTable({ nodes }: { nodes: readonly NodeRow[] }): ReactNode {
  const { status: words } = useWords();
  const { nodeColumns } = words;
  return (
    <section className="block">
      <h2>{words.nodes}</h2>
      <table className="table table-cards">
        <caption className="unseen">{words.nodesCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{nodeColumns.name}</th>
            <th scope="col">{nodeColumns.role}</th>
            <th scope="col">{nodeColumns.seen}</th>
            <th scope="col">{nodeColumns.state}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ name, delivers, seenAt, isAlive }) => (
            <tr key={name}>
              <th scope="row" translate="no">
                {name}
              </th>
              <td data-label={nodeColumns.role}>{delivers ? words.delivers : words.serves}</td>
              <td data-label={nodeColumns.seen}>
                <Time at={seenAt} isRelative />
              </td>
              <td data-label={nodeColumns.state}>
                <span className={isAlive ? "tag tag-good" : "tag tag-bad"}>
                  {isAlive ? words.alive : words.silent}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
