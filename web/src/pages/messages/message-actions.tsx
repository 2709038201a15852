import { type ReactNode, useState } from "react";
import { isWaiting, type MessageDetails, useCancelMessage, useRetryMessage } from "../../api/messages.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";

const endedWithout = new Set(["bounced", "blocked", "expired", "unknown"]);

/** What can be done about a message: try it now, cancel it, hand it in again. */
export function MessageActions({ details }: { details: MessageDetails }): ReactNode {
  const { message, content } = details;
  const waits = isWaiting(message.state);
  const canResend = endedWithout.has(message.state) && content === "readable";
  if (!waits && !canResend) return null;
  return (
    <div className="message-actions">
      {waits ? <RetryNow id={message.id} /> : <SendAgain id={message.id} />}
      {waits ? <Cancel id={message.id} /> : null}
    </div>
  );
}

function RetryNow({ id }: { id: string }): ReactNode {
  const { detail } = useWords().messages;
  const retry = useRetryMessage(id);
  const act = () => retry.mutate(undefined, { onSuccess: () => announce(detail.retriedNow) });
  return (
    <>
      <Button isBusy={retry.isPending} onClick={act}>
        {detail.retryNow}
      </Button>
      {retry.error === null ? null : <ProblemNote error={retry.error} />}
    </>
  );
}

function SendAgain({ id }: { id: string }): ReactNode {
  const { detail } = useWords().messages;
  const [isAsking, setAsking] = useState(false);
  const retry = useRetryMessage(id);
  const newId = retry.data?.newId ?? null;
  const act = () =>
    retry.mutate(undefined, {
      onSuccess: () => {
        setAsking(false);
        announce(detail.sentAgain);
      },
    });
  if (newId !== null)
    return (
      <Note kind="good" title={detail.sentAgain}>
        <Link to={`/messages/${newId}`}>{detail.openNew}</Link>
      </Note>
    );
  return (
    <>
      <Button onClick={() => setAsking(true)}>{detail.sendAgain}</Button>
      {isAsking ? (
        <Confirm
          title={detail.sendAgain}
          text={detail.sendAgainAsk}
          action={detail.sendAgain}
          isBusy={retry.isPending}
          error={retry.error}
          onConfirm={act}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

function Cancel({ id }: { id: string }): ReactNode {
  const { detail } = useWords().messages;
  const [isAsking, setAsking] = useState(false);
  const cancel = useCancelMessage(id);
  const act = () =>
    cancel.mutate(undefined, {
      onSuccess: ({ state }) => {
        setAsking(false);
        announce(state === "cancelled" ? detail.cancelled : detail.underway);
      },
    });
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {detail.cancel}
      </Button>
      {cancel.data?.state === "underway" ? <Note kind="wait" title={detail.underway} /> : null}
      {isAsking ? (
        <Confirm
          title={detail.cancel}
          text={detail.cancelAsk}
          action={detail.cancel}
          isBusy={cancel.isPending}
          error={cancel.error}
          onConfirm={act}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
