import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { canReach, serverAccount } from "./postgres-account.ts";

const parent = mkdtempSync(join(tmpdir(), "facteur-account-"));
after(() => rmSync(parent, { recursive: true, force: true }));
const passwd = [
  { name: "root", uid: 0, gid: 0 },
  { name: "nobody", uid: 65534, gid: 65534 },
];
const stranger = { name: "stranger", ids: { uid: 54321, gid: 54321 } };

test("root hands the server to an unprivileged user, to facteur before nobody; anybody else runs it himself", () => {
  const withFacteur = [...passwd, { name: "facteur", uid: 990, gid: 991 }];
  const chosen = [passwd, withFacteur].map((users) => serverAccount(join(parent, "none"), users));
  const own = { name: userInfo().username, ids: undefined };
  assert.deepEqual(
    chosen,
    process.getuid?.() === 0
      ? [
          { name: "nobody", ids: { uid: 65534, gid: 65534 } },
          { name: "facteur", ids: { uid: 990, gid: 991 } },
        ]
      : [own, own],
  );
});

test("without a user to change to, root is told to create one, and an ordinary user does not need one", () => {
  const choose = () => serverAccount(join(parent, "none"), []);
  if (process.getuid?.() === 0) assert.throws(choose, /useradd --system facteur.*DATABASE_URL/);
  else assert.equal(choose().name, userInfo().username);
});

test("a folder is out of reach below one that its user may not pass", () => {
  const folder = join(parent, "closed", "open");
  mkdirSync(folder, { recursive: true });
  for (const path of [parent, join(parent, "closed"), folder]) chmodSync(path, 0o755);
  assert.equal(canReach(stranger, folder), true);
  chmodSync(join(parent, "closed"), 0o700);
  assert.equal(canReach(stranger, folder), false);
  assert.equal(canReach({ name: "ourselves", ids: undefined }, folder), true);
});
