import { type ReactNode, useState } from "react";
import { type Sender, useConfirmSender, useRemoveSender, useSenders } from "../../api/senders.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { useWords } from "../../words/provider.tsx";
import { AddSender } from "./add-sender.tsx";

/** Single addresses that may send, or will once their owner agrees. Whole domains stand above, as domains. */
export function Senders({ mayManage }: { mayManage: boolean }): ReactNode {
  const { senders: words } = useWords();
  const senders = useSenders();
  const single = senders.data?.filter(({ isDomainWide }) => !isDomainWide) ?? [];
  return (
    <section className="block">
      <h2>{words.title}</h2>
      <p>{words.lead}</p>
      {senders.error === null ? null : <ProblemNote error={senders.error} onRetry={senders.refetch} />}
      {single.length === 0 ? null : <SenderTable senders={single} mayManage={mayManage} />}
      {mayManage ? <AddSender /> : null}
    </section>
  );
}

function SenderTable({ senders, mayManage }: { senders: readonly Sender[]; mayManage: boolean }): ReactNode {
  const { senders: words } = useWords();
  const { columns } = words;
  return (
    <table className="table table-cards">
      <caption className="unseen">{words.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.address}</th>
          <th scope="col">{columns.state}</th>
          <th scope="col">
            <span className="unseen">{columns.action}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {senders.map((sender) => (
          <SenderRow key={sender.id} sender={sender} mayManage={mayManage} />
        ))}
      </tbody>
    </table>
  );
}

function SenderRow({ sender, mayManage }: { sender: Sender; mayManage: boolean }): ReactNode {
  const { senders: words } = useWords();
  const { address, state, confirmationEndsAt } = sender;
  return (
    <tr>
      <th scope="row" translate="no">
        {address}
      </th>
      <td data-label={words.columns.state}>
        <span className={state === "active" ? "tag tag-good" : "tag tag-wait"}>{words.states[state]}</span>
        {state === "active" || confirmationEndsAt === null ? null : (
          <p className="soft">
            {words.linkUntil} <Time at={confirmationEndsAt} />
          </p>
        )}
      </td>
      <td>{mayManage ? <SenderActions sender={sender} /> : null}</td>
    </tr>
  );
}

function SenderActions({ sender }: { sender: Sender }): ReactNode {
  const { senders: words } = useWords();
  const [isAsking, setAsking] = useState(false);
  const confirm = useConfirmSender();
  const remove = useRemoveSender();
  const { id, address, state } = sender;
  const mailAgain = () => confirm.mutate(id, { onSuccess: () => announce(words.added(address)) });
  return (
    <>
      {state === "active" ? null : (
        <Button look="quiet" isBusy={confirm.isPending} onClick={mailAgain}>
          {words.again}
          <span className="unseen">: {address}</span>
        </Button>
      )}
      <Button look="quiet" aria-label={words.removeOf(address)} onClick={() => setAsking(true)}>
        {words.remove}
      </Button>
      {confirm.error === null ? null : <ProblemNote error={confirm.error} />}
      {isAsking ? (
        <Confirm
          title={words.removeOf(address)}
          text={words.removeAsk(address)}
          action={words.remove}
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(id, { onSuccess: () => announce(words.removed(address)) })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
