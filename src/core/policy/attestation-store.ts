import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { Attestation } from "./attestation.ts";

/** One after the other: they form a chain. */
export async function lockAttestations(tx: Transaction): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('attestation'))`);
}

/** Every statement, the oldest first. There are a few in a year. */
export async function selectAttestations(reader: Sql): Promise<Attestation[]> {
  return reader.rows(sql`
    select a.id, a.promise, a.at, a.until, a.author, a.statement, a.document_hash as "documentHash", a.previous, a.hash
    from attestation a order by a.id`);
}

export async function insertAttestation(tx: Transaction, row: Attestation): Promise<void> {
  await tx.run(sql`
    insert into attestation (id, promise, at, until, author, statement, document_hash, previous, hash)
    values (${row.id}, ${row.promise}, ${row.at}, ${row.until}, ${row.author}, ${row.statement},
      ${row.documentHash}::bytea, ${row.previous}, ${row.hash})`);
}
