/** A curl command as the pages print it, read into what it asks for. So the examples run where there is no curl. */
export interface CurlCommand {
  url: string;
  method: string;
  /** user:password */
  user: string;
  headers: Record<string, string>;
  body: string | null;
}

/** Reads the options our pages use; throws for any other, so that a page cannot say what is not tried. */
export function readCurl(command: string, variables: Record<string, string>): CurlCommand {
  const [program, ...words] = wordsOf(command, variables);
  if (program !== "curl") throw new Error(`Not a curl command: ${command}`);
  const read: CurlCommand = { url: "", method: "", user: "", headers: {}, body: null };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) read.url = word;
    else takeOption(read, word, words[++at] ?? "");
  }
  if (read.method === "") read.method = read.body === null ? "GET" : "POST";
  return read;
}

function takeOption(read: CurlCommand, option: string, value: string): void {
  switch (option) {
    case "-u":
      read.user = value;
      return;
    case "-X":
      read.method = value;
      return;
    case "-d":
      read.body = value;
      return;
    case "-H": {
      const [name = "", ...rest] = value.split(":");
      read.headers[name] = rest.join(":").trim();
      return;
    }
    default:
      throw new Error(`The option ${option} of curl is not known to the test of the pages.`);
  }
}

// A shell's quotes, variables and line ends, as far as examples have them.
function wordsOf(command: string, variables: Record<string, string>): string[] {
  const joined = command.trim().replace(/\\\n/g, " ");
  return [...joined.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => {
    const text = word.replace(
      /'([^']*)'|"([^"]*)"|([^'"]+)/g,
      (_, quoted?: string, ...rest: (string | undefined)[]) =>
        quoted !== undefined ? quoted : withVariables(rest[0] ?? rest[1] ?? "", variables),
    );
    return text;
  });
}

function withVariables(text: string, variables: Record<string, string>): string {
  return text.replace(/\$(\w+)/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`The page does not say where $${name} comes from.`);
    return value;
  });
}
