import type { ReactNode } from "react";
import { type ApiKey, useRevokeKey } from "../../api/keys.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { useWords } from "../../words/provider.tsx";

/** Asks before a key pair stops working. */
export function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }): ReactNode {
  const { keys: words } = useWords();
  const revoke = useRevokeKey();
  const name = apiKey.name === "" ? apiKey.publicKey : apiKey.name;
  const confirm = () =>
    revoke.mutate(apiKey.id, {
      onSuccess: () => {
        announce(words.revoked(name));
        onClose();
      },
    });
  return (
    <Confirm
      title={words.revokeOf(name)}
      text={words.revokeAsk(name)}
      action={words.revoke}
      isBusy={revoke.isPending}
      error={revoke.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
