import type { ReactNode } from "react";
import type { Counts } from "../../api/statistics.ts";
import { useSpeech } from "../../words/provider.tsx";

/** What readers did, in the three figures that there are of it: people, machines, and both together. */
export function Readers({ total }: { total: Counts }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.statistics;
  const { opened, clicked, measured } = total;
  const rows = [
    { name: texts.opened, ...opened, of: measured.opens },
    { name: texts.clicked, ...clicked, of: measured.clicks },
  ];
  const most = Math.max(1, ...rows.map(({ raw }) => raw));
  return (
    <section className="block">
      <h2>{texts.readers}</h2>
      <p className="soft">{texts.readersText}</p>
      <table className="table table-cards">
        <caption className="unseen">{texts.readers}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.what}</th>
            <th scope="col" className="number">
              {texts.people}
            </th>
            <th scope="col" className="number">
              {texts.machine}
            </th>
            <th scope="col" className="number">
              {texts.raw}
            </th>
            <th scope="col" className="number">
              {texts.measured}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, people, machine, raw, of }) => (
            <tr key={name}>
              <th scope="row">
                {name} <Track people={people} machine={machine} most={most} />
              </th>
              <td className="number" data-label={texts.people}>
                {format.number(people)}
              </td>
              <td className="number" data-label={texts.machine}>
                {format.number(machine)}
              </td>
              <td className="number" data-label={texts.raw}>
                {format.number(raw)}
              </td>
              <td className="number" data-label={texts.measured}>
                {format.number(of)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** People full, machines hatched: beside the figures, for those who like to see it. */
export function Track({
  people,
  machine,
  most,
}: {
  people: number;
  machine: number;
  most: number;
}): ReactNode {
  const share = (value: number) => `${(100 * value) / most}%`;
  return (
    <svg className="track" width="100%" height="14" focusable="false" aria-hidden="true">
      <defs>
        <pattern
          id="track-machine"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect className="track-hatch" width="3" height="6" />
        </pattern>
      </defs>
      <rect className="bar bar-0" width={share(people)} height="14" rx="3" />
      <rect x={share(people)} width={share(machine)} height="14" rx="3" fill="url(#track-machine)" />
    </svg>
  );
}
