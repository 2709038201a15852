export type Group =
  | "places"
  | "http"
  | "submission"
  | "inbound"
  | "delivery"
  | "operator"
  | "secrets"
  | "limits"
  | "process";

/** One variable of the environment, as its reader needs to know it. docs/settings.md is made from these. */
export interface Variable {
  name: string;
  group: Group;
  /** What it is for and what it refuses; units included. */
  meaning: string;
  /** A right value, shown beside every complaint. */
  example: string;
  /** The text that counts when the variable is not set; null when its absence means something. */
  fallback: string | null;
  /** What its absence means, where there is no fallback. */
  absence?: string;
  /** Never shown, not even in a complaint. */
  isSecret?: true;
}
