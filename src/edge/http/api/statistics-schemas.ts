import { Type } from "typebox";
import { meaningCodes } from "../../../core/delivery/index.ts";
import { closed, Id, Instant, nullable, oneOf } from "./schema-parts.ts";

const count = (description?: string) => Type.Integer(description === undefined ? {} : { description });

const byReader = (what: string) =>
  closed(
    {
      raw: count("People and machines together."),
      people: count(),
      machine: count("Scanners, prefetchers and the like."),
    },
    `${what}; one reader who does so twice counts twice.`,
  );

const averageDeliverySeconds = nullable(
  Type.Number(),
  "From handing in to delivery, of all that were sent; null when none was.",
);
const bounced = closed({ total: count(), hard: count(), soft: count() });

export const Statistics = closed(
  {
    accepted: count("Messages taken in."),
    queued: nullable(count(), "Accepted and without an outcome yet; null where events are counted."),
    sent: count("Taken by the recipient's server."),
    deferred: count("Messages that wait for another try; where events are counted, tries that were put off."),
    bounced,
    blocked: count("Not tried: suppressed, or a duplicate within its campaign."),
    cancelled: count(),
    expired: count("Given up after the last try."),
    unknown: count("The connection broke before the answer."),
    opened: byReader("Openings"),
    clicked: byReader("Clicks"),
    unsubscribed: count(),
    resubscribed: count("Unsubscriptions that were taken back."),
    complained: count(),
    measured: closed(
      { opens: count(), clicks: count() },
      "Of `sent`: messages whose openings and clicks are counted at all. Rates are made from these.",
    ),
    averageDeliverySeconds,
  },
  "What was counted. Under the timing `message` a message counts once, when it was accepted, by what became of it last; " +
    "under `event` each event counts when it happened.",
);

export const PlaceStatistics = closed(
  {
    sent: count(),
    deferred: count(),
    bounced,
    blocked: count(),
    expired: count(),
    unsubscribed: count(),
    complained: count(),
    averageDeliverySeconds,
  },
  "What was counted by where messages went.",
);

export const ReasonStatistics = closed(
  {
    kind: oneOf(["bounced", "blocked", "deferred", "expired"]),
    reason: nullable(
      closed({ number: Type.Integer(), text: Type.String() }),
      "One of the 21 message states; null when none was named.",
    ),
    meaning: closed({
      code: oneOf(meaningCodes, "Stable; pages translate it."),
      text: Type.String({ description: "The same in words, in English." }),
    }),
    events: count(),
  },
  "Why messages did not arrive, and how often.",
);

export const CampaignReference = closed({ id: Id, name: Type.String(), createdAt: Instant });
