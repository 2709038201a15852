import { type ReactNode, useState } from "react";
import type { NewApiKey } from "../../api/keys.ts";
import type { Session } from "../../api/session.ts";
import { Code } from "../../parts/code.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useWords } from "../../words/provider.tsx";
import { curlExample, type Example, isHere, nodeExample, smtpExample } from "./snippets.ts";
import { Step } from "./step.tsx";

type Way = "curl" | "node" | "smtp";

interface SendStepProps {
  session: Session;
  made: NewApiKey | null;
  isDone: boolean;
}

/** Ways to send, with the key in place. */
export function SendStep({ session, made, isDone }: SendStepProps): ReactNode {
  const { firstSteps } = useWords();
  const words = firstSteps.send;
  const [way, setWay] = useState<Way>("curl");
  const ways: Way[] = session.submission === null ? ["curl", "node"] : ["curl", "node", "smtp"];
  const example: Example = {
    publicUrl: session.publicUrl,
    apiKey: made?.publicKey ?? "API_KEY",
    secretKey: made?.secretKey ?? "SECRET_KEY",
    from: { address: session.account.address, name: session.account.name },
    subject: words.subject,
    text: words.greeting,
  };
  return (
    <Step number={2} title={words.title} isDone={isDone}>
      <p>{words.text}</p>
      {made === null ? <p className="soft">{words.withoutKey}</p> : null}
      <Tabs
        label={words.ways}
        tabs={ways.map((name) => ({ name, title: words[name] }))}
        chosen={way}
        onChoose={setWay}
      >
        <Snippet way={way} example={example} submission={session.submission} />
      </Tabs>
    </Step>
  );
}

interface SnippetProps {
  way: Way;
  example: Example;
  submission: Session["submission"];
}

function Snippet({ way, example, submission }: SnippetProps): ReactNode {
  const { firstSteps } = useWords();
  const words = firstSteps.send;
  if (way === "curl") return <Code text={curlExample(example)} label={words.curl} language="sh" />;
  if (way === "node" || submission === null)
    return (
      <>
        <Code text="npm install node-mailjet" label={words.nodeInstall} language="sh" />
        <Code text={nodeExample(example)} label={words.node} language="js" />
      </>
    );
  return (
    <>
      <SmtpSettings example={example} submission={submission} />
      <Code text={smtpExample(example, submission)} label={words.smtpExample} language="sh" />
      {isHere(submission.host) ? <p className="soft">{words.selfSigned}</p> : null}
    </>
  );
}

function SmtpSettings({
  example,
  submission,
}: {
  example: Example;
  submission: NonNullable<Session["submission"]>;
}): ReactNode {
  const { firstSteps } = useWords();
  const words = firstSteps.send;
  const rows = [
    [words.host, submission.host],
    [words.port, String(submission.port)],
    [words.encryption, words.encryptions[submission.tls]],
    [words.user, example.apiKey],
    [words.password, example.secretKey],
  ] as const;
  return (
    <>
      <p>{words.smtpSettings}</p>
      <dl className="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code translate="no">{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
