import { type FormEvent, type ReactNode, useState } from "react";
import {
  type NewWebhook,
  useAddWebhook,
  useChangeWebhook,
  type Webhook,
  type WebhookEvent,
  webhookEvents,
} from "../../api/webhooks.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";

// What most programs want to know: what became of a message, and what its reader wants.
const usual: readonly WebhookEvent[] = ["sent", "bounced", "blocked", "unsubscribed", "complained"];

interface WebhookFormProps {
  /** The one to change; none to add one. */
  webhook?: Webhook;
  /** With the new one and its secret; null where one was changed or nothing was done. */
  onDone: (made: NewWebhook | null) => void;
}

/** Says where events go, and which. */
export function WebhookForm({ webhook, onDone }: WebhookFormProps): ReactNode {
  const { webhooks: words, actions } = useWords();
  const add = useAddWebhook();
  const change = useChangeWebhook();
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [events, setEvents] = useState<readonly WebhookEvent[]>(
    webhook === undefined ? usual : webhookEvents.filter((event) => webhook.events.includes(event)),
  );
  const [isTried, setTried] = useState(false);
  const { error, isPending } = webhook === undefined ? add : change;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (events.length === 0 || isPending) return;
    const wish = { url: url.trim(), events: [...events] };
    if (webhook === undefined) return add.mutate(wish, { onSuccess: onDone });
    // The URL is shown without its user and password: unchanged, it is not sent, so that they stay.
    const changed = wish.url === webhook.url ? { events: wish.events } : wish;
    change.mutate({ id: webhook.id, change: changed }, { onSuccess: () => onDone(null) });
  };
  return (
    <Dialog title={webhook === undefined ? words.add : words.change} onClose={() => onDone(null)}>
      <form className="form" onSubmit={submit} noValidate>
        <Field label={words.url} hint={webhook?.hasCredentials === true ? words.urlKept : words.urlHint}>
          {(field) => (
            <input
              {...field}
              type="url"
              inputMode="url"
              value={url}
              autoComplete="off"
              spellCheck={false}
              aria-invalid={error !== null}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <EventChoice chosen={events} onChoose={setEvents} />
        {isTried && events.length === 0 ? <Note kind="bad" title={words.eventsMissing} /> : null}
        {error === null ? null : <ProblemNote error={error} />}
        <div className="dialog-actions">
          <Button onClick={() => onDone(null)}>{actions.cancel}</Button>
          <Button look="primary" type="submit" isBusy={isPending}>
            {webhook === undefined ? words.addAction : actions.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface EventChoiceProps {
  chosen: readonly WebhookEvent[];
  onChoose: (events: readonly WebhookEvent[]) => void;
}

function EventChoice({ chosen, onChoose }: EventChoiceProps): ReactNode {
  const { webhooks: words, messages } = useWords();
  const turn = (event: WebhookEvent) =>
    onChoose(chosen.includes(event) ? chosen.filter((each) => each !== event) : [...chosen, event]);
  return (
    <fieldset className="checks checks-two">
      <legend>{words.events}</legend>
      {webhookEvents.map((event) => (
        <label key={event}>
          <input type="checkbox" checked={chosen.includes(event)} onChange={() => turn(event)} />
          <span>{messages.event.kinds[event]}</span>
        </label>
      ))}
    </fieldset>
  );
}
