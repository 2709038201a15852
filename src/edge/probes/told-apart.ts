import { historyOf } from "../../core/events/index.ts";
import {
  deliveredSource,
  ensureSynthetic,
  Findings,
  freshAddress,
  type Probe,
  type ProbeContext,
  plantMessage,
} from "../../core/policy/index.ts";
import { policyUnlessSet, writePolicy } from "../../core/tracking/index.ts";
import { ask } from "./ask.ts";
import { notDelivered, type ServicePlace, unreachable } from "./web.ts";

const html = '<p><a href="https://www.facteur.example/offer?of=1">offer</a></p>';
const target = "https://www.facteur.example/offer?of=1";

/** Reads mail as two people do, agrees for one of them on the page of the mail, and takes it back: before, between and
 *  after, it looks at what the mail holds and what its links leave behind. */
export function toldApartProbe(context: ProbeContext, place: ServicePlace): Probe {
  return {
    name: "told-apart",
    everyMinutes: 60,
    run: async () => {
      const where = place();
      if (where === null) return unreachable;
      const accounts = await ensureSynthetic(context);
      await context.database.write({ role: "operator" }, (tx) =>
        writePolicy(tx, accounts.second, { ...policyUnlessSet, mode: "identified" }, context.clock.now()),
      );
      const findings = new Findings();
      const trial = new Trial(context, accounts, where.url);
      const isDone = await trial.run(findings);
      if (!isDone) return notDelivered;
      return findings.finding(
        "Two readers who had agreed to nothing got the same picture and the same links, and looking at the page of the mail changed nothing. One click agreed, and from then on a picture of the reader's own was counted for the message; one click took it back, and the same picture and link answered as before and left nothing behind.",
      );
    },
  };
}

type Accounts = Awaited<ReturnType<typeof ensureSynthetic>>;

interface Mail {
  id: bigint;
  click: string | null;
  open: string | null;
  /** Where it says that it tells its reader apart; null where it does not. */
  choice: string | null;
  /** Where its reader unsubscribes. */
  leave: string | null;
}

class Trial {
  readonly #context: ProbeContext;
  readonly #accounts: Accounts;
  readonly #url: string;

  constructor(context: ProbeContext, accounts: Accounts, url: string) {
    this.#context = context;
    this.#accounts = accounts;
    this.#url = url;
  }

  /** Answers false where nobody delivers. */
  async run(findings: Findings): Promise<boolean> {
    const [ada, bob] = [freshAddress(this.#context), freshAddress(this.#context)];
    const [first, second] = [await this.#mail(ada), await this.#mail(bob)];
    if (first === null || second === null) return false;
    const isSame = first.click === second.click && first.open === second.open;
    findings.check(isSame, "two readers who have agreed to nothing got different links");
    const choice = await this.#choiceBehind(first, findings);
    if (choice === null) return true;
    await ask(this.#url, `${choice}?purpose=opens&decision=given`);
    const looked = await this.#mail(ada);
    findings.check(looked?.open === second.open, "looking at a link agreed to be told apart");
    const agreed = await this.#decide(choice, "given");
    findings.check(
      agreed.includes("decision=withdrawn"),
      "one click does not agree, or cannot be taken back",
    );
    const own = await this.#mail(ada);
    // The operator lets nobody be told apart: then there is nothing that could be taken back.
    if (own === null || own.open === second.open) return own !== null;
    findings.check(
      own.choice !== null,
      "mail that tells its reader apart does not say where to take that back",
    );
    findings.check((await this.#left(own)) === 1, "an opening is not counted for who has agreed");
    await this.#decide(choice, "withdrawn");
    findings.check((await this.#left(own)) === 1, "an opening or a click is kept of who has taken it back");
    await this.#checkAnswers(own, findings);
    const after = await this.#mail(ada);
    findings.check(after?.open === second.open, "who has taken it back is still told apart");
    return true;
  }

  async #mail(to: string): Promise<Mail | null> {
    const content = { html, isMarketing: true, trackOpens: "enabled", trackClicks: "enabled" } as const;
    const id = await plantMessage(this.#context, this.#accounts, { to, content });
    const source = await deliveredSource(this.#context, this.#accounts.second, id);
    if (source === null) return null;
    const pathOf = (pattern: RegExp) => {
      const found = pattern.exec(source)?.[1];
      return found === undefined ? null : new URL(found).pathname;
    };
    return {
      id,
      click: pathOf(/href="(https?:\/\/[^"]+\/c\/[^"]+)"/),
      open: pathOf(/<img src="([^"]+)"/),
      choice: pathOf(/href="(https?:\/\/[^"]+\/p\/[^"]+)"/),
      leave: pathOf(/href="(https?:\/\/[^"]+\/u\/[^"]+)"/),
    };
  }

  // As a reader finds it: behind the link to unsubscribe.
  async #choiceBehind({ leave }: Mail, findings: Findings): Promise<string | null> {
    const page = leave === null ? null : await ask(this.#url, leave);
    const path = /href="(\/p\/[\w-]+)/.exec(page?.body ?? "")?.[1] ?? null;
    findings.check(path !== null, "the page of the mail does not lead to the choice");
    return path;
  }

  async #decide(choice: string, decision: string): Promise<string> {
    const path = `${choice}?purpose=opens&decision=${decision}`;
    return (await ask(this.#url, path, { method: "POST" })).body;
  }

  /** How many openings and clicks of a message are kept after both were asked for once more. */
  async #left({ id, open, click }: Mail): Promise<number> {
    for (const path of [open, click]) if (path !== null) await ask(this.#url, path);
    const accountId = this.#accounts.second;
    const history = await this.#context.database.read({ role: "request", accountId }, (reader) =>
      historyOf(reader, accountId, id),
    );
    return history.filter(({ kind }) => kind === "opened" || kind === "clicked").length;
  }

  async #checkAnswers({ open, click }: Mail, findings: Findings): Promise<void> {
    const picture = await ask(this.#url, open ?? "/");
    findings.check(picture.status === 200, "the picture of old mail is not shown any more");
    const led = await ask(this.#url, click ?? "/");
    findings.check(led.headers.location === target, "the link of old mail leads elsewhere");
  }
}
