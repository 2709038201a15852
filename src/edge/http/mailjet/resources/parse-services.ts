import type { Principal } from "../../principal.ts";

/** An address at which mail comes in, and where it is posted to. */
export interface ParseRouteRecord {
  id: bigint;
  address: string;
  url: string;
  createdAt: Date;
}

/** Parse routes, for both dialects. */
export interface ParseServices {
  /** The oldest first. */
  listParseRoutes(principal: Principal): Promise<ParseRouteRecord[]>;
  /** @param wish address null lets the service make one
   *  @throws Refusal invalid_url, invalid_address, invalid_domain, already_exists, too_many */
  addParseRoute(
    principal: Principal,
    wish: { address: string | null; url: string },
  ): Promise<ParseRouteRecord>;
  /** Null when there is no such route. @throws Refusal as `addParseRoute` */
  changeParseRoute(
    principal: Principal,
    id: bigint,
    change: { address?: string; url?: string },
  ): Promise<ParseRouteRecord | null>;
  /** False when there is none. */
  removeParseRoute(principal: Principal, id: bigint): Promise<boolean>;
}
