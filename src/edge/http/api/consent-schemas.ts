import { Type } from "typebox";

import { consentDecisions, consentPurposes, consentSources } from "../../../core/consent/index.ts";
import { closed, Id, Instant, nullable, oneOf } from "./schema-parts.ts";

const purpose = oneOf(
  consentPurposes,
  "`opens`: which mail was opened; `clicks`: which links were followed.",
);
const decision = oneOf(consentDecisions);
// A paragraph beside a check box, in any language.
const wordingCharactersMax = 2000;

/** A decision as a request tells of it. */
export const Decision = closed({
  address: Type.String({ minLength: 1, maxLength: 320 }),
  purposes: Type.Optional(
    Type.Array(purpose, { minItems: 1, maxItems: 2, description: "Both, when it is absent." }),
  ),
  decision,
  decidedAt: Type.Optional({
    ...Instant,
    description: "When the reader decided. A withdrawal may leave it out: now.",
  }),
  how: Type.Optional(
    Type.String({ maxLength: 500, description: "Where that was: `sign-up form of shop.example`." }),
  ),
  wording: Type.Optional(
    Type.String({
      maxLength: wordingCharactersMax,
      description: "The text that was agreed to, as it was shown.",
    }),
  ),
  version: Type.Optional(
    Type.String({ maxLength: 64, description: "The wording's version, if it has one." }),
  ),
});

export const Consent = closed(
  {
    id: Id,
    address: Type.String({ description: "Empty where no decision of the reader names it." }),
    purpose,
    decision,
    decidedAt: Instant,
    how: Type.String(),
    wording: Type.String(),
    version: Type.String(),
    source: oneOf(consentSources, "By this API, by an import, or from the reader's own page."),
    actor: Type.String({
      description: "Who has brought it here: `key/5`, `session/7`, or `link` for the reader.",
    }),
    messageId: nullable(Id),
  },
  "A decision of a reader, with its proof.",
);

const standing = closed({
  state: oneOf([...consentDecisions, "unknown"], "`unknown` counts as no."),
  since: nullable(Instant),
});

export const ConsentStandings = closed(
  { address: Type.String(), opens: standing, clicks: standing },
  "What a reader has agreed to at present.",
);
