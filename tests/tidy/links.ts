import path from "node:path";

/** The files of the clone that a page of Markdown links to. */
export function linkedFrom(page: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => path.posix.normalize(path.posix.join(path.posix.dirname(page), target)));
}

/** Pages that no reader finds: neither linked from the roots, nor from a page that is, nor in a linked folder. */
export function unreachable(roots: readonly string[], pages: ReadonlyMap<string, string>): string[] {
  const reached = new Set<string>(roots);
  for (const page of reached)
    for (const target of linkedFrom(page, pages.get(page) ?? "")) {
      reached.add(target);
      const folder = target.endsWith("/") ? target : `${target}/`;
      for (const name of pages.keys()) if (name.startsWith(folder)) reached.add(name);
    }
  return [...pages.keys()].filter((page) => !reached.has(page));
}

/** Links that lead nowhere. */
export function dangling(pages: ReadonlyMap<string, string>, exists: (file: string) => boolean): string[] {
  return [...pages].flatMap(([page, text]) =>
    linkedFrom(page, text)
      .filter((target) => !exists(target))
      .map((target) => `${page} links to ${target}, which is not there`),
  );
}
