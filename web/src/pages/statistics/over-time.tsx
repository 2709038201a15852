import type { ReactNode } from "react";
import type { Counts, Series } from "../../api/statistics.ts";
import { BarChart } from "../../parts/bar-chart.tsx";
import { useSpeech } from "../../words/provider.tsx";

/** What became of the messages of each day or month: a chart, and beside it the same as a table. */
export function OverTime({ series }: { series: Series }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.statistics;
  const nameOf = (from: string) =>
    series.step === "month" ? format.month(from, series.timeZone) : format.dayOf(from, series.timeZone);
  const rows = series.points.map(({ from, counts }) => ({ name: nameOf(from), counts }));
  const parts = [texts.sent, texts.notSent, texts.underWay];
  const heads = [texts.accepted, ...parts];
  return (
    <section className="block">
      <h2>{texts.overTime}</h2>
      <BarChart
        label={texts.chartLabel(format.number(series.total.sent), format.number(series.total.accepted))}
        parts={parts}
        points={rows.map(({ name, counts }) => ({ name, values: partsOf(counts) }))}
      />
      <details className="figures-table">
        <summary>{texts.asTable}</summary>
        <table className="table table-cards">
          <caption className="unseen">{texts.overTime}</caption>
          <thead>
            <tr>
              <th scope="col">{series.step === "month" ? texts.month : texts.day}</th>
              {heads.map((name) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows
              .filter(({ counts }) => [counts.accepted, ...partsOf(counts)].some((value) => value > 0))
              .map(({ name, counts }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {[counts.accepted, ...partsOf(counts)].map((value, index) => (
                    <td key={heads[index]} className="number" data-label={heads[index]}>
                      {format.number(value)}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

/** Taken by its server, ended otherwise, still under way: together what was accepted. */
function partsOf({ accepted, sent, bounced, blocked, cancelled, expired, unknown }: Counts): number[] {
  const ended = bounced.total + blocked + cancelled + expired + unknown;
  return [sent, ended, Math.max(0, accepted - sent - ended)];
}
