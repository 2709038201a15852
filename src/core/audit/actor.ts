/** How an API key is called among the actors. */
export function keyActor(keyId: bigint): string {
  return `key/${keyId}`;
}
