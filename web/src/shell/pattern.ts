/** The parameters of a path that a pattern such as `/messages/:id` fits; null when it does not. */
export function matched(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.replace(/(?<=.)\/$/, "").split("/");
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) {
      const decoded = readSegment(value);
      if (decoded === null || decoded === "") return null;
      parameters[part.slice(1)] = decoded;
    } else if (part !== value) return null;
  }
  return parameters;
}

function readSegment(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
