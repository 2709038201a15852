import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "../words/provider.tsx";
import { Button } from "./button.tsx";
import { announce } from "./live.tsx";

// Long enough to be seen, short enough not to be taken for a state.
const shownMs = 2_000;

/** Copies a text. `of` names it for those who do not see what stands beside the button. */
export function CopyButton({ text, of }: { text: string; of: string }): ReactNode {
  const { actions } = useWords();
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state !== "copied") return;
    const timer = window.setTimeout(() => setState("idle"), shownMs);
    return () => window.clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    const isCopied = await copied(text);
    setState(isCopied ? "copied" : "failed");
    announce(isCopied ? `${actions.copied}: ${of}` : actions.copyFailed);
  };
  return (
    <Button look="quiet" onClick={copy} aria-label={`${actions.copy}: ${of}`}>
      {state === "copied" ? actions.copied : actions.copy}
    </Button>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text);
  }
}

// Browsers offer the clipboard to pages of HTTPS and of this machine only; a dashboard in a private network has neither.
function copiedFromField(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  const open = document.querySelector("dialog[open]") ?? document.body;
  open.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  return isCopied;
}
