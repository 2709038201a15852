import { type Sql, sql } from "../../../base/database.ts";
import { readMigrations } from "../../../base/migrate.ts";
import { brokenAttestation } from "../attest.ts";
import { verifyChain } from "../chain.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";

/** Looks at what would notice damage: checksums, constraints, sealed values, the chain of the evidence itself. */
export function integrityProbe(context: ProbeContext): Probe {
  return {
    name: "integrity",
    everyMinutes: 60,
    run: async () => {
      const { first } = await ensureSynthetic(context);
      const findings = new Findings();
      checkSeal(context, first, findings);
      const length = await context.database.read({ role: "operator" }, async (reader) => {
        findings.check(await hasChecksums(reader), "the database keeps no checksums of its pages");
        for (const name of await invalidParts(reader)) findings.check(false, `${name} is not valid`);
        await checkMigrations(reader, findings);
        const chain = await verifyChain(reader);
        findings.check(chain.brokenAt === null, `the evidence was changed at ${chain.brokenAt}`);
        const broken = await brokenAttestation(reader);
        findings.check(broken === null, `a statement of the operator was changed at ${broken}`);
        return chain.length;
      });
      return findings.finding(
        `Pages of the database have checksums, every constraint and index is valid, the migrations are those of this release, a sealed value with one changed bit does not open, and the chain of ${length} pieces of evidence is whole.`,
      );
    },
  };
}

function checkSeal({ keyring }: ProbeContext, accountId: bigint, findings: Findings): void {
  const place = { table: "probe", accountId, id: 1n };
  const sealed = keyring.sealIdentity(place, "intact");
  findings.check(keyring.openIdentity(place, sealed).toString() === "intact", "a sealed value does not open");
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  findings.check(!opens(() => keyring.openIdentity(place, sealed)), "a damaged sealed value opens");
}

function opens(open: () => Buffer): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}

async function hasChecksums(reader: Sql): Promise<boolean> {
  const row = await reader.row<{ value: string }>(sql`select current_setting('data_checksums') as value`);
  return row?.value === "on";
}

async function invalidParts(reader: Sql): Promise<string[]> {
  const rows = await reader.rows<{ name: string }>(sql`
    select c.conname as name from pg_constraint c
    where c.connamespace = 'public'::regnamespace and not c.convalidated
    union all
    select i.indexrelid::regclass::text from pg_index i join pg_class t on t.oid = i.indrelid
    where t.relnamespace = 'public'::regnamespace and not i.indisvalid`);
  return rows.map(({ name }) => name);
}

async function checkMigrations(reader: Sql, findings: Findings): Promise<void> {
  const applied = await reader.rows<{ number: number; checksum: string }>(sql`
    select m.number, m.checksum from migration m order by m.number`);
  for (const { number, name, checksum } of readMigrations()) {
    const found = applied.find((step) => step.number === number);
    findings.check(found?.checksum === checksum, `the migration ${name} was not applied as it is written`);
  }
}
