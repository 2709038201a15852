// RFC 5322 §3.6.4 id-left as dot-atom-text: what every reader takes without quotes.
const left = /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*$/;
const right = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;
// Servers and clients keep ids in columns of 255 or fewer characters; the angle brackets count.
const lengthMax = 250;

/** Formats `<unique@domain>`. The same message keeps its id at every attempt, so the caller brings what is unique.
 *  @throws RangeError for parts that would need quotes, a domain other than A-labels, or more than 250 characters
 *  @see RFC 5322 §3.6.4 */
export function formatMessageId(unique: string, domain: string): string {
  const length = unique.length + domain.length + "<@>".length;
  // The length comes first, so that no expression runs over a long text.
  if (length > lengthMax || !left.test(unique) || !right.test(domain)) {
    throw new RangeError("A Message-ID needs a dot-atom and a host name");
  }
  return `<${unique}@${domain.toLowerCase()}>`;
}
