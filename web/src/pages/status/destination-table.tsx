import type { ReactNode } from "react";
import type { Destination } from "../../api/status.ts";
import { Time } from "../../parts/time.tsx";
import { useSpeech } from "../../words/provider.tsx";

/** What waits for each recipient domain, until when, and why. */
export function DestinationTable({ destinations }: { destinations: readonly Destination[] }): ReactNode {
  const { words } = useSpeech();
  const { columns, destinationsCaption } = words.status;
  return (
    <table className="table table-cards">
      <caption className="unseen">{destinationsCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.domain}</th>
          <th scope="col" className="number">
            {columns.waiting}
          </th>
          <th scope="col" className="number">
            {columns.deferred}
          </th>
          <th scope="col" className="number">
            {columns.connections}
          </th>
          <th scope="col">{columns.next}</th>
          <th scope="col">{columns.why}</th>
        </tr>
      </thead>
      <tbody>
        {destinations.map((each) => (
          <Row key={each.domain} destination={each} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ destination }: { destination: Destination }): ReactNode {
  const { words, format } = useSpeech();
  const { columns, pausedUntil } = words.status;
  const { domain, waiting, deferred, connections, nextAttemptAt, why } = destination;
  return (
    <tr>
      <th scope="row" translate="no">
        {domain}
      </th>
      <td className="number" data-label={columns.waiting}>
        {format.number(waiting)}
      </td>
      <td className="number" data-label={columns.deferred}>
        {format.number(deferred)}
      </td>
      <td className="number" data-label={columns.connections}>
        {format.number(connections)}
      </td>
      <td data-label={columns.next}>
        {nextAttemptAt === null ? "–" : <Time at={nextAttemptAt} isRelative />}
      </td>
      <td data-label={columns.why}>
        {why === null ? "–" : (words.meanings[why.code] ?? why.text)}
        {destination.pausedUntil === null ? null : (
          <p className="soft">
            {pausedUntil} <Time at={destination.pausedUntil} />
          </p>
        )}
      </td>
    </tr>
  );
}
