import { type ReactNode, useEffect, useRef, useState } from "react";
import { ApiProblem } from "../../api/client.ts";
import { type InboxMessage, useInboxMessage, useInboxSource } from "../../api/inbox.ts";
import { Code } from "../../parts/code.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { Time } from "../../parts/time.tsx";
import { Link } from "../../shell/router.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { Attachments } from "./attachments.tsx";
import { HeaderTable } from "./header-table.tsx";
import { LetterFrame } from "./letter-frame.tsx";
import { Signatures } from "./signatures.tsx";

/** One message, in every form it has. */
export function Reader({ id }: { id: string }): ReactNode {
  const { inbox, loading } = useWords();
  const message = useInboxMessage(id);
  return (
    <article className="reader">
      <Link to="/inbox" className="reader-back">
        {inbox.back}
      </Link>
      {message.error === null ? null : <Trouble error={message.error} onRetry={message.refetch} />}
      {message.isPending ? <p className="soft">{loading}</p> : null}
      {message.data === undefined ? null : <Opened message={message.data} />}
    </article>
  );
}

function Trouble({ error, onRetry }: { error: Error; onRetry: () => void }): ReactNode {
  const { inbox } = useWords();
  if (error instanceof ApiProblem && error.status === 404) return <Note kind="info" title={inbox.gone} />;
  return <ProblemNote error={error} onRetry={onRetry} />;
}

type View = "message" | "text" | "headers" | "signed" | "source";
const views: readonly View[] = ["message", "text", "headers", "signed", "source"];

function Opened({ message }: { message: InboxMessage }): ReactNode {
  const { inbox } = useWords();
  const [view, setView] = useState<View>("message");
  return (
    <>
      <ReaderHead message={message} />
      <Attachments message={message} />
      <Tabs
        label={inbox.views}
        tabs={views.map((name) => ({ name, title: inbox[name] }))}
        chosen={view}
        onChoose={setView}
      >
        <ViewOf view={view} message={message} />
      </Tabs>
    </>
  );
}

function ReaderHead({ message }: { message: InboxMessage }): ReactNode {
  const { words, format } = useSpeech();
  const { inbox } = words;
  const { subject, at, to, sizeBytes, messageId } = message;
  const heading = useRef<HTMLHeadingElement>(null);
  // Coming from the list, the message is what is read next.
  useEffect(() => heading.current?.focus(), []);
  return (
    <header className="reader-head">
      <h2 ref={heading} tabIndex={-1}>
        {subject === "" ? inbox.noSubject : subject}
      </h2>
      <dl className="facts">
        <div>
          <dt>{inbox.from}</dt>
          <dd translate="no">{message.from}</dd>
        </div>
        <div>
          <dt>{inbox.to}</dt>
          <dd translate="no">{to}</dd>
        </div>
        <div>
          <dt>{inbox.at}</dt>
          <dd>
            <Time at={at} /> · {format.size(sizeBytes)}
          </dd>
        </div>
      </dl>
      <Link to={`/messages/${messageId}`}>{inbox.history}</Link>
    </header>
  );
}

function ViewOf({ view, message }: { view: View; message: InboxMessage }): ReactNode {
  const { inbox } = useWords();
  const { id, html, text, headers, signatures } = message;
  switch (view) {
    case "message":
      if (html !== null) return <LetterFrame html={html} />;
      return (
        <>
          <p className="soft">{inbox.noHtml}</p>
          <PlainText text={text ?? ""} />
        </>
      );
    case "text":
      return text === null ? <Note kind="info" title={inbox.noText} /> : <PlainText text={text} />;
    case "headers":
      return <HeaderTable headers={headers} />;
    case "signed":
      return <Signatures signatures={signatures} />;
    case "source":
      return <Source id={id} />;
  }
}

function Source({ id }: { id: string }): ReactNode {
  const { inbox, loading } = useWords();
  const source = useInboxSource(id);
  if (source.error !== null) return <ProblemNote error={source.error} onRetry={source.refetch} />;
  if (source.data === undefined) return <p className="soft">{loading}</p>;
  return <Code text={source.data} label={inbox.source} language="message/rfc822" />;
}

function PlainText({ text }: { text: string }): ReactNode {
  return <div className="plain-text">{text.trimEnd()}</div>;
}
