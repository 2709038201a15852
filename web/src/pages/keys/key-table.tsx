import type { ReactNode } from "react";
import type { ApiKey } from "../../api/keys.ts";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/time.tsx";
import { useSpeech } from "../../words/provider.tsx";

interface KeyTableProps {
  keys: readonly ApiKey[];
  onRevoke: (key: ApiKey) => void;
}

/** Every key pair, one a row. */
export function KeyTable({ keys, onRevoke }: KeyTableProps): ReactNode {
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
          <KeyRow key={key.id} apiKey={key} onRevoke={onRevoke} />
        ))}
      </tbody>
    </table>
  );
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: (key: ApiKey) => void }): ReactNode {
  const { words, format } = useSpeech();
  const { columns, unnamed, primary, inactive, never, scopes, revoke, revokeOf } = words.keys;
  const { name, publicKey, isPrimary, isActive, lastUsedOn, createdAt } = apiKey;
  const shown = name === "" ? (isPrimary ? primary : unnamed) : name;
  return (
    <tr>
      <th scope="row">
        {shown} {isPrimary && name !== "" ? <span className="tag">{primary}</span> : null}
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
        {isPrimary ? null : (
          <Button look="quiet" aria-label={revokeOf(shown)} onClick={() => onRevoke(apiKey)}>
            {revoke}
          </Button>
        )}
      </td>
    </tr>
  );
}
