import type { ReactNode } from "react";
import type { HoldingClass } from "../../api/holdings.ts";
import { Note } from "../../parts/note.tsx";
import { Time } from "../../parts/time.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";

/** One class: why, until when, on which ground, and what retention did last. */
export function HoldingCard({ held }: { held: HoldingClass }): ReactNode {
  const { holdings: words } = useWords();
  const { title, why } = words.classes[held.code];
  return (
    <article className="card holding">
      <h2>{title}</h2>
      <p>{why}</p>
      <Facts held={held} />
      {held.lastPurge?.outcome === "failed" ? <Note kind="bad" title={words.purgeFailed} /> : null}
      <p className="soft">{held.sealed ? words.sealed : words.open}</p>
      <Details held={held} />
    </article>
  );
}

function Facts({ held }: { held: HoldingClass }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.holdings;
  const { figure } = held.retention;
  const period = texts.untilTexts[held.code](figure === null ? "" : format.number(figure));
  const rows: readonly (readonly [string, ReactNode])[] = [
    [texts.until, <strong key="until">{period}</strong>],
    [texts.oldest, held.oldest === null ? null : <Time key="oldest" at={held.oldest} />],
    [texts.lastPurge, held.lastPurge === null ? null : <Purge key="purge" purge={held.lastPurge} />],
    [texts.about, format.list(held.subjects.map((each) => texts.subjects[each]))],
    [texts.role, format.list(held.roles.map((each) => texts.roles[each]))],
    [texts.ground, held.legalBasis.join("; ")],
  ];
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== null && value !== "")
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Purge({ purge }: { purge: NonNullable<HoldingClass["lastPurge"]> }): ReactNode {
  const { words, format } = useSpeech();
  const { purged, lookedAt, nothingYet } = words.holdings;
  return (
    <span>
      {purge.at === null ? (
        nothingYet
      ) : (
        <>
          <Time at={purge.at} />, {purged(format.number(purge.removed))}
        </>
      )}{" "}
      <span className="soft">
        ({lookedAt} <Time at={purge.lookedAt} isRelative />)
      </span>
    </span>
  );
}

// As the software declares it of each column; the declarations are in English.
function Details({ held }: { held: HoldingClass }): ReactNode {
  const { words, language } = useSpeech();
  const { details, tables } = words.holdings;
  return (
    <details>
      <summary>{details}</summary>
      <ul lang={language === "en" ? undefined : "en"}>
        {held.purposes.map((purpose) => (
          <li key={purpose}>{purpose}</li>
        ))}
      </ul>
      <p className="soft">
        {tables}: <code translate="no">{held.tables.join(", ")}</code>
      </p>
    </details>
  );
}
