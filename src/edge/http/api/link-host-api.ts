import type { LinkHost } from "../../../core/tracking/index.ts";
import type { Principal } from "../principal.ts";

/** A host for links, and where it has to lead. */
export interface LinkHostView extends LinkHost {
  /** What its CNAME has to name. */
  target: string;
}

/** Which host the links in a domain's mail lead to. */
export interface LinkHostApi {
  /** Null where they lead to the service's own. @throws Refusal not_found without the domain */
  readLinkHost(principal: Principal, domain: string): Promise<LinkHostView | null>;
  /** Looks at it at once. @throws Refusal not_found (also where it is changed or removed during the look), invalid */
  setLinkHost(principal: Principal, domain: string, host: string): Promise<LinkHostView>;
  /** False where there was none. */
  removeLinkHost(principal: Principal, domain: string): Promise<boolean>;
}
