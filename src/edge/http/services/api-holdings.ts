import type { Figures } from "../../../base/figures.ts";
import type { Category, Holding, RetentionClass } from "../../../base/holdings.ts";
import { readQueue, selectOldest } from "../../../core/messages/index.ts";
import { type Purge, selectPurges } from "../../../core/retention/index.ts";
import type { HoldingClassView, HoldingsApi } from "../api/services.ts";
import { readOwn, type ServiceContext } from "./context.ts";

/** What is held, made of what every module declares: the same list as docs/data-map.md, in classes that a person
 *  understands. How long, is read from the figures of the policy. */
export function holdingsApi(context: ServiceContext): HoldingsApi {
  const { holdings, figures, clock } = context;
  return {
    readHoldings: async (principal) => {
      const { accountId } = principal;
      const now = clock.now();
      const inForce = figures.at(now);
      return readOwn(context, principal, async (reader) => {
        const purges = new Map<string, Purge>((await selectPurges(reader)).map((each) => [each.kind, each]));
        const firstHour = context.keyring.firstContentHour;
        const { content, event } = await selectOldest(reader, accountId, firstHour);
        const queue = await readQueue(reader, { accountId, now, contentDays: inForce.contentDays });
        const oldest: Partial<Record<HoldingClassView["code"], Date | null>> = {
          content,
          events: event,
          queue: queue.oldestAcceptedAt,
        };
        return classesOf(holdings).map((one) => ({
          ...one,
          retention: { code: one.retention, ...retentionOf(one.retention, inForce) },
          lastPurge: purges.get(one.retention) ?? null,
          oldest: oldest[one.code] ?? null,
        }));
      });
    },
  };
}

/** Every class there is, for the description of the API. */
const titles: Record<HoldingClassView["code"], string> = {
  content: "What is in your messages",
  events: "What was sent to whom, and what became of it",
  queue: "What waits to be sent",
  answers: "Answers to repeated requests",
  logs: "What your webhooks answered",
  work: "What you set up for your mail",
  account: "Your account and who changed it",
  sessions: "Who is signed in",
  operation: "What runs the service",
};

function codeOf({ retention, role }: Holding): HoldingClassView["code"] {
  switch (retention) {
    case "content":
    case "queue":
    case "operation":
      return retention;
    case "event":
      return "events";
    case "day":
      return "answers";
    case "log":
      return "logs";
    case "session":
      return "sessions";
    default:
      return role === "processor" ? "work" : "account";
  }
}

interface Period {
  /** Which figure of the policy says it; null where none does. */
  by: keyof Figures | null;
  text: (figure: number) => string;
}

const periods: Record<RetentionClass, Period> = {
  content: {
    by: "contentDays",
    text: (days) => `Until ${days} days after it was accepted. Then its key is destroyed.`,
  },
  event: { by: "eventMonths", text: (months) => `For ${months} months at most.` },
  account: {
    by: "closeMonths",
    text: (months) => `While the account is open, and ${months} months after its end at most.`,
  },
  day: { by: "idempotencyHours", text: (hours) => `For ${hours} hours.` },
  log: { by: "webhookLogDays", text: (days) => `For ${days} days.` },
  session: { by: null, text: () => "Until its person signs out, or its time is over." },
  queue: {
    by: "contentDays",
    text: (days) => `Until it was sent or given up, and ${days} days at most.`,
  },
  operation: { by: null, text: () => "As long as the service runs. There is no person in it." },
};

function retentionOf(of: RetentionClass, figures: Figures): { text: string; figure: number | null } {
  const { by, text } = periods[of];
  const figure = by === null ? null : figures[by];
  return { text: text(figure ?? 0), figure };
}

interface HoldingClass extends Pick<HoldingClassView, "code" | "title" | "tables" | "purposes" | "sealed"> {
  legalBasis: string[];
  roles: string[];
  subjects: string[];
  retention: RetentionClass;
}

const sealedCategories: ReadonlySet<Category> = new Set(["identity", "content", "credential"]);

function classesOf(holdings: readonly Holding[]): HoldingClass[] {
  const groups = Map.groupBy(holdings, codeOf);
  return (Object.keys(titles) as HoldingClassView["code"][]).flatMap((code) => {
    const group = groups.get(code) ?? [];
    const [first] = group;
    if (first === undefined) return [];
    const each = (read: (holding: Holding) => string) => [...new Set(group.map(read))];
    return [
      {
        code,
        title: titles[code],
        tables: each(({ table }) => table),
        purposes: each(({ purpose }) => purpose),
        legalBasis: each(({ basis }) => basis),
        roles: each(({ role }) => role),
        subjects: each(({ subject }) => subject).filter((subject) => subject !== "none"),
        retention: first.retention,
        sealed: group.some(({ category }) => sealedCategories.has(category)),
      },
    ];
  });
}
