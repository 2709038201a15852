import { policyUnlessSet, ReaderLinks } from "../../tracking/index.ts";

/** Makes the links of messages that are composed without an installation, and so without a key: their tokens are what
 *  they stand for. */
export const testLinks = new ReaderLinks(
  { sealToken: (_purpose, octets) => octets.toString("base64url") },
  () => "https://mail.example.org",
);

/** What holds for a reader who has not agreed to anything, of an account that has decided nothing. */
export const nobodyAsked = { policy: policyUnlessSet, consents: { opens: false, clicks: false } };
