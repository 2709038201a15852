import type { ReactNode } from "react";
import { CopyButton } from "./copy.tsx";

interface CodeProps {
  text: string;
  /** What it is: read out, and on the button that copies it. */
  label: string;
  language?: string;
}

/** Something to be copied into a terminal, a program or a DNS zone. */
export function Code({ text, label, language }: CodeProps): ReactNode {
  return (
    <figure className="code" aria-label={label}>
      <div className="code-bar">
        <span aria-hidden="true">{language ?? ""}</span>
        <CopyButton text={text} of={label} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
      <pre tabIndex={0}>
        <code translate="no">{text}</code>
      </pre>
    </figure>
  );
}
