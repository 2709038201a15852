import type { ReactNode } from "react";
import { ApiProblem } from "../../api/client.ts";
import { type MessageDetails, useMessage } from "../../api/messages.ts";
import { Note } from "../../parts/note.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { StateTag } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { Link } from "../../shell/router.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { History } from "./history.tsx";
import { MessageActions } from "./message-actions.tsx";

/** One message: what it is, why it waits, what happened, what can be done. */
export function MessagePage({ id, maySend }: { id: string; maySend: boolean }): ReactNode {
  const { messages: words, loading, problems } = useWords();
  const found = useMessage(id);
  const { detail } = words;
  const back = <Link to="/messages">{detail.back}</Link>;
  if (found.data !== undefined)
    return (
      <Page title={found.data.message.subject || words.noSubject} lead={back}>
        <Details details={found.data} maySend={maySend} />
      </Page>
    );
  const isGone = found.error instanceof ApiProblem && found.error.status === 404;
  return (
    <Page title={isGone ? problems.notFound : words.title} lead={back}>
      {found.isPending ? <p className="soft">{loading}</p> : null}
      {isGone ? <p>{problems.notFoundHint}</p> : null}
      {found.error === null || isGone ? null : <ProblemNote error={found.error} onRetry={found.refetch} />}
    </Page>
  );
}

function Details({ details, maySend }: { details: MessageDetails; maySend: boolean }): ReactNode {
  const { messages: words } = useWords();
  const { message, history } = details;
  return (
    <div className="message">
      <p className="message-state">
        <StateTag state={message.state} />
      </p>
      <Waiting message={message} />
      {message.wasUnknown ? <Note kind="wait" title={words.detail.wasUnknown} /> : null}
      {maySend ? <MessageActions details={details} /> : null}
      <section>
        <h2>{words.detail.history}</h2>
        <History history={history} isWaiting={message.waiting !== null} />
      </section>
      <section>
        <h2>{words.detail.facts}</h2>
        <Facts details={details} />
      </section>
    </div>
  );
}

function Waiting({ message }: { message: MessageDetails["message"] }): ReactNode {
  const { messages: words, meanings } = useWords();
  const { waiting } = message;
  if (waiting === null) return null;
  return (
    <Note kind="wait" title={words.detail.why}>
      <p>{meanings[waiting.why.code] ?? waiting.why.text}</p>
      <p>
        {words.detail.next}: <Time at={waiting.nextAttemptAt} isRelative /> (
        <Time at={waiting.nextAttemptAt} />)
      </p>
    </Note>
  );
}

function Facts({ details }: { details: MessageDetails }): ReactNode {
  const { words, format } = useSpeech();
  const { detail } = words.messages;
  const { message, content, contentUntil } = details;
  const { recipient } = message;
  const to = recipient.name === "" ? recipient.address : `${recipient.name} <${recipient.address}>`;
  const rows: readonly (readonly [string, ReactNode])[] = [
    [detail.from, message.from],
    [detail.to, to],
    [detail.accepted, <Time key="at" at={message.acceptedAt} />],
    [detail.attempts, format.number(message.attempts)],
    [detail.size, format.size(message.sizeBytes)],
    [detail.customId, message.customId],
    [detail.payload, message.eventPayload],
    [
      detail.content,
      <span key="until">
        {content === "readable" ? detail.readable : detail.gone} <Time at={contentUntil} />
      </span>,
    ],
    [detail.id, <code key="id">{message.id}</code>],
  ];
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== "" && value !== null)
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
