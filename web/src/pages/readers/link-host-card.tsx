import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { type LinkHost, useLinkHost, useRemoveLinkHost, useSetLinkHost } from "../../api/link-hosts.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { CopyButton } from "../../parts/copy.tsx";
import { Field } from "../../parts/field.tsx";
import { announce } from "../../parts/live.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { useWords } from "../../words/provider.tsx";

// A record that has just been published is seen soon, and neither DNS nor host are asked without end.
const lookEveryMs = 20_000;

const looks = {
  waiting: "tag tag-wait",
  unreachable: "tag tag-bad",
  ready: "tag tag-good",
} as const satisfies Record<LinkHost["state"], string>;

/** One domain: where its links lead, what is still missing, and how that is mended. */
export function LinkHostCard({ domain, mayManage }: { domain: string; mayManage: boolean }): ReactNode {
  const { readers: words, loading } = useWords();
  const found = useLinkHost(domain);
  return (
    <article className="card">
      <div className="card-head">
        <h2 className="card-title" translate="no">
          {domain}
        </h2>
        {found.data === undefined ? null : found.data === null ? (
          <span className="tag tag-still">{words.ownHost}</span>
        ) : (
          <span className={looks[found.data.state]}>{words.hostStates[found.data.state]}</span>
        )}
      </div>
      {found.isPending ? <p className="soft">{loading}</p> : null}
      {found.error === null ? null : <ProblemNote error={found.error} onRetry={found.refetch} />}
      {found.data === null && mayManage ? <NameHost domain={domain} /> : null}
      {found.data === null && !mayManage ? <p>{words.ownHostText}</p> : null}
      {found.data === null || found.data === undefined ? null : (
        <Named host={found.data} mayManage={mayManage} />
      )}
    </article>
  );
}

function NameHost({ domain }: { domain: string }): ReactNode {
  const { readers: words } = useWords();
  const set = useSetLinkHost(domain);
  const [host, setHost] = useState(`links.${domain}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!set.isPending) set.mutate(host.trim());
  };
  return (
    <form className="row-form" onSubmit={submit} noValidate>
      <Field label={words.hostLabel(domain)} hint={words.hostHint}>
        {(field) => (
          <input
            {...field}
            type="text"
            inputMode="url"
            value={host}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setHost(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" isBusy={set.isPending}>
        {words.nameHost}
      </Button>
      {set.error === null ? null : <ProblemNote error={set.error} />}
    </form>
  );
}

function Named({ host: found, mayManage }: { host: LinkHost; mayManage: boolean }): ReactNode {
  const { readers: words } = useWords();
  const { domain, host, target, state, checkedAt } = found;
  const set = useSetLinkHost(domain);
  const { mutate } = set;
  const [isRemoving, setRemoving] = useState(false);
  // A look takes seconds, and one that is under way while the host is removed would find fault with that.
  const isWatched = state !== "ready" && mayManage && !isRemoving;
  useEffect(() => {
    if (!isWatched) return;
    const timer = window.setInterval(() => {
      if (!document.hidden) mutate(host);
    }, lookEveryMs);
    return () => window.clearInterval(timer);
  }, [isWatched, host, mutate]);
  return (
    <>
      <p>{words.hostTexts[state](host)}</p>
      {state === "waiting" ? <Publish host={host} target={target} /> : null}
      {set.error === null ? null : <ProblemNote error={set.error} onRetry={() => mutate(host)} />}
      <p className="soft">
        {words.lookedAt} <Time at={checkedAt} isRelative />.{" "}
        {state === "ready" || !mayManage ? null : words.lookedAgain}
      </p>
      {mayManage ? (
        <div className="card-actions">
          <Button isBusy={set.isPending} onClick={() => mutate(host)}>
            {words.look}
            <span className="unseen">: {host}</span>
          </Button>
          <RemoveHost domain={domain} host={host} isAsking={isRemoving} onAsk={setRemoving} />
        </div>
      ) : null}
    </>
  );
}

function Publish({ host, target }: { host: string; target: string }): ReactNode {
  const { record } = useWords().domains;
  const rows = [
    [record.type, "CNAME"],
    [record.name, host],
    [record.value, target],
  ] as const;
  return (
    <div>
      <p>{record.publish}</p>
      <dl className="facts facts-copy">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code translate="no">{value}</code>
              {label === record.type ? null : <CopyButton text={value} of={`CNAME: ${label}`} />}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface RemoveHostProps {
  domain: string;
  host: string;
  isAsking: boolean;
  onAsk: (isAsking: boolean) => void;
}

function RemoveHost({ domain, host, isAsking, onAsk }: RemoveHostProps): ReactNode {
  const { readers: words } = useWords();
  const remove = useRemoveLinkHost(domain);
  return (
    <>
      <Button look="quiet" aria-label={words.removeHostOf(host)} onClick={() => onAsk(true)}>
        {words.removeHost}
      </Button>
      {isAsking ? (
        <Confirm
          title={words.removeHostOf(host)}
          text={words.removeHostAsk}
          action={words.removeHost}
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => announce(words.hostRemoved(domain)) })}
          onClose={() => onAsk(false)}
        />
      ) : null}
    </>
  );
}
