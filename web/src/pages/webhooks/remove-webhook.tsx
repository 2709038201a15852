import type { ReactNode } from "react";
import { useRemoveWebhook, type Webhook } from "../../api/webhooks.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { go } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";

/** Asks before a webhook goes, with its log. */
export function RemoveWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }): ReactNode {
  const { webhooks: words } = useWords();
  const remove = useRemoveWebhook();
  const confirm = () =>
    remove.mutate(webhook.id, {
      onSuccess: () => {
        announce(words.removed);
        go("/webhooks");
      },
    });
  return (
    <Confirm
      title={words.removeTitle}
      text={words.removeAsk(webhook.url)}
      action={words.remove}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
