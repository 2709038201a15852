import type { ReactNode } from "react";
import { useWords } from "../words/provider.tsx";
import { CopyButton } from "./copy.tsx";

/** A key pair with its secret, each half to be copied. */
export function Pair({ publicKey, secretKey }: { publicKey: string; secretKey: string }): ReactNode {
  const words = useWords().firstSteps.key;
  const rows = [
    [words.publicKey, publicKey],
    [words.secretKey, secretKey],
  ] as const;
  return (
    <dl className="pair">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <code translate="no">{value}</code>
            <CopyButton text={value} of={label} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
