import type {
  ConsentDecision,
  ConsentProof,
  ConsentPurpose,
  ConsentSource,
} from "../../../core/consent/index.ts";
import type { Principal } from "../principal.ts";

/** A decision of a reader, opened. */
export interface ConsentView extends ConsentProof {
  id: bigint;
  purpose: ConsentPurpose;
  decision: ConsentDecision;
  source: ConsentSource;
  actor: string;
  decidedAt: Date;
  /** The message whose link led to the reader's page. */
  messageId: bigint | null;
}

/** How a reader stands to one purpose: `unknown` counts as no. */
export interface ConsentStanding {
  state: ConsentDecision | "unknown";
  since: Date | null;
}

/** How a reader stands to each purpose. */
export interface ConsentStandings {
  address: string;
  purposes: Record<ConsentPurpose, ConsentStanding>;
}

/** A decision as a request tells of it; `decidedAt` null is now. */
export interface DecisionWish {
  address: string;
  purposes: ConsentPurpose[];
  decision: ConsentDecision;
  decidedAt: Date | null;
  how: string;
  wording: string;
  version: string;
}

/** What came of many decisions. */
export interface ConsentImport {
  recorded: number;
  /** Those that could not be taken, by their place in the request, from 0. */
  problems: { index: number; detail: string }[];
}

/** Why a line of a file was left out. */
export const consentFileProblems = [
  "unreadable_line",
  "no_address",
  "unknown_purpose",
  "unknown_decision",
  "no_instant",
  "future",
  "no_proof",
] as const;
export type ConsentFileProblem = (typeof consentFileProblems)[number];

/** What came of a file of decisions. */
export interface ConsentFileRead {
  recorded: number;
  /** Were in the history already, or stood in the file twice. */
  known: number;
  problems: { line: number; code: ConsentFileProblem; detail: string }[];
  /** Also those that `problems` has no room for. */
  problemsTotal: number;
}

/** What readers have agreed to. */
export interface ConsentApi {
  listConsents(
    principal: Principal,
    query: {
      beforeId: bigint | null;
      limit: number;
      address: string | null;
      purpose: ConsentPurpose | null;
    },
  ): Promise<ConsentView[]>;
  consentStandings(principal: Principal, address: string): Promise<ConsentStandings>;
  /** @throws Refusal invalid, invalid_address */
  decideConsent(principal: Principal, wish: DecisionWish): Promise<ConsentStandings>;
  importConsents(principal: Principal, wishes: DecisionWish[]): Promise<ConsentImport>;
  /** @throws Refusal invalid */
  importConsentFile(principal: Principal, csv: string): Promise<ConsentFileRead>;
}
