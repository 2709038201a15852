import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import path from "node:path";

/** Where those who issue certificates look for what proves that a host leads here. @see RFC 8555 §8.3 */
export const challengePath = "/.well-known/acme-challenge/";

// RFC 8555 §8.3: characters of base64url alone, so that no path leads anywhere else. certbot's have 43.
const tokenForm = /^[\w-]{1,200}$/;
// Token, dot, thumbprint of a key: some 90 characters.
const bytesMax = 1024;
// Whoever may write to the webroot may not thereby read what only the service may: no links are followed, and a pipe
// holds nobody up.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What a client such as certbot has put there for a host, or null. @param folder its `--webroot` */
export async function readChallenge(folder: string, token: string): Promise<Buffer | null> {
  if (!tokenForm.test(token)) return null;
  try {
    const place = await realpath(path.join(folder, challengePath));
    if (!place.startsWith((await realpath(folder)) + path.sep)) return null;
    await using file = await open(path.join(place, token), flags);
    if (!(await file.stat()).isFile()) return null;
    const buffer = Buffer.alloc(bytesMax + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    return bytesRead > bytesMax ? null : buffer.subarray(0, bytesRead);
  } catch {
    return null;
  }
}
