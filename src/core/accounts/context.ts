import type { IdSource } from "../../base/ids.ts";
import type { Keyring } from "../keys/index.ts";

/** What creating things needs of the service. */
export interface CreateContext {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
}
