import { type ReactNode, useState } from "react";
import { type ApiKey, useKeys } from "../../api/keys.ts";
import { Button } from "../../parts/button.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";
import { KeyTable } from "./key-table.tsx";
import { MakeKey } from "./make-key.tsx";
import { RevokeKey } from "./revoke-key.tsx";

type Doing = { kind: "nothing" } | { kind: "making" } | { kind: "revoking"; key: ApiKey };

/** Key pairs: what each may, when it was used, and the way to be rid of it. */
export function Keys(): ReactNode {
  const { keys: words, loading } = useWords();
  const keys = useKeys();
  const [doing, setDoing] = useState<Doing>({ kind: "nothing" });
  const stop = () => setDoing({ kind: "nothing" });
  const make = (
    <Button look="primary" onClick={() => setDoing({ kind: "making" })}>
      {words.make}
    </Button>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={make} isWide>
      {keys.isPending ? <p className="soft">{loading}</p> : null}
      {keys.error === null ? null : <ProblemNote error={keys.error} onRetry={keys.refetch} />}
      {keys.data === undefined ? null : (
        <KeyTable keys={keys.data} onRevoke={(key) => setDoing({ kind: "revoking", key })} />
      )}
      {doing.kind === "making" ? <MakeKey onClose={stop} /> : null}
      {doing.kind === "revoking" ? <RevokeKey apiKey={doing.key} onClose={stop} /> : null}
    </Page>
  );
}
