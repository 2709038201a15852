import { type ReactNode, useEffect } from "react";
import type { Session } from "../api/session.ts";
import { Button } from "../parts/button.tsx";
import { Mark } from "../shell/mark.tsx";
import { useWords } from "../words/provider.tsx";

interface OtherAccountProps {
  session: Session;
  isBusy: boolean;
  onStay: () => void;
  onLeave: () => void;
}

/** Asks before a link takes somebody out of the account they are signed in to: it may be somebody else's link. */
export function OtherAccount({ session, isBusy, onStay, onLeave }: OtherAccountProps): ReactNode {
  const { signIn } = useWords();
  useEffect(() => {
    document.title = `${signIn.otherTitle} · Facteur`;
  }, [signIn.otherTitle]);
  return (
    <div className="entrance">
      <main className="entrance-card">
        <p className="brand">
          <Mark />
          <span>Facteur</span>
        </p>
        <h1>{signIn.otherTitle}</h1>
        <p className="lead">{signIn.otherText(session.account.address)}</p>
        <div className="card-actions">
          <Button look="primary" onClick={onStay}>
            {signIn.otherStay}
          </Button>
          <Button isBusy={isBusy} onClick={onLeave}>
            {signIn.otherGo}
          </Button>
        </div>
      </main>
    </div>
  );
}
