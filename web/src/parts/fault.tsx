import { Component, type ReactNode } from "react";
import { useWords } from "../words/provider.tsx";
import { Button } from "./button.tsx";
import { Note } from "./note.tsx";

/** Keeps a fault of one page from taking the others with it. */
export class Fault extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <FaultNote error={error} />;
  }
}

function FaultNote({ error }: { error: Error }): ReactNode {
  const { problems, actions } = useWords();
  return (
    <div className="page">
      <h1>{problems.broken}</h1>
      <Note kind="bad">
        <p>{problems.brokenHint}</p>
        <p>
          <code>{error.message}</code>
        </p>
        <Button look="primary" onClick={() => window.location.reload()}>
          {actions.reload}
        </Button>
      </Note>
    </div>
  );
}
