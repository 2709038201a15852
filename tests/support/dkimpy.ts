import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

// The system's own Python has Debian's packages; another one in the path may not.
const python = "/usr/bin/python3";
const script = `
import dkim, json, sys
asked = json.load(sys.stdin)
message = bytes.fromhex(asked["message"])
find = lambda name, timeout=5: asked["records"].get(name.decode().rstrip("."), "").encode()
verifier = dkim.DKIM(message)
print(json.dumps([verifier.verify(idx=index, dnsfunc=find) for index in range(asked["signatures"])]))
`;

/** Asks Debian's python3-dkim whether the first signatures of a message hold, given the TXT records of their keys.
 *  Installs the package when it is missing; where that is impossible, says what is. */
export async function dkimpyVerdicts(
  message: Buffer,
  records: Record<string, string>,
  signatures = 1,
): Promise<boolean[]> {
  await ensureInstalled();
  const asked = run(python, ["-c", script], { maxBuffer: 1024 * 1024 });
  asked.child.stdin?.end(JSON.stringify({ message: message.toString("hex"), records, signatures }));
  const { stdout } = await asked;
  return JSON.parse(stdout) as boolean[];
}

async function ensureInstalled(): Promise<void> {
  if (await hasDkim()) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "-y", "--no-install-recommends", "python3-dkim"], { env });
  } catch (error) {
    throw new Error("python3-dkim is missing: apt-get install python3-dkim.", { cause: error });
  }
}

function hasDkim(): Promise<boolean> {
  return run(python, ["-c", "import dkim"]).then(
    () => true,
    () => false,
  );
}
