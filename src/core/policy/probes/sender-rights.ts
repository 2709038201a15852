import { addDomain, selectDomains } from "../../domains/index.ts";
import { plainContent } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";

/** Adds the domain of one account to another without any proof, and tries to send from it. */
export function senderRightsProbe(context: ProbeContext): Probe {
  const { database, keyring, ids, clock, senders } = context;
  return {
    name: "sender-rights",
    everyMinutes: 60,
    run: async () => {
      const { first, second, domain } = await ensureSynthetic(context);
      const seen = await database.write({ role: "request", accountId: second }, async (tx) => {
        await addDomain(tx, { keyring, ids, now: clock.now() }, second, domain);
        return selectDomains(tx, second);
      });
      for (const accountId of [first, second]) senders.forget(accountId);
      const findings = new Findings();
      const own = await maySend(context, first, `news@${domain}`);
      findings.check(own === null, "the owner of a domain may not send from it");
      const others = await maySend(context, second, `news@${domain}`);
      findings.check(others === "sender_not_allowed", "an account may send from a domain it has not proven");
      const isPending = seen.every(({ accountId, name, state }) => {
        return accountId === second && (name !== domain || state === "pending");
      });
      findings.check(
        isPending,
        "an account sees the domain of another, or has its own verified without proof",
      );
      return findings.finding(
        "A second account added a domain that another has proven: it stays unproven, sending from it is refused, and nothing of the other account is seen.",
      );
    },
  };
}

/** Null when the message would be accepted, else the code of the refusal. Nothing is stored. */
async function maySend(
  { acceptance }: ProbeContext,
  accountId: bigint,
  address: string,
): Promise<string | null> {
  const content = { ...plainContent("Hello"), from: { address, name: "" } };
  const to = [{ address: "nobody@canary.facteur.example", name: "" }];
  const empty = { cc: [], bcc: [], variables: {}, customId: "", eventPayload: "" };
  const result = await acceptance.accept({
    accountId,
    submissions: [{ content, to, ...empty }],
    isSandbox: true,
    isStrict: false,
    idempotency: null,
    answerOf: () => Buffer.alloc(0),
  });
  const outcome = result.kind === "answered" ? result.outcomes[0] : undefined;
  return outcome?.kind === "refused" ? outcome.refusal.code : null;
}
