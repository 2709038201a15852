import { type ReactNode, useState } from "react";
import { useChangeWebhook, useWebhooks, type Webhook } from "../../api/webhooks.ts";
import { Button } from "../../parts/button.tsx";
import { announce } from "../../parts/live.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { Link } from "../../shell/router.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";
import { AttemptLog } from "./attempt-log.tsx";
import { eventNames } from "./event-names.ts";
import { RemoveWebhook } from "./remove-webhook.tsx";
import { RenewSecret } from "./renew-secret.tsx";
import { Replays } from "./replays.tsx";
import { TestButton } from "./test-button.tsx";
import { WebhookForm } from "./webhook-form.tsx";
import { WebhookStanding, WebhookTag } from "./webhook-state.tsx";

/** One webhook: how it is doing, what it answered, and what can be done about it. */
export function WebhookPage({ id }: { id: string }): ReactNode {
  const { webhooks: words, loading, problems } = useWords();
  const webhooks = useWebhooks();
  const webhook = webhooks.data?.find((each) => each.id === id);
  const back = <Link to="/webhooks">{words.back}</Link>;
  if (webhook === undefined)
    return (
      <Page title={webhooks.isPending ? words.title : problems.notFound} lead={back}>
        {webhooks.isPending ? <p className="soft">{loading}</p> : null}
        {webhooks.error === null ? null : <ProblemNote error={webhooks.error} onRetry={webhooks.refetch} />}
      </Page>
    );
  return (
    <Page title={webhook.url} windowTitle={words.title} lead={back} isWide>
      <div className="message">
        <div className="message-state">
          <WebhookTag webhook={webhook} />
        </div>
        <WebhookStanding webhook={webhook} />
        <Facts webhook={webhook} />
        <Acts webhook={webhook} />
        <TestButton id={id} />
        <AttemptLog id={id} />
        {webhook.isBackup ? null : <Replays id={id} />}
      </div>
    </Page>
  );
}

function Facts({ webhook }: { webhook: Webhook }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.webhooks;
  const rows = [
    [texts.events, format.list(eventNames(webhook, words))],
    [texts.format, texts.formats[webhook.format]],
    [texts.signature, webhook.isSigned ? texts.signed : texts.unsigned],
    [texts.credentials, webhook.hasCredentials ? texts.withCredentials : texts.withoutCredentials],
    [texts.made, <Time key="made" at={webhook.createdAt} />],
  ] as const;
  return (
    <dl className="facts">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type Doing = "nothing" | "changing" | "renewing" | "removing";

// Webhooks of Mailjet's API are set up there; what can be done to every one is a new secret.
function Acts({ webhook }: { webhook: Webhook }): ReactNode {
  const { webhooks: words } = useWords();
  const change = useChangeWebhook();
  const [doing, setDoing] = useState<Doing>("nothing");
  const stop = () => setDoing("nothing");
  const isOurs = webhook.format === "standard";
  const isAlive = webhook.state === "alive";
  const turn = () =>
    change.mutate(
      { id: webhook.id, change: { state: isAlive ? "dead" : "alive" } },
      { onSuccess: () => announce(isAlive ? words.stopped : words.started) },
    );
  return (
    <div className="message-actions">
      {isOurs ? (
        <>
          <Button look={isAlive ? "plain" : "primary"} isBusy={change.isPending} onClick={turn}>
            {isAlive ? words.stop : words.start}
          </Button>
          <Button onClick={() => setDoing("changing")}>{words.change}</Button>
        </>
      ) : null}
      <Button onClick={() => setDoing("renewing")}>{words.renew}</Button>
      {isOurs ? (
        <Button look="danger" onClick={() => setDoing("removing")}>
          {words.remove}
        </Button>
      ) : (
        <p className="soft">{words.ofMailjet}</p>
      )}
      {change.error === null ? null : <ProblemNote error={change.error} />}
      {doing === "changing" ? <WebhookForm webhook={webhook} onDone={stop} /> : null}
      {doing === "renewing" ? <RenewSecret webhook={webhook} onClose={stop} /> : null}
      {doing === "removing" ? <RemoveWebhook webhook={webhook} onClose={stop} /> : null}
    </div>
  );
}
