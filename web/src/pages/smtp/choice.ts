import type { ApiKey, NewApiKey } from "../../api/keys.ts";

type Listed = Pick<ApiKey, "publicKey" | "isActive" | "scopes">;

/** What is known of the pairs when a page chooses one. */
interface Known<Key extends Listed> {
  /** Null while the list has not been read, or could not be read again: nobody knows then which of them work. */
  keys: readonly Key[] | null;
  /** The pair that was made in this page, if one was. */
  made: Pick<NewApiKey, "publicKey" | "secretKey"> | null;
  /** The one that was asked for by name. */
  asked: string | null;
}

/** The pairs that may send, the API key of the one to enter, and its secret if it is known. A pair that was revoked or
 *  switched off since is not chosen, whether or not its secret is at hand. */
export function choiceOf<Key extends Listed>({
  keys,
  made,
  asked,
}: Known<Key>): {
  able: Key[];
  user: string | null;
  secret: string | null;
} {
  const able = (keys ?? []).filter(
    ({ isActive, scopes }) => isActive && scopes.some((scope) => scope === "send" || scope === "full"),
  );
  // A secret that was just made is shown this once: not hidden because the list is away.
  const works = (publicKey: string) => keys === null || able.some((key) => key.publicKey === publicKey);
  const wanted = [asked, made?.publicKey ?? null].find((each) => each !== null && works(each));
  const user = wanted ?? able[0]?.publicKey ?? null;
  return { able, user, secret: made !== null && made.publicKey === user ? made.secretKey : null };
}
