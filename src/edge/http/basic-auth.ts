/** A user and a secret as an Authorization header carries them. */
export interface Credentials {
  user: string;
  secret: string;
}

// A key pair is 65 characters; a header longer than this is not one, and is not worth decoding.
const credentialsLengthMax = 1024;

const base64Pattern = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Reads `Authorization: Basic …`; null for anything else, however malformed.
 *  RFC 7617 §2: the scheme is case-insensitive, the first colon separates, and the secret may hold more of them. */
export function readBasicCredentials(header: string | undefined): Credentials | null {
  if (header === undefined || header.length > credentialsLengthMax) return null;
  const [scheme, token, ...rest] = header.trim().split(/[ \t]+/);
  if (scheme?.toLowerCase() !== "basic" || token === undefined || rest.length > 0) return null;
  if (!base64Pattern.test(token)) return null;
  const decoded = Buffer.from(token, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) return null;
  return { user: decoded.slice(0, colon), secret: decoded.slice(colon + 1) };
}
