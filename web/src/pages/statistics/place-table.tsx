import type { ReactNode } from "react";
import type { PlaceCounts } from "../../api/statistics.ts";
import { useSpeech } from "../../words/provider.tsx";

interface PlaceTableProps {
  caption: string;
  heading: string;
  rows: readonly { name: string; isName: boolean; counts: PlaceCounts }[];
}

/** What was counted by where messages went, with the rates that tell good from bad. */
export function PlaceTable({ caption, heading, rows }: PlaceTableProps): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.statistics;
  const heads = [texts.sent, texts.deferred, texts.bounced, texts.blocked, texts.complained, texts.took];
  return (
    <table className="table table-cards">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{heading}</th>
          {heads.map((name) => (
            <th key={name} scope="col" className="number">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, isName, counts }) => {
          const { sent, deferred, bounced, blocked, complained, averageDeliverySeconds } = counts;
          const tried = sent + bounced.total;
          const cells = [
            withShare(format, sent, tried),
            format.number(deferred),
            withShare(format, bounced.total, tried),
            format.number(blocked),
            withShare(format, complained, sent),
            averageDeliverySeconds === null ? "–" : format.seconds(averageDeliverySeconds),
          ];
          return (
            <tr key={name}>
              <th scope="row" translate={isName ? "no" : undefined}>
                {name}
              </th>
              {cells.map((cell, index) => (
                <td key={heads[index]} className="number" data-label={heads[index]}>
                  {cell}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function withShare(
  format: { number: (value: number) => string; share: (value: number, whole: number) => string },
  value: number,
  whole: number,
): string {
  return whole === 0 ? format.number(value) : `${format.number(value)} (${format.share(value, whole)})`;
}
