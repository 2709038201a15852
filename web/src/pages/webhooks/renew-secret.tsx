import type { ReactNode } from "react";
import { useRenewSecret, type Webhook } from "../../api/webhooks.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { useWords } from "../../words/provider.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

/** Makes a new secret, and shows it once. */
export function RenewSecret({ webhook, onClose }: { webhook: Webhook; onClose: () => void }): ReactNode {
  const { webhooks: words } = useWords();
  const renew = useRenewSecret();
  if (renew.data !== undefined)
    return <SecretDialog key="made" secret={renew.data.secret} onClose={onClose} />;
  return (
    <Confirm
      title={words.renew}
      text={webhook.isSigned ? words.renewAsk : words.firstAsk}
      action={words.renew}
      isBusy={renew.isPending}
      error={renew.error}
      onConfirm={() => renew.mutate(webhook.id)}
      onClose={onClose}
    />
  );
}
