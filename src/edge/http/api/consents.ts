import { Type } from "typebox";

import { type ConsentPurpose, consentPurposes } from "../../../core/consent/index.ts";
import type { ConsentApi, ConsentStandings, ConsentView, DecisionWish } from "./consent-api.ts";
import { consentFileRoutes } from "./consent-files.ts";
import { Decision } from "./consent-schemas.ts";
import { cursorQuery, pageDefault, readCursor, writePage } from "./cursor.ts";
import { readInstant } from "./instants.ts";
import { AddressText, closed, named, oneOf, pageOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import { readAddress } from "./suppressions.ts";

const tags = ["consents"];
// One request is one transaction: long enough for a list, short enough to hold nobody up.
const importMax = 1000;

/** What readers have agreed to, and taken back. Nothing here changes or removes a decision: the latest one counts. */
export function consentRoutes(app: ApiScope, services: ConsentApi): void {
  addReading(app, services);
  consentFileRoutes(app, services);
  app.post(
    "/consents",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "recordConsent",
        summary: "Record what a reader has agreed to, or taken back",
        description:
          "A consent needs its proof: `wording`, `how` and `decidedAt`. It counts unless the reader has taken it back " +
          "later than `decidedAt`. A withdrawal needs no more than the address, and takes effect at once, also for " +
          "mail that is delivered already.",
        tags,
        body: Decision,
        response: { 201: named("ConsentStandings"), ...problems },
      },
    },
    async (request, reply) => {
      const wish = wishOf(request.body, "");
      return reply.code(201).send(writeStandings(await services.decideConsent(principalOf(request), wish)));
    },
  );
  app.post(
    "/consents/import",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "importConsents",
        summary: "Record many decisions",
        description: "Up to 1,000 in a request. Those that cannot be taken are named and left out.",
        tags,
        body: closed({ consents: Type.Array(Decision, { minItems: 1, maxItems: importMax }) }),
        response: { 200: ConsentsImported, ...problems },
      },
    },
    async (request) => {
      const wishes = request.body.consents.map((each, index) => wishOf(each, `/consents/${index}`));
      return services.importConsents(principalOf(request), wishes);
    },
  );
}

const ConsentsImported = closed({
  recorded: Type.Integer({ minimum: 0 }),
  problems: Type.Array(closed({ index: Type.Integer({ minimum: 0 }), detail: Type.String() })),
});

function addReading(app: ApiScope, services: ConsentApi): void {
  app.get(
    "/consents",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listConsents",
        summary: "List decisions with their proof, the last one first",
        tags,
        querystring: closed({
          address: Type.Optional(AddressText),
          purpose: Type.Optional(oneOf(consentPurposes)),
          ...cursorQuery,
        }),
        response: { 200: pageOf("Consent"), ...problems },
      },
    },
    async (request) => {
      const { address, purpose = null, limit = pageDefault, cursor } = request.query;
      const wanted = address === undefined ? null : readAddress(address, "query");
      const query = { address: wanted, purpose, limit: limit + 1, beforeId: readCursor(cursor) };
      return writePage(await services.listConsents(principalOf(request), query), limit, write);
    },
  );
  app.get(
    "/consents/state",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readConsentState",
        summary: "See what a reader has agreed to at present",
        tags,
        querystring: closed({ address: AddressText }),
        response: { 200: named("ConsentStandings"), ...problems },
      },
    },
    async (request) => {
      const address = readAddress(request.query.address, "query");
      return writeStandings(await services.consentStandings(principalOf(request), address));
    },
  );
}

interface DecisionBody {
  address: string;
  purposes?: ConsentPurpose[];
  decision: DecisionWish["decision"];
  decidedAt?: string;
  how?: string;
  wording?: string;
  version?: string;
}

function wishOf(body: DecisionBody, place: string): DecisionWish {
  const { address, decision, decidedAt, how = "", wording = "", version = "" } = body;
  const at =
    decidedAt === undefined ? null : readInstant(decidedAt, { field: `${place}/decidedAt`, in: "body" });
  const purposes = body.purposes ?? [...consentPurposes];
  return { address, purposes, decision, decidedAt: at, how, wording, version };
}

function write({ id, decidedAt, messageId, ...rest }: ConsentView) {
  return {
    ...rest,
    id: String(id),
    decidedAt: decidedAt.toISOString(),
    messageId: messageId === null ? null : String(messageId),
  };
}

function writeStandings({ address, purposes: { opens, clicks } }: ConsentStandings) {
  const told = ({ state, since }: typeof opens) => ({ state, since: since?.toISOString() ?? null });
  return { address, opens: told(opens), clicks: told(clicks) };
}
