import { type FormEvent, type ReactNode, useState } from "react";
import { useReplay, useReplays, type WebhookReplay } from "../../api/webhooks.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { announce } from "../../parts/live.tsx";
import { Note } from "../../parts/note.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";

/** Posts what happened within a time range once more, and shows how far that is. */
export function Replays({ id }: { id: string }): ReactNode {
  const { webhooks: words } = useWords();
  const replays = useReplays(id);
  return (
    <section>
      <h2>{words.replay}</h2>
      <p>{words.replayText}</p>
      <ReplayForm id={id} />
      {replays.data === undefined || replays.data.length === 0 ? null : (
        <ul className="replays">
          {replays.data.map((replay) => (
            <ReplayRow key={replay.id} replay={replay} />
          ))}
        </ul>
      )}
    </section>
  );
}

// Written and read in the person's own time zone, as the browser's field has it.
const dayMs = 86_400_000;

function localText(instant: number): string {
  const at = new Date(instant);
  return new Date(instant - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function ReplayForm({ id }: { id: string }): ReactNode {
  const { webhooks: words } = useWords();
  const replay = useReplay();
  const [range, setRange] = useState(() => ({ since: localText(Date.now() - dayMs), until: "" }));
  const [isTried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (range.since === "" || replay.isPending) return;
    const since = new Date(range.since).toISOString();
    const until = range.until === "" ? {} : { until: new Date(range.until).toISOString() };
    replay.mutate({ id, range: { since, ...until } }, { onSuccess: () => announce(words.replayStarted) });
  };
  return (
    <form className="replay-form" onSubmit={submit} noValidate>
      {(["since", "until"] as const).map((end) => (
        <Field key={end} label={words[end]} {...(end === "until" ? { hint: words.untilHint } : {})}>
          {(field) => (
            <input
              {...field}
              type="datetime-local"
              value={range[end]}
              onChange={(event) => setRange({ ...range, [end]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Button type="submit" isBusy={replay.isPending}>
        {words.replayAction}
      </Button>
      {isTried && range.since === "" ? <Note kind="bad" title={words.sinceMissing} /> : null}
      {replay.error === null ? null : <ProblemNote error={replay.error} />}
    </form>
  );
}

function ReplayRow({ replay }: { replay: WebhookReplay }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.webhooks;
  const { since, until, sent, endedAt } = replay;
  return (
    <li>
      <span className={endedAt === null ? "tag tag-wait" : "tag tag-good"}>
        {endedAt === null ? texts.replayRuns : texts.replayEnded}
      </span>{" "}
      <Time at={since} /> – <Time at={until} />: {texts.replaySent(format.number(sent))}
    </li>
  );
}
