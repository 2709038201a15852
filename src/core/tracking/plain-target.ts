/** Where a link leads, without what stands behind its question mark: that may be one reader's own, and is kept of nobody
 *  who has not agreed, and in no sum over readers at all. */
export function plainTarget(target: string): string {
  const { origin, pathname } = new URL(target);
  return `${origin}${pathname}`;
}
