// RFC 2606 §2: a domain that nobody can own, and whose DNS is not worth looking at.
const reserved = ".example";

/** Is it only the domain that the first account's address was given? */
export function isMadeUp(name: string, owner: string): boolean {
  return name.endsWith(reserved) && owner.endsWith(`@${name}`);
}
