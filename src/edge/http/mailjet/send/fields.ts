import type { Json, JsonRecord } from "../../json.ts";

/** The properties of an object that this API knows, found by exact name or in any case. */
export type FieldNames<Name extends string> = ReadonlyMap<string, Name>;

/** What an object says of the known properties. */
export type Fields<Name extends string> = Partial<Record<Name, Exclude<Json, null>>>;

export function fieldNames<Name extends string>(...names: Name[]): FieldNames<Name> {
  return new Map(names.flatMap((name) => [[name.toLowerCase(), name] as const, [name, name] as const]));
}

/** Picks the known properties. Null is absent (mj-0003 is "missing or null"), unknown properties are passed over: a
 *  client that has sent one to Mailjet until now keeps working. Of two spellings the last wins, as with duplicates. */
export function fieldsOf<Name extends string>(record: JsonRecord, names: FieldNames<Name>): Fields<Name> {
  const fields: Fields<Name> = {};
  for (const key of Object.keys(record)) {
    const name = names.get(key) ?? names.get(key.toLowerCase());
    const value = record[key];
    if (name !== undefined && value !== null && value !== undefined) fields[name] = value;
  }
  return fields;
}
