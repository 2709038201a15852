import type { ReactNode } from "react";
import { periods } from "../../api/period.ts";
import type { Scope } from "../../api/statistics.ts";
import { Choices } from "../../parts/choices.tsx";
import { go } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { placeOf } from "./scope.ts";

/** How far back to look; in the address bar, so that it can be kept and sent to somebody. */
export function PeriodChoice({ base, scope }: { base: string; scope: Scope }): ReactNode {
  const { statistics: words } = useWords();
  return (
    <Choices
      label={words.period}
      choices={periods.map((name) => ({ name, title: words.periods[name] }))}
      chosen={scope.period}
      onChoose={(period) => go(placeOf(base, { ...scope, period }), { replace: true })}
    />
  );
}
