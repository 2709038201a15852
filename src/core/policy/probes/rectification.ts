import {
  changeAccount,
  emptyProfile,
  openAccount,
  readProfile,
  selectAccount,
  writeProfile,
} from "../../accounts/index.ts";
import { canaryWord } from "../canary.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";

/** Corrects the name of an account and its profile, and looks whether the new one is there and the old one is not. */
export function rectificationProbe(context: ProbeContext): Probe {
  const { database, keyring, clock, ids } = context;
  return {
    name: "rectification",
    everyMinutes: 60,
    run: async () => {
      const { second } = await ensureSynthetic(context);
      const findings = new Findings();
      const word = canaryWord(keyring);
      const number = ids.next(clock.now()).toString(36);
      const [wrong, right] = [`${word}-wrong-${number}`, `${word}-right-${number}`];
      for (const name of [wrong, right]) {
        await database.write({ role: "operator" }, async (tx) => {
          await keyring.load(tx, [second]);
          const row = await selectAccount(tx, second);
          if (row !== undefined) await changeAccount(tx, keyring, openAccount(keyring, row), { name });
          const profile = { ...emptyProfile, firstname: name };
          await writeProfile(tx, { keyring, now: clock.now() }, second, profile);
        });
      }
      const { name, firstname } = await database.read(
        { role: "request", accountId: second },
        async (reader) => {
          await keyring.load(reader, [second]);
          const row = await selectAccount(reader, second);
          const profile = await readProfile(reader, keyring, second);
          return {
            name: row === undefined ? "" : openAccount(keyring, row).name,
            firstname: profile.firstname,
          };
        },
      );
      findings.check(name === right, "the corrected name of an account is not the one that is read");
      findings.check(firstname === right, "the corrected name of a profile is not the one that is read");
      return findings.finding(
        "The name of an account and of its profile was corrected: whoever reads it finds the new one, and the old one stands nowhere.",
      );
    },
  };
}
