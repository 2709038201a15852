/** A message's HTML as it can be shown: nothing of it reaches the network, whatever its author wished. */
export interface Letter {
  html: string;
  /** Pictures, fonts and the like that would have been fetched. */
  blockedCount: number;
  links: readonly { text: string; url: string }[];
}

// The frame it is shown in says the same in its headers, and has no scripts at all; this holds where a browser knows
// neither.
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

// What acts, or what a browser fetches before any policy is asked.
const unwanted = "script, iframe, frame, frameset, object, embed, applet, link, base, meta, portal";

const fetching = [
  "src",
  "srcset",
  "poster",
  "background",
  "data",
  "lowsrc",
  "dynsrc",
  "href",
  "xlink:href",
  "ping",
];

// Grey, where a picture from the network would be.
const placeholder =
  "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='24' height='24' preserveAspectRatio='none'><rect width='100%' height='100%' fill='%23e4e4e4'/></svg>";

// As links look that lead somewhere; whatever the message says about its links counts more.
const linkStyle = ":where(a[data-link]) { color: #0000ee; text-decoration: underline; cursor: pointer }";

/** Makes a message's HTML harmless to look at.
 *  @param parser of the frame: what it makes runs nothing, loads nothing, and may have styles of its own */
export function letterOf(html: string, parser: DOMParser): Letter {
  const tree = parser.parseFromString(html, "text/html");
  for (const element of tree.querySelectorAll(unwanted)) element.remove();
  let blockedCount = 0;
  const links = new Map<string, string>();
  for (const element of tree.querySelectorAll("*")) {
    const url = element.getAttribute("href");
    const isLink = element.matches("a, area");
    if (isLink && url !== null) {
      if (isElsewhere(url))
        links.set(url, links.get(url) ?? (element.textContent.trim() || element.getAttribute("alt") || url));
      // The frame can go nowhere: a link that was followed would leave an error in place of the message.
      element.setAttribute("title", url);
      element.removeAttribute("href");
      element.setAttribute("data-link", "");
    }
    for (const name of fetching) if (!isLink || name !== "href") blockedCount += quietened(element, name);
    blockedCount += unstyled(element);
    for (const name of element.getAttributeNames()) if (name.startsWith("on")) element.removeAttribute(name);
  }
  const meta = tree.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = policy;
  const style = tree.createElement("style");
  style.textContent = linkStyle;
  tree.head.prepend(meta, style);
  return {
    html: `<!doctype html>${tree.documentElement.outerHTML}`,
    blockedCount,
    links: [...links].map(([url, text]) => ({ url, text })),
  };
}

// What is in the message itself, or a place within it.
const isElsewhere = (url: string) => !/^\s*(#|data:|$)/i.test(url);

function quietened(element: Element, name: string): number {
  const value = element.getAttribute(name);
  if (value === null || !isElsewhere(value)) return 0;
  if (name === "src" && element.tagName === "IMG") element.setAttribute("src", placeholder);
  else element.removeAttribute(name);
  return 1;
}

const fetchedByStyle = /url\((?!\s*['"]?(?:data:|#))[^)]*(?:\)|$)|@import[^;]*;?/gi;

function unstyled(element: Element): number {
  const text = element.tagName === "STYLE" ? element.textContent : element.getAttribute("style");
  const count = text?.match(fetchedByStyle)?.length ?? 0;
  if (text === null || count === 0) return 0;
  const quiet = text.replace(fetchedByStyle, (found) => (found.startsWith("@") ? "" : "none"));
  if (element.tagName === "STYLE") element.textContent = quiet;
  else element.setAttribute("style", quiet);
  return count;
}
