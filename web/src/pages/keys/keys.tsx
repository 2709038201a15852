import { type ReactNode, useState } from "react";
import { type ApiKey, useChangeKey, useKeys } from "../../api/keys.ts";
import { Button } from "../../parts/button.tsx";
import { announce } from "../../parts/live.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";
import { type KeyAct, KeyTable } from "./key-table.tsx";
import { MakeKey } from "./make-key.tsx";
import { RenameKey } from "./rename-key.tsx";
import { RevokeKey } from "./revoke-key.tsx";
import { SwitchOffKey } from "./switch-off-key.tsx";

type Doing = { kind: "nothing" } | { kind: "making" } | { kind: KeyAct; key: ApiKey; name: string };

/** Key pairs: what each may, when it was used, and the way to rest it or be rid of it. */
export function Keys(): ReactNode {
  const { keys: words, loading } = useWords();
  const keys = useKeys();
  const change = useChangeKey();
  const [doing, setDoing] = useState<Doing>({ kind: "nothing" });
  const stop = () => setDoing({ kind: "nothing" });
  const make = (
    <Button look="primary" onClick={() => setDoing({ kind: "making" })}>
      {words.make}
    </Button>
  );
  const act = (kind: KeyAct, key: ApiKey, name: string) => {
    if (kind !== "switchOn") return setDoing({ kind, key, name });
    change.mutate(
      { id: key.id, change: { isActive: true } },
      { onSuccess: () => announce(words.switchedOn(name)) },
    );
  };
  return (
    <Page title={words.title} lead={words.lead} actions={make} isWide>
      {keys.isPending ? <p className="soft">{loading}</p> : null}
      {keys.error === null ? null : <ProblemNote error={keys.error} onRetry={keys.refetch} />}
      {change.error === null ? null : <ProblemNote error={change.error} />}
      {keys.data === undefined ? null : <KeyTable keys={keys.data} onAct={act} />}
      <KeyDialog doing={doing} onClose={stop} />
    </Page>
  );
}

function KeyDialog({ doing, onClose }: { doing: Doing; onClose: () => void }): ReactNode {
  switch (doing.kind) {
    case "making":
      return <MakeKey onClose={onClose} />;
    case "rename":
      return <RenameKey apiKey={doing.key} onClose={onClose} />;
    case "switchOff":
      return <SwitchOffKey apiKey={doing.key} name={doing.name} onClose={onClose} />;
    case "revoke":
      return <RevokeKey apiKey={doing.key} onClose={onClose} />;
    default:
      return null;
  }
}
