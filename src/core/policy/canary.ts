import type { Keyring } from "../keys/index.ts";

// Sixty-four bits: they stand by chance in none of all the files of this world.
const hexDigits = 16;

/** The word that all canaries of this installation begin with. It is calculated from the root key whenever it is
 *  needed and written nowhere: wherever it is found, something sealed has been written in clear. */
export function canaryWord(keyring: Keyring): string {
  return `canary${keyring.rootHash("canary", "word").toString("hex").slice(0, hexDigits)}`;
}
