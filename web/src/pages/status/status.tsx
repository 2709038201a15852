import type { ReactNode } from "react";
import { type Status, useStatus } from "../../api/status.ts";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { DestinationTable } from "./destination-table.tsx";
import { NodeTable, WarmUp } from "./operator.tsx";

/** How things stand: the queue, where it leads, and for whoever runs the service, what it runs on. */
export function StatusPage(): ReactNode {
  const { status: words, loading } = useWords();
  const status = useStatus();
  return (
    <Page title={words.title} lead={words.lead} isWide>
      {status.isPending ? <p className="soft">{loading}</p> : null}
      {status.error === null ? null : <ProblemNote error={status.error} onRetry={status.refetch} />}
      {status.data === undefined ? null : <Rooms status={status.data} />}
    </Page>
  );
}

function Rooms({ status }: { status: Status }): ReactNode {
  const { status: words } = useWords();
  const { destinations, warmUp, nodes } = status;
  return (
    <div className="domains">
      <Figures status={status} />
      <section className="block">
        <h2>{words.destinations}</h2>
        {destinations.length === 0 ? (
          <Empty title={words.nothingWaits}>
            <p>{words.nothingWaitsText}</p>
          </Empty>
        ) : (
          <DestinationTable destinations={destinations} />
        )}
      </section>
      {warmUp === null ? null : <WarmUp rows={warmUp} />}
      {nodes === null ? null : <NodeTable nodes={nodes} />}
    </div>
  );
}

function Figures({ status }: { status: Status }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.status;
  const { queue, today } = status;
  const quota = today.quota === null ? null : texts.ofQuota(format.number(today.quota));
  return (
    <section className="block">
      <h2>{texts.queue}</h2>
      <dl className="figures">
        <Figure label={texts.waiting}>{format.number(queue.waiting)}</Figure>
        <Figure label={texts.deferred}>{format.number(queue.deferred)}</Figure>
        <Figure label={texts.today}>
          {format.number(today.accepted)} {quota === null ? null : <small>{quota}</small>}
        </Figure>
        {queue.oldestAcceptedAt === null ? null : (
          <Figure label={texts.oldest}>
            <Time at={queue.oldestAcceptedAt} isRelative />
          </Figure>
        )}
      </dl>
    </section>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
