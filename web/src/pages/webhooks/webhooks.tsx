import { type ReactNode, useState } from "react";
import { type NewWebhook, useWebhooks, type Webhook } from "../../api/webhooks.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Link } from "../../shell/router.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { eventNames } from "./event-names.ts";
import { SecretDialog } from "./secret-dialog.tsx";
import { WebhookForm } from "./webhook-form.tsx";
import { WebhookStanding, WebhookTag } from "./webhook-state.tsx";

type Doing = { kind: "nothing" } | { kind: "adding" } | { kind: "added"; webhook: NewWebhook };

/** Where events are posted to, and how each place is doing. */
export function Webhooks(): ReactNode {
  const { webhooks: words, loading } = useWords();
  const webhooks = useWebhooks();
  const [doing, setDoing] = useState<Doing>({ kind: "nothing" });
  const add = (
    <Button look="primary" onClick={() => setDoing({ kind: "adding" })}>
      {words.add}
    </Button>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={add}>
      <div className="domains">
        {webhooks.isPending ? <p className="soft">{loading}</p> : null}
        {webhooks.error === null ? null : <ProblemNote error={webhooks.error} onRetry={webhooks.refetch} />}
        {webhooks.data?.length === 0 ? <Nothing /> : null}
        {webhooks.data?.map((webhook) => (
          <WebhookCard key={webhook.id} webhook={webhook} />
        ))}
      </div>
      {doing.kind === "adding" ? (
        <WebhookForm
          onDone={(made) => setDoing(made === null ? { kind: "nothing" } : { kind: "added", webhook: made })}
        />
      ) : null}
      {doing.kind === "added" ? (
        <SecretDialog secret={doing.webhook.secret} onClose={() => setDoing({ kind: "nothing" })} />
      ) : null}
    </Page>
  );
}

function WebhookCard({ webhook }: { webhook: Webhook }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.webhooks;
  return (
    <article className="card">
      <div className="card-head">
        <h2 className="card-title">
          <Link to={`/webhooks/${webhook.id}`}>
            <span translate="no">{webhook.url}</span>
          </Link>
        </h2>
        <WebhookTag webhook={webhook} />
        {webhook.isBackup ? <span className="tag tag-still">{texts.backup}</span> : null}
      </div>
      <WebhookStanding webhook={webhook} />
      <p className="soft">
        {texts.formats[webhook.format]} · {format.list(eventNames(webhook, words))}
      </p>
    </article>
  );
}

function Nothing(): ReactNode {
  const { webhooks: words } = useWords();
  return (
    <Empty title={words.emptyTitle}>
      <p>{words.emptyText}</p>
      <ul className="teach-list">
        {words.emptyPoints.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </Empty>
  );
}
