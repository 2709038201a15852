import { type ReactNode, useState } from "react";
import {
  type ConsentStandings,
  consentPurposes,
  useConsentState,
  useRecordConsent,
} from "../../api/consents.ts";
import { type CountingMode, useCounting } from "../../api/counting.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { announce } from "../../parts/live.tsx";
import { Time } from "../../parts/time.tsx";
import { useWords } from "../../words/provider.tsx";
import { decisionLooks } from "./consent-table.tsx";
import { effectiveMode } from "./effective-mode.ts";

/** How one reader stands at present, what follows from it, and what can be recorded. */
export function ReaderCard({ address, mayManage }: { address: string; mayManage: boolean }): ReactNode {
  const { readers: words } = useWords();
  const state = useConsentState(address);
  const counting = useCounting();
  const [isAsking, setAsking] = useState(false);
  if (state.data === undefined) return null;
  const hasAny = consentPurposes.some((purpose) => state.data[purpose].state !== "unknown");
  const isGiven = consentPurposes.some((purpose) => state.data[purpose].state === "given");
  return (
    <section className="card" aria-label={words.readerLabel(address)}>
      <div className="card-head">
        <h2 className="card-title" translate="no">
          {state.data.address}
        </h2>
      </div>
      {hasAny ? null : <p>{words.nobody}</p>}
      <dl className="standings">
        {consentPurposes.map((purpose) => (
          <div key={purpose}>
            <dt>{words.purposes[purpose]}</dt>
            <dd>
              <Standing standing={state.data[purpose]} />
              {counting.data === undefined ? null : (
                <span className="soft">
                  {words.effects[purpose][effectOf(state.data[purpose].state, effectiveMode(counting.data))]}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {mayManage && isGiven ? (
        <div className="card-actions">
          <Button look="danger" onClick={() => setAsking(true)}>
            {words.withdraw}
          </Button>
        </div>
      ) : null}
      {isAsking ? <Withdraw address={state.data.address} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

type State = ConsentStandings["opens"]["state"];

function Standing({ standing: { state, since } }: { standing: ConsentStandings["opens"] }): ReactNode {
  const { readers: words } = useWords();
  return (
    <span>
      <span className={state === "unknown" ? "tag tag-still" : decisionLooks[state]}>
        {words.states[state]}
      </span>{" "}
      {since === null ? null : <Time at={since} />}
    </span>
  );
}

function effectOf(state: State, mode: CountingMode): "known" | "counted" | "nothing" {
  if (mode === "off") return "nothing";
  return mode === "identified" && state === "given" ? "known" : "counted";
}

// A withdrawal needs no proof and no date: it takes effect at once (GDPR art. 7(3): as easy as giving it).
function Withdraw({ address, onClose }: { address: string; onClose: () => void }): ReactNode {
  const { readers: words } = useWords();
  const record = useRecordConsent();
  const confirm = () =>
    record.mutate(
      { address, decision: "withdrawn" },
      {
        onSuccess: () => {
          announce(words.withdrawn(address));
          onClose();
        },
      },
    );
  return (
    <Confirm
      title={words.withdrawOf(address)}
      text={words.withdrawAsk}
      action={words.withdraw}
      isBusy={record.isPending}
      error={record.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
