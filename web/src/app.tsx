import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { ApiProblem } from "./api/client.ts";
import { type Session, useSession, useSignIn } from "./api/session.ts";
import { FirstSteps } from "./pages/first-steps/first-steps.tsx";
import { OtherAccount } from "./pages/other-account.tsx";
import { SignIn } from "./pages/sign-in.tsx";
import { Fault } from "./parts/fault.tsx";
import { Page } from "./parts/page.tsx";
import { matched } from "./shell/pattern.ts";
import { Link, usePlace } from "./shell/router.tsx";
import { Shell } from "./shell/shell.tsx";
import { useWords } from "./words/provider.tsx";

// The first page comes with the shell, since most people see it first; each other one when it is opened.
const Inbox = lazy(async () => ({ default: (await import("./pages/inbox/inbox.tsx")).Inbox }));
const Messages = lazy(async () => ({ default: (await import("./pages/messages/messages.tsx")).Messages }));
const MessagePage = lazy(async () => ({
  default: (await import("./pages/messages/message.tsx")).MessagePage,
}));
const Domains = lazy(async () => ({ default: (await import("./pages/domains/domains.tsx")).Domains }));
const HoldingsPage = lazy(async () => ({
  default: (await import("./pages/holdings/holdings.tsx")).HoldingsPage,
}));
const StatusPage = lazy(async () => ({ default: (await import("./pages/status/status.tsx")).StatusPage }));
const Suppressions = lazy(async () => ({
  default: (await import("./pages/suppressions/suppressions.tsx")).Suppressions,
}));
const Statistics = lazy(async () => ({
  default: (await import("./pages/statistics/statistics.tsx")).Statistics,
}));
const Deliverability = lazy(async () => ({
  default: (await import("./pages/deliverability/deliverability.tsx")).Deliverability,
}));
const ParseRoutes = lazy(async () => ({
  default: (await import("./pages/parse-routes/parse-routes.tsx")).ParseRoutes,
}));
const Readers = lazy(async () => ({ default: (await import("./pages/readers/readers.tsx")).Readers }));
const Smtp = lazy(async () => ({ default: (await import("./pages/smtp/smtp.tsx")).Smtp }));
const Webhooks = lazy(async () => ({ default: (await import("./pages/webhooks/webhooks.tsx")).Webhooks }));
const WebhookPage = lazy(async () => ({
  default: (await import("./pages/webhooks/webhook.tsx")).WebhookPage,
}));
const Keys = lazy(async () => ({ default: (await import("./pages/keys/keys.tsx")).Keys }));

/** The dashboard: signed in, a page within the shell; else the way in. */
export function App(): ReactNode {
  const words = useWords();
  const { signIn, isFollowing } = useLinkOnce();
  // Asked only after the link has been followed: the answer to "nobody" may not come in over it.
  const session = useSession({ isAsked: !isFollowing });
  const hadSession = useRef(false);
  if (session.data) hadSession.current = true;
  if (isFollowing || session.isPending) return <p className="waiting">{words.loading}</p>;
  const { error, variables, isPending } = signIn;
  if (
    session.data &&
    error instanceof ApiProblem &&
    error.code === "other_account" &&
    variables !== undefined
  )
    return (
      <OtherAccount
        session={session.data}
        isBusy={isPending}
        onStay={signIn.reset}
        onLeave={() => signIn.mutate({ ...variables, replace: true })}
      />
    );
  // Nothing that a page of one account holds, typed or made, goes over into another's.
  if (session.data) return <Room key={session.data.account.id} session={session.data} />;
  return <SignIn problem={error ?? session.error} hasEnded={hadSession.current} />;
}

const linkPattern = /^#sign-in=(.+)$/;

// The word leaves the address bar at once: it is of no more use, and nobody shall copy it with the address.
function takeWord(): string | null {
  const word = linkPattern.exec(window.location.hash)?.[1] ?? null;
  if (word !== null) window.history.replaceState(null, "", window.location.pathname);
  return word;
}

const wordOfLink = takeWord();

/** Signs in when the page was opened by a link; also when the link is opened over a page that is open already. */
function useLinkOnce() {
  const signIn = useSignIn();
  const [word, setWord] = useState(wordOfLink);
  const { mutate } = signIn;
  useEffect(() => {
    if (word === null) return;
    mutate({ token: word });
    setWord(null);
  }, [word, mutate]);
  useEffect(() => {
    const listen = () => setWord((waiting) => takeWord() ?? waiting);
    window.addEventListener("hashchange", listen);
    return () => window.removeEventListener("hashchange", listen);
  }, []);
  return { signIn, isFollowing: signIn.isPending || word !== null };
}

function Room({ session }: { session: Session }): ReactNode {
  const { path } = usePlace();
  return (
    <Shell session={session}>
      <Fault key={path.split("/")[1]}>
        <Suspense fallback={<Waiting />}>
          <PageAt path={path} session={session} />
        </Suspense>
      </Fault>
    </Shell>
  );
}

function Waiting(): ReactNode {
  return <p className="waiting">{useWords().loading}</p>;
}

function PageAt({ path, session }: { path: string; session: Session }): ReactNode {
  const may = (permission: Session["permissions"][number]) => session.permissions.includes(permission);
  if (matched("/", path) !== null) return <FirstSteps session={session} />;
  const inbox = matched("/inbox", path) ?? matched("/inbox/:id", path);
  if (inbox !== null) return <Inbox id={inbox.id ?? null} mayEmpty={may("manage")} />;
  if (matched("/messages", path) !== null) return <Messages />;
  const message = matched("/messages/:id", path);
  if (message?.id !== undefined)
    return <MessagePage key={message.id} id={message.id} maySend={may("send")} />;
  if (matched("/domains", path) !== null) return <Domains session={session} />;
  if (matched("/holdings", path) !== null) return <HoldingsPage />;
  if (matched("/status", path) !== null) return <StatusPage />;
  if (matched("/suppressions", path) !== null) return <Suppressions />;
  if (matched("/readers", path) !== null) return <Readers session={session} />;
  if (matched("/statistics", path) !== null) return <Statistics />;
  if (matched("/deliverability", path) !== null) return <Deliverability />;
  if (matched("/parse-routes", path) !== null) return <ParseRoutes />;
  if (matched("/smtp", path) !== null) return <Smtp session={session} />;
  if (matched("/webhooks", path) !== null) return <Webhooks />;
  const webhook = matched("/webhooks/:id", path);
  if (webhook?.id !== undefined) return <WebhookPage key={webhook.id} id={webhook.id} />;
  if (matched("/keys", path) !== null) return <Keys />;
  return <NotFound />;
}

function NotFound(): ReactNode {
  const { problems } = useWords();
  return (
    <Page title={problems.notFound} lead={problems.notFoundHint}>
      <p>
        <Link to="/">{problems.toStart}</Link>
      </p>
    </Page>
  );
}
