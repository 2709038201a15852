import type { ReactNode } from "react";
import type { Counts } from "../../api/statistics.ts";
import { useSpeech } from "../../words/provider.tsx";

/** The figures that everybody looks at first. */
export function Totals({ total }: { total: Counts }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.statistics;
  const { accepted, sent, bounced, blocked, complained, unsubscribed } = total;
  const rows: readonly (readonly [string, number, number])[] = [
    [texts.accepted, accepted, 0],
    [texts.sent, sent, accepted],
    [texts.bounced, bounced.total, accepted],
    [texts.blocked, blocked, accepted],
    [texts.unsubscribed, unsubscribed, sent],
    [texts.complained, complained, sent],
  ];
  return (
    <section className="block">
      <h2>{texts.overview}</h2>
      <dl className="figures figures-three">
        {rows.map(([label, value, whole]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {format.number(value)} {whole === 0 ? null : <small>{format.share(value, whole)}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
