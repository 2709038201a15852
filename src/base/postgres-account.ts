import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";

/** The user of the operating system that runs PostgreSQL. Undefined ids: the one we are. */
export type ServerAccount = { name: string; ids: { uid: number; gid: number } | undefined };

// PostgreSQL refuses to run as root. A user of its own is best; nobody exists everywhere.
const accountsTried = ["facteur", "nobody"];

/** Chooses who runs PostgreSQL: we ourselves, or an unprivileged user when we are root; always the one to whom
 *  existing data belong. */
export function serverAccount(dataFolder: string, passwd = readPasswd()): ServerAccount {
  const ownerId = existsSync(dataFolder) ? statSync(dataFolder).uid : undefined;
  if (process.getuid?.() !== 0) return ownAccount(dataFolder, ownerId);
  const owner = passwd.find(({ uid }) => uid === ownerId && uid !== 0);
  const account =
    owner ?? accountsTried.flatMap((name) => passwd.find((entry) => entry.name === name) ?? [])[0];
  if (!account) {
    throw new Error(
      "PostgreSQL does not run as root, and there is no user facteur or nobody to run it. " +
        "Create one (useradd --system facteur), start as an ordinary user, or set DATABASE_URL.",
    );
  }
  return { name: account.name, ids: { uid: account.uid, gid: account.gid } };
}

function ownAccount(dataFolder: string, ownerId: number | undefined): ServerAccount {
  const uid = process.getuid?.();
  if (ownerId !== undefined && uid !== undefined && ownerId !== uid) {
    throw new Error(
      `The data in ${dataFolder} belong to another user (${ownerId}). Start as that user or as root.`,
    );
  }
  return { name: ownName(), ids: undefined };
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    throw new Error(
      `PostgreSQL does not run as user ${process.getuid?.()}, which has no name. Add the user to /etc/passwd, ` +
        "start as another one, or set DATABASE_URL.",
    );
  }
}

type PasswdEntry = { name: string; uid: number; gid: number };

function readPasswd(): PasswdEntry[] {
  if (!existsSync("/etc/passwd")) return [];
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const fields = lines.filter((line) => /^[^#:]+:/.test(line)).map((line) => line.split(":"));
  return fields.map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** Whether the account may enter a folder, which takes the right to pass each folder above it. */
export function canReach(account: ServerAccount, folder: string): boolean {
  if (!account.ids) return true;
  const { uid, gid } = account.ids;
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    const stat = statSync(path);
    const passBit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
    if ((stat.mode & passBit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
