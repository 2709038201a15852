import { type ReactNode, useState } from "react";
import { type Domain, useDomains } from "../../api/domains.ts";
import type { Session } from "../../api/session.ts";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useWords } from "../../words/provider.tsx";
import { AddDomain } from "./add-domain.tsx";
import { DomainCard } from "./domain-card.tsx";
import { Senders } from "./senders.tsx";

/** Sending domains with what they still lack, and single addresses that may send. */
export function Domains({ session }: { session: Session }): ReactNode {
  const { domains: words, loading } = useWords();
  const domains = useDomains();
  const [opened, setOpened] = useState<string | null>(null);
  const mayManage = session.permissions.includes("manage");
  const show = (domain: Domain) => setOpened(domain.name);
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="domains">
        <section className="block">
          <h2>{words.listTitle}</h2>
          {domains.isPending ? <p className="soft">{loading}</p> : null}
          {domains.error === null ? null : <ProblemNote error={domains.error} onRetry={domains.refetch} />}
          {domains.data?.length === 0 ? (
            <Empty title={words.none}>
              <p>{words.noneText}</p>
            </Empty>
          ) : null}
          {domains.data?.map((domain) => (
            <DomainCard
              key={domain.id}
              domain={domain}
              owner={session.account.address}
              mayManage={mayManage}
              isOpen={opened === domain.name}
              onTurn={() => setOpened(opened === domain.name ? null : domain.name)}
            />
          ))}
        </section>
        {mayManage ? (
          <section className="block">
            <h2>{words.addTitle}</h2>
            <AddDomain onAdded={show} />
          </section>
        ) : null}
        <Senders mayManage={mayManage} />
      </div>
    </Page>
  );
}
