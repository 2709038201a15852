import { type ReactNode, useState } from "react";
import { useCounting } from "../../api/counting.ts";
import type { Session } from "../../api/session.ts";
import { Page } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { go, usePlace } from "../../shell/router.tsx";
import { useWords } from "../../words/provider.tsx";
import { ConsentActions, type ConsentDoing, Consents } from "./consents.tsx";
import { CountingSettings } from "./counting-settings.tsx";
import { effectiveMode } from "./effective-mode.ts";
import { LinkHosts } from "./link-hosts.tsx";

const views = ["consents", "counting", "links"] as const;
type View = (typeof views)[number];

const here = "/readers";

/** What readers have agreed to, how far they are counted, and where the links in their mail lead. */
export function Readers({ session }: { session: Session }): ReactNode {
  const { readers: words } = useWords();
  const { query } = usePlace();
  const view: View = views.find((each) => each === query.get("view")) ?? "consents";
  const mayManage = session.permissions.includes("manage");
  // In the address bar: it can be gone back to, and sent to a colleague.
  const choose = (wanted: View) =>
    go(wanted === "consents" ? here : `${here}?${new URLSearchParams({ view: wanted })}`, { replace: true });
  const [doing, setDoing] = useState<ConsentDoing>("nothing");
  const actions = view === "consents" ? <ConsentActions mayManage={mayManage} onDo={setDoing} /> : undefined;
  return (
    <Page title={words.title} lead={<Lead />} actions={actions} isWide>
      <Tabs
        label={words.title}
        tabs={views.map((name) => ({ name, title: words.views[name] }))}
        chosen={view}
        onChoose={choose}
      >
        {view === "consents" ? (
          <Consents mayManage={mayManage} doing={doing} onDone={() => setDoing("nothing")} />
        ) : null}
        {view === "counting" ? <CountingSettings mayManage={mayManage} /> : null}
        {view === "links" ? <LinkHosts mayManage={mayManage} /> : null}
      </Tabs>
    </Page>
  );
}

// How it stands is said on every view: a consent means nothing where nobody is told apart.
function Lead(): ReactNode {
  const { readers: words } = useWords();
  const counting = useCounting();
  return (
    <>
      {words.lead} {counting.data === undefined ? null : words.atPresent[effectiveMode(counting.data)]}
    </>
  );
}
