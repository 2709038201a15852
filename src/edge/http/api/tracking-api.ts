import type { TrackingMode, TrackingPolicy } from "../../../core/tracking/index.ts";
import type { Principal } from "../principal.ts";

/** What an account has decided, and what the operator lets be known at most. */
export interface TrackingView extends TrackingPolicy {
  operatorLimit: TrackingMode;
}

/** How far readers are counted. */
export interface TrackingApi {
  readTracking(principal: Principal): Promise<TrackingView>;
  /** What is left out stays as it is. */
  changeTracking(principal: Principal, change: Partial<TrackingPolicy>): Promise<TrackingView>;
}
