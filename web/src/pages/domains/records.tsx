import type { ReactNode } from "react";
import type { Domain, RecordName, RecordReport } from "../../api/domains.ts";
import { Button } from "../../parts/button.tsx";
import { CopyButton } from "../../parts/copy.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import type { WatchedDomain } from "./use-watched-domain.ts";

const groups = [
  { name: "needed", records: ["dkim", "dkimEd25519", "ownership"] },
  { name: "advised", records: ["spf", "dmarc"] },
  { name: "useful", records: ["returnPath", "mx", "ptr"] },
] as const satisfies readonly { name: string; records: readonly RecordName[] }[];

/** Every record of a domain: what it is for, what to publish, what was found. */
export function DomainRecords({ domain, watched }: { domain: Domain; watched: WatchedDomain }): ReactNode {
  const { domains: words } = useWords();
  return (
    <div className="records">
      <div className="records-head">
        <h3 translate="no">{domain.name}</h3>
        <Button isBusy={watched.isChecking} onClick={watched.look}>
          {watched.isChecking ? words.checking : words.check}
        </Button>
        <p className="soft">
          {domain.checkedAt === null ? (
            words.never
          ) : (
            <>
              {words.lookedAt} <Time at={domain.checkedAt} isRelative />.
            </>
          )}{" "}
          {domain.state === "pending" ? words.again : null}
        </p>
      </div>
      {watched.error === null ? null : <ProblemNote error={watched.error} onRetry={watched.look} />}
      {groups.map(({ name, records }) => (
        <section key={name} className="record-group">
          <h4>{words.groups[name]}</h4>
          <p className="soft">{words.groups[`${name}Hint`]}</p>
          <ul>
            {records.map((record) => {
              const report = domain.report[record];
              return report === null ? null : <RecordRow key={record} name={record} report={report} />;
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}

const marks = { ok: "✓", missing: "○", wrong: "≠", unknown: "?" } as const;

function RecordRow({ name, report }: { name: RecordName; report: RecordReport }): ReactNode {
  const { records, recordStatus } = useWords().domains;
  const { status, expected } = report;
  return (
    <li className={`record record-${status}`}>
      <details>
        <summary>
          <span className="record-mark" aria-hidden="true">
            {marks[status]}
          </span>
          <span className="record-title">
            <strong>{records[name].name}</strong>
            <span className="record-status">{recordStatus[status]}</span>
          </span>
          <span className="record-purpose">{records[name].purpose}</span>
        </summary>
        <div className="record-body">
          <AdviceText report={report} />
          {expected === null || status === "ok" ? null : <Expected name={name} expected={expected} />}
          <Found found={report.found} />
        </div>
      </details>
    </li>
  );
}

// What the DNS calls a thing is not translated; the sentence around it is. A report that was stored without codes has
// its English sentences only.
function AdviceText({ report }: { report: RecordReport }): ReactNode {
  const { words, language } = useSpeech();
  const { advices, advice } = report;
  if (advices.length === 0) return <p lang={language === "en" ? undefined : "en"}>{advice}</p>;
  return <p>{advices.map(({ code, name, value }) => words.advices[code](name, value)).join(" ")}</p>;
}

function Expected({
  name,
  expected,
}: {
  name: RecordName;
  expected: NonNullable<RecordReport["expected"]>;
}): ReactNode {
  const { domains } = useWords();
  const words = domains.record;
  const title = domains.records[name].name;
  const rows = [
    [words.type, expected.type],
    [words.name, expected.name],
    [words.value, expected.value],
  ] as const;
  return (
    <>
      <p>{words.publish}</p>
      <dl className="facts facts-copy">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code translate="no">{value}</code>
              {label === words.type ? null : <CopyButton text={value} of={`${title}: ${label}`} />}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Found({ found }: { found: readonly string[] }): ReactNode {
  const { domains } = useWords();
  const words = domains.record;
  return (
    <dl className="facts">
      <div>
        <dt>{words.found}</dt>
        <dd>
          {found.length === 0
            ? words.nothing
            : found.map((text) => (
                <code key={text} translate="no">
                  {text}
                </code>
              ))}
        </dd>
      </div>
    </dl>
  );
}
