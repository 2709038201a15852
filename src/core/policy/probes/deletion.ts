import { addDomain, deleteDomain, selectDomain } from "../../domains/index.ts";
import { emptyInbox, keepInInbox, readInbox } from "../../messages/index.ts";
import { deleteTemplate, insertTemplate, sealDescription, selectTemplate } from "../../templates/index.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";

/** Deletes, as a customer may at any time, a template, a domain and the test inbox of a synthetic account, and looks for
 *  them afterwards. */
export function deletionProbe(context: ProbeContext): Probe {
  return {
    name: "deletion",
    everyMinutes: 60,
    run: async () => {
      const { second } = await ensureSynthetic(context);
      const findings = new Findings();
      await checkTemplate(context, second, findings);
      await checkDomain(context, second, findings);
      await checkInbox(context, second, findings);
      return findings.finding(
        "A template, a domain and a test inbox were made, deleted and looked for: they are gone.",
      );
    },
  };
}

async function checkTemplate(context: ProbeContext, accountId: bigint, findings: Findings): Promise<void> {
  const { database, keyring, ids, clock } = context;
  const scope = { role: "request", accountId } as const;
  const now = clock.now();
  const id = ids.nextSmall(now);
  const words = { author: "", copyright: "", description: "", presets: "", generatesText: false };
  const sealed = sealDescription(keyring, { accountId, id }, words);
  await database.write(scope, (tx) =>
    insertTemplate(tx, {
      accountId,
      id,
      ownerType: "apikey",
      name: `to delete ${id}`,
      editMode: 1,
      locale: "en_US",
      isStarred: false,
      categories: [],
      purposes: [],
      sealed,
      createdAt: now,
      updatedAt: now,
    }),
  );
  await database.write(scope, (tx) => deleteTemplate(tx, accountId, id));
  const left = await database.read(scope, (reader) => selectTemplate(reader, accountId, { id }));
  findings.check(left === undefined, "a template is there after its deletion");
}

async function checkDomain(context: ProbeContext, accountId: bigint, findings: Findings): Promise<void> {
  const { database, keyring, ids, clock } = context;
  const scope = { role: "request", accountId } as const;
  const name = "to-delete.facteur.example";
  const { id } = await database.write(scope, (tx) =>
    addDomain(tx, { keyring, ids, now: clock.now() }, accountId, name),
  );
  await database.write(scope, (tx) => deleteDomain(tx, accountId, id));
  const left = await database.read(scope, (reader) => selectDomain(reader, accountId, { id }));
  findings.check(left === undefined, "a domain is there after its deletion");
}

async function checkInbox(context: ProbeContext, accountId: bigint, findings: Findings): Promise<void> {
  const { database, keyring, ids, clock } = context;
  const messageId = ids.next(clock.now());
  await database.write({ role: "delivery" }, (tx) =>
    keepInInbox(
      tx,
      { keyring },
      { accountId, messageId, envelope: { from: "", to: "" }, subject: "", source: Buffer.from("x") },
    ),
  );
  const scope = { role: "request", accountId } as const;
  // By its id: the command and the service may both be at it.
  const look = () =>
    database.read(scope, (reader) => readInbox(reader, keyring, { accountId, id: messageId }));
  await database.write(scope, (tx) => emptyInbox(tx, accountId));
  findings.check((await look()) === null, "a test message is there after the inbox was emptied");
}
