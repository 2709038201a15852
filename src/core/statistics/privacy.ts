import { type Holding, holdingsOf } from "../../base/holdings.ts";
import { columnOf, counters, placeCounters } from "./counts.ts";

// Sums, in which nobody is: they show the sender how the mail of years ago did.
const sums = {
  category: "usage",
  role: "processor",
  subject: "customer",
  basis: "GDPR art. 28(3)(a)",
  retention: "account",
  isExported: true,
  erasure: "delete",
} as const;

// A domain can be one person's, and a link can have been written for one: they go when events go.
const nearPersons = { ...sums, subject: "recipient", retention: "event" } as const;

const key = ["account_id", "campaign_id", "day"];

export const holdings: Holding[] = [
  ...holdingsOf(
    "statistic",
    [
      "account_id",
      "source",
      "source_id",
      "timing",
      "resolution",
      "slice",
      ...counters.map((counter) => columnOf(counter)),
    ],
    { ...sums, purpose: "shows how much was sent and what became of it" },
  ),
  ...holdingsOf(
    "statistic_domain",
    ["account_id", "day", "domain", ...placeCounters.map((counter) => columnOf(counter))],
    { ...nearPersons, purpose: "shows how well mail arrives, by the recipients' domain" },
  ),
  ...holdingsOf(
    "statistic_provider",
    [...key, "provider", ...placeCounters.map((counter) => columnOf(counter))],
    { ...sums, purpose: "shows how well mail arrives, by the large providers" },
  ),
  ...holdingsOf("statistic_reason", [...key, "kind", "reason", "events"], {
    ...sums,
    purpose: "shows why messages did not arrive",
  }),
  ...holdingsOf("statistic_link", [...key, "link", "position", "people", "machine"], {
    ...nearPersons,
    purpose: "shows which links are followed",
  }),
  ...holdingsOf("statistic_country", [...key, "country", "opened", "clicked"], {
    ...nearPersons,
    isExported: false,
    purpose: "shows which countries mail is read in",
  }),
  ...holdingsOf("statistic_link_target", ["account_id", "link", "id", "last_day"], {
    ...nearPersons,
    category: "pseudonym",
    purpose: "shows which links are followed",
  }),
  ...holdingsOf("statistic_link_target", ["sealed_url"], {
    ...nearPersons,
    category: "content",
    purpose: "shows where a link leads that is followed",
  }),
];
