import type { ReactNode } from "react";
import { type ApiKey, useChangeKey } from "../../api/keys.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { useWords } from "../../words/provider.tsx";

interface SwitchOffKeyProps {
  apiKey: ApiKey;
  name: string;
  onClose: () => void;
}

/** Asks before programs are refused; switching on again asks nothing. */
export function SwitchOffKey({ apiKey, name, onClose }: SwitchOffKeyProps): ReactNode {
  const { keys: words } = useWords();
  const change = useChangeKey();
  const confirm = () =>
    change.mutate(
      { id: apiKey.id, change: { isActive: false } },
      {
        onSuccess: () => {
          announce(words.switchedOff(name));
          onClose();
        },
      },
    );
  return (
    <Confirm
      title={words.switchOffOf(name)}
      text={words.switchOffAsk(name)}
      action={words.switchOff}
      isBusy={change.isPending}
      error={change.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
