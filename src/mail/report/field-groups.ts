/** Fields of one group, by name in lower case, in their order. */
export type FieldGroup = ReadonlyMap<string, readonly string[]>;

// A report has a group for the message and one for each recipient; more than a list server's largest envelope is no report.
const groupsMax = 1_001;
const fieldsMax = 200;
const valueCharactersMax = 4_096;

/** Reads groups of fields that are parted by empty lines, as reports write them. What is no field is passed over.
 *  @see RFC 3464 §2.1, RFC 5965 §3 */
export function readFieldGroups(text: string): FieldGroup[] {
  const groups: FieldGroup[] = [];
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n(?:[ \t]*\n)+/)) {
    if (groups.length >= groupsMax) break;
    const group = readGroup(block);
    if (group.size > 0) groups.push(group);
  }
  return groups;
}

function readGroup(block: string): FieldGroup {
  const found = new Map<string, string[]>();
  let count = 0;
  for (const line of block.replace(/\n[ \t]+/g, " ").split("\n")) {
    const [, name, value = ""] = /^([!-9;-~]{1,80})[ \t]*:(.*)$/s.exec(line) ?? [];
    if (name === undefined) continue;
    count += 1;
    if (count > fieldsMax) break;
    const values = found.get(name.toLowerCase()) ?? [];
    values.push(value.trim().slice(0, valueCharactersMax));
    found.set(name.toLowerCase(), values);
  }
  return found;
}

/** The first value of a field; null when it is not there or says nothing. */
export function firstOf(group: FieldGroup, lowerName: string): string | null {
  return group.get(lowerName)?.[0] || null;
}
