import type { ReactNode } from "react";
import { useEmptyInbox } from "../../api/inbox.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { go } from "../../shell/router.tsx";
import { useSpeech } from "../../words/provider.tsx";

/** Asks before everything is removed. */
export function EmptyInbox({ onClose }: { onClose: () => void }): ReactNode {
  const { words, format } = useSpeech();
  const { inbox } = words;
  const empty = useEmptyInbox();
  const confirm = () =>
    empty.mutate(undefined, {
      onSuccess: ({ removed }) => {
        announce(inbox.emptied(removed, format.number(removed)));
        onClose();
        go("/inbox", { replace: true });
      },
    });
  return (
    <Confirm
      title={inbox.empty}
      text={inbox.emptyAsk}
      action={inbox.empty}
      isBusy={empty.isPending}
      error={empty.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
