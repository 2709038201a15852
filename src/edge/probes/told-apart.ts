import { consentPurposes, recordConsents } from "../../core/consent/index.ts";
import { historyOf } from "../../core/events/index.ts";
import {
  deliveredSource,
  ensureSynthetic,
  Findings,
  forgetSyntheticConsents,
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

// What it says depends on what it has seen: where nobody is told apart, taking that back is not proven.
const sentences = {
  all: "Two readers who had agreed to nothing got the same picture and the same links, and no request to the page of the mail agreed for its reader. Once the account had recorded that one of them agreed, a picture and a link of the reader's own were counted for the message; one click each took that back, and the same picture and link answered as before and left nothing behind.",
  nobody:
    "Two readers who had agreed to nothing got the same picture and the same links. One of whom the account had recorded an agreement got them, too: nobody is told apart here, so that taking it back could not be tried.",
  uncounted:
    "Mail that asks to be counted came out without a picture and with its link unchanged: nothing is counted here, so that taking an agreement back could not be tried.",
} as const;

/** Reads mail as two people do, lets the account say that one of them has agreed, and takes that back on the page of the
 *  mail: before, between and after, it looks at what the mail holds and what its links leave behind. */
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
      const seen = await trial.run(findings).finally(() => trial.forget());
      return seen === "nothing" ? notDelivered : findings.finding(sentences[seen]);
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
  readonly #readers: [string, string];

  constructor(context: ProbeContext, accounts: Accounts, url: string) {
    this.#context = context;
    this.#accounts = accounts;
    this.#url = url;
    this.#readers = [freshAddress(context), freshAddress(context)];
  }

  /** Leaves no decision behind that nobody has made. */
  forget(): Promise<void> {
    return forgetSyntheticConsents(this.#context, this.#accounts.second, this.#readers);
  }

  /** Answers how far it came; "nothing" where nobody delivers. */
  async run(findings: Findings): Promise<keyof typeof sentences | "nothing"> {
    const [ada, bob] = this.#readers;
    const [first, second] = [await this.#mail(ada), await this.#mail(bob)];
    if (first === null || second === null) return "nothing";
    findings.check(isSame(first, second), "two readers who have agreed to nothing got different links");
    const choice = await this.#choiceBehind(first, findings);
    if (choice === null) return "nobody";
    for (const method of ["GET", "POST"] as const) await this.#decide(choice, "given", method);
    const looked = await this.#mail(ada);
    if (looked === null) return "nothing";
    const isLeft = isSame(looked, second);
    findings.check(isLeft, "whoever has the link of a mail can agree to be told apart for its reader");
    await this.#agree(ada);
    const own = await this.#mail(ada);
    if (own === null) return "nothing";
    if (first.open === null && first.click === null && isSame(own, first)) return "uncounted";
    // The operator lets nobody be told apart: then there is nothing that could be taken back.
    if (isSame(own, second)) return "nobody";
    const isOwn = own.open !== second.open && own.click !== second.click;
    findings.check(isOwn, "who has agreed to both is told apart by one of them alone");
    await this.#checkTakenBack(own, choice, findings);
    const after = await this.#mail(ada);
    if (after === null) return "nothing";
    const isOver = isSame(after, second);
    findings.check(isOver, "who has taken it back is still told apart");
    return "all";
  }

  async #checkTakenBack(own: Mail, choice: string, findings: Findings): Promise<void> {
    findings.check(
      own.choice !== null,
      "mail that tells its reader apart does not say where to take that back",
    );
    const isCounted = (await this.#left(own)) === "clicked opened";
    findings.check(isCounted, "an opening and a click are not counted for who has agreed");
    const offered = (await this.#decide(choice, "withdrawn", "GET")).match(/decision=withdrawn/g) ?? [];
    findings.check(
      offered.length === consentPurposes.length,
      "the page does not offer to take back all that was agreed to, or looking at it does so",
    );
    await this.#decide(choice, "withdrawn", "POST");
    const isSilent = (await this.#left(own)) === "clicked opened";
    findings.check(isSilent, "an opening or a click is kept of who has taken it back");
    await this.#checkAnswers(own, findings);
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

  /** Asks the page for both purposes; answers what it says after the last. */
  async #decide(choice: string, decision: string, method: "GET" | "POST"): Promise<string> {
    let said = "";
    for (const purpose of consentPurposes) {
      const path = `${choice}?purpose=${purpose}&decision=${decision}`;
      said = (await ask(this.#url, path, { method })).body;
    }
    return said;
  }

  // As an account does after its own form.
  async #agree(address: string): Promise<void> {
    const { database, keyring, ids, clock } = this.#context;
    const [now, accountId] = [clock.now(), this.#accounts.second];
    const proof = { address, how: "a probe", wording: "A probe agrees.", version: "" };
    const lookup = keyring.lookup(accountId, address);
    const decision = { lookup, purposes: consentPurposes, decision: "given", source: "api", proof } as const;
    const by = { accountId, actor: { kind: "service" } } as const;
    await database.write({ role: "request", accountId }, (tx) =>
      recordConsents(tx, { keyring, ids, now }, by, [{ ...decision, decidedAt: now }]),
    );
  }

  /** Which openings and clicks of a message are kept after both were asked for once more. */
  async #left({ id, open, click }: Mail): Promise<string> {
    for (const path of [open, click]) if (path !== null) await ask(this.#url, path);
    const accountId = this.#accounts.second;
    const history = await this.#context.database.read({ role: "request", accountId }, (reader) =>
      historyOf(reader, accountId, id),
    );
    const kinds = history.map(({ kind }) => kind).filter((kind) => kind === "opened" || kind === "clicked");
    return kinds.sort().join(" ");
  }

  async #checkAnswers({ open, click }: Mail, findings: Findings): Promise<void> {
    const picture = await ask(this.#url, open ?? "/");
    findings.check(picture.status === 200, "the picture of old mail is not shown any more");
    const led = await ask(this.#url, click ?? "/");
    findings.check(led.headers.location === target, "the link of old mail leads elsewhere");
  }
}

function isSame(one: Mail, other: Mail): boolean {
  return one.open === other.open && one.click === other.click;
}
