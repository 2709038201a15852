/** How openings or clicks are treated, from nothing to most. `anonymous` counts with a picture and links that are the
 *  same for every reader; `identified` tells the readers apart who have agreed to it. */
export const trackingModes = ["off", "anonymous", "identified"] as const;
export type TrackingMode = (typeof trackingModes)[number];

/** What a message asks for, for openings or for clicks. `account_default` leaves it to the account. */
export type TrackingWish = "account_default" | "disabled" | "anonymous" | "enabled";

/** What an account has decided for all its mail. */
export interface TrackingPolicy {
  /** No message goes beyond it. */
  mode: TrackingMode;
  /** Is that counted of a message that leaves it to the account? */
  opensByDefault: boolean;
  clicksByDefault: boolean;
}

/** What holds until an account decides: counting where a message asks for it, and nobody told apart (P44). */
export const policyUnlessSet: TrackingPolicy = {
  mode: "anonymous",
  opensByDefault: false,
  clicksByDefault: false,
};

/** The most restrictive of several modes. */
export function strictest(...modes: TrackingMode[]): TrackingMode {
  return trackingModes.find((mode) => modes.includes(mode)) ?? "off";
}

/** What decides for one reader of one message, for openings or for clicks. */
export interface TrackingTerms {
  wish: TrackingWish;
  /** What the account says where the message leaves it to it. */
  isDefault: boolean;
  /** The operator's, the account's. */
  limits: readonly TrackingMode[];
  hasConsent: boolean;
}

/** How a message is treated for one reader: the most restrictive of operator, account, message and reader wins. Somebody
 *  whose consent is not known has not agreed. */
export function trackingModeOf({ wish, isDefault, limits, hasConsent }: TrackingTerms): TrackingMode {
  return strictest(wishedMode(wish, isDefault), ...limits, hasConsent ? "identified" : "anonymous");
}

function wishedMode(wish: TrackingWish, isDefault: boolean): TrackingMode {
  switch (wish) {
    case "disabled":
      return "off";
    case "anonymous":
      return "anonymous";
    case "enabled":
      return "identified";
    case "account_default":
      return isDefault ? "identified" : "off";
  }
}
