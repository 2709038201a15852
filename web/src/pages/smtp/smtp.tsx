import { type ReactNode, useState } from "react";
import { useCreateKey, useKeys } from "../../api/keys.ts";
import { useMadeKey } from "../../api/made-key.ts";
import type { Session } from "../../api/session.ts";
import { Button } from "../../parts/button.tsx";
import { Code } from "../../parts/code.tsx";
import { CopyButton } from "../../parts/copy.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Field } from "../../parts/field.tsx";
import { Note } from "../../parts/note.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { Link } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { isHere } from "../first-steps/snippets.ts";
import { choiceOf } from "./choice.ts";
import { type Access, languages, linesFor, type Program, programs } from "./lines.ts";
import { LiveTest } from "./live-test.tsx";

type Submission = NonNullable<Session["submission"]>;

/** How programs hand in mail by SMTP: where, with what, written down for each, and whether it works. */
export function Smtp({ session }: { session: Session }): ReactNode {
  const { smtp: words } = useWords();
  const { submission } = session;
  return (
    <Page title={words.title} lead={words.lead}>
      {submission === null ? (
        <Empty title={words.offTitle}>
          <p>{words.offText}</p>
        </Empty>
      ) : (
        <Room submission={submission} from={session.account.address} />
      )}
    </Page>
  );
}

function Room({ submission, from }: { submission: Submission; from: string }): ReactNode {
  const { smtp: words } = useWords();
  const { key: made, keep } = useMadeKey();
  const keys = useKeys();
  const create = useCreateKey();
  const [asked, setAsked] = useState<string | null>(null);
  const known = keys.error === null ? (keys.data ?? null) : null;
  const { able, user, secret } = choiceOf({ keys: known, made, asked });
  const make = () =>
    create.mutate(
      { name: words.keyName, scopes: ["send"] },
      {
        onSuccess: (key) => {
          keep(key);
          setAsked(key.publicKey);
        },
      },
    );
  return (
    <div className="domains">
      <section className="block">
        <h2>{words.access}</h2>
        {keys.error === null ? null : <ProblemNote error={keys.error} onRetry={keys.refetch} />}
        <AccessTable submission={submission} user={user} secret={secret} />
        <div className="card-actions">
          {able.length > 1 ? (
            <Field label={words.withKey}>
              {(field) => (
                <select {...field} value={user ?? ""} onChange={(event) => setAsked(event.target.value)}>
                  {able.map(({ id, name, publicKey, isPrimary }) => (
                    <option key={id} value={publicKey}>
                      {`${name === "" && isPrimary ? words.primary : name} (${publicKey.slice(0, 8)}…)`}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ) : null}
          <Button look={secret === null ? "primary" : "plain"} isBusy={create.isPending} onClick={make}>
            {words.makeKey}
          </Button>
        </div>
        {create.error === null ? null : <ProblemNote error={create.error} />}
        {secret === null ? null : (
          <Note kind="wait">
            <p>{words.secretOnce}</p>
          </Note>
        )}
      </section>
      <Programs submission={submission} user={user} secret={secret} from={from} />
      <LiveTest />
    </div>
  );
}

interface AccessTableProps {
  submission: Submission;
  /** Null where there is no pair that may send, or none is known. */
  user: string | null;
  secret: string | null;
}

function AccessTable({ submission, user, secret }: AccessTableProps): ReactNode {
  const { smtp: words, firstSteps } = useWords();
  const { host, port, tls, implicitTlsPort } = submission;
  const texts = firstSteps.send;
  const rows: readonly (readonly [string, string | null, string])[] = [
    [texts.host, host, ""],
    [texts.port, String(port), texts.encryptions[tls]],
    ...(implicitTlsPort === null
      ? []
      : [[words.otherPort, String(implicitTlsPort), texts.encryptions.implicit] as const]),
    [texts.user, user, words.userIsKey],
  ];
  return (
    <dl className="facts facts-copy">
      {rows.map(([label, value, remark]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value === null ? null : (
              <>
                <code translate="no">{value}</code>
                <CopyButton text={value} of={label} />
              </>
            )}
            {remark === "" ? null : <span className="soft">{remark}</span>}
          </dd>
        </div>
      ))}
      <div>
        <dt>{texts.password}</dt>
        <dd>
          {secret === null ? (
            <span>
              {words.secretGone} <Link to="/keys">{words.toKeys}</Link>
            </span>
          ) : (
            <>
              <code translate="no">{secret}</code>
              <CopyButton text={secret} of={texts.password} />
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}

function Programs({ submission, user, secret, from }: AccessTableProps & { from: string }): ReactNode {
  const { smtp: words } = useWords();
  const [program, setProgram] = useState<Program>("swaks");
  const { host, port, tls } = submission;
  const access: Access = {
    host,
    port,
    tls,
    user: user ?? words.userMissing,
    secret: secret ?? "SECRET_KEY",
    from,
  };
  return (
    <section className="block">
      <h2>{words.programs}</h2>
      {secret === null ? <p className="soft">{words.withoutSecret}</p> : null}
      <Tabs
        label={words.programs}
        tabs={programs.map((name) => ({ name, title: words.programNames[name] }))}
        chosen={program}
        onChoose={setProgram}
      >
        <Code
          text={linesFor(program, access)}
          label={words.programNames[program]}
          language={languages[program]}
        />
        {isHere(host) ? <p className="soft">{words.ownCertificate}</p> : null}
      </Tabs>
    </section>
  );
}
