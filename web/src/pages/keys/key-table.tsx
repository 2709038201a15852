import type { ReactNode } from "react";
import type { ApiKey } from "../../api/keys.ts";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/time.tsx";
import { useSpeech, useWords } from "../../words/provider.tsx";

/** What can be done to a key pair. */
export type KeyAct = "rename" | "switchOff" | "switchOn" | "revoke";

interface KeyTableProps {
  keys: readonly ApiKey[];
  onAct: (act: KeyAct, key: ApiKey, name: string) => void;
}

/** Every key pair, one a row. */
export function KeyTable({ keys, onAct }: KeyTableProps): ReactNode {
  const { words } = useSpeech();
  const { columns, caption } = words.keys;
  return (
    <table className="table table-cards">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.name}</th>
          <th scope="col">{columns.key}</th>
          <th scope="col">{columns.may}</th>
          <th scope="col">{columns.used}</th>
          <th scope="col">{columns.made}</th>
          <th scope="col">
            <span className="unseen">{columns.action}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} onAct={onAct} />
        ))}
      </tbody>
    </table>
  );
}

function KeyRow({ apiKey, onAct }: Pick<KeyTableProps, "onAct"> & { apiKey: ApiKey }): ReactNode {
  const { words, format } = useSpeech();
  const { columns, unnamed, primary, inactive, never, scopes } = words.keys;
  const { name, publicKey, isPrimary, isActive, lastUsedOn, createdAt } = apiKey;
  const shown = name === "" ? (isPrimary ? primary : unnamed) : name;
  return (
    <tr>
      <th scope="row">
        {shown} {isPrimary && shown !== primary ? <span className="tag">{primary}</span> : null}
        {isActive ? null : <span className="tag tag-bad">{inactive}</span>}
      </th>
      <td data-label={columns.key}>
        <code translate="no">{publicKey}</code>
      </td>
      <td data-label={columns.may}>{format.list(apiKey.scopes.map((scope) => scopes[scope]))}</td>
      <td data-label={columns.used}>{lastUsedOn === null ? never : format.day(lastUsedOn)}</td>
      <td data-label={columns.made}>
        <Time at={createdAt} />
      </td>
      <td>
        <div className="row-actions">
          <KeyActs apiKey={apiKey} name={shown} onAct={onAct} />
        </div>
      </td>
    </tr>
  );
}

function KeyActs({ apiKey, name, onAct }: Pick<KeyTableProps, "onAct"> & { apiKey: ApiKey; name: string }) {
  const { keys: words } = useWords();
  const { isPrimary, isActive } = apiKey;
  const acts: KeyAct[] = isPrimary ? ["rename"] : ["rename", isActive ? "switchOff" : "switchOn", "revoke"];
  return acts.map((act) => (
    <Button
      key={act}
      look="quiet"
      aria-label={words[`${act}Of`](name)}
      onClick={() => onAct(act, apiKey, name)}
    >
      {words[act]}
    </Button>
  ));
}
