// A list of addresses in MaxMind's format, as small as a test needs it: IPv4, records of 24 bits, one map for each place.
// https://maxmind.github.io/MaxMind-DB/

type Value = string | number | { [name: string]: Value };
type Node = [Node | string | null, Node | string | null];

const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from("MaxMind.com")]);
const separator = Buffer.alloc(16);

/** Writes a list of which network (1.2.3.0/24) is in which country. */
export function mmdbOf(networks: Readonly<Record<string, string>>, record = countryRecord): Buffer {
  const root: Node = [null, null];
  for (const [network, country] of Object.entries(networks)) put(root, network, country);
  const nodes: Node[] = [];
  const places = new Map<string, number>();
  const data: Buffer[] = [];
  walk(root, nodes);
  for (const country of new Set(Object.values(networks))) {
    places.set(
      country,
      data.reduce((sum, { length }) => sum + length, 0),
    );
    data.push(encode(record(country)));
  }
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries()) {
    for (const [side, next] of node.entries()) {
      const to =
        next === null
          ? nodes.length
          : typeof next === "string"
            ? nodes.length + separator.length + (places.get(next) ?? 0)
            : nodes.indexOf(next);
      tree.writeUIntBE(to, index * 6 + side * 3, 3);
    }
  }
  const metadata = encode({
    ...{ node_count: nodes.length, record_size: 24, ip_version: 4, database_type: "Test-Country" },
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1 },
  });
  return Buffer.concat([tree, separator, ...data, marker, metadata]);
}

function countryRecord(country: string): Value {
  return { country: { iso_code: country } };
}

function put(root: Node, network: string, country: string): void {
  const [address = "", bits = "32"] = network.split("/");
  const number = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  let node = root;
  for (let bit = 0; bit < Number(bits) - 1; bit++) {
    const side = (number >>> (31 - bit)) & 1;
    const next = node[side];
    const child: Node = next === null || next === undefined || typeof next === "string" ? [null, null] : next;
    node[side] = child;
    node = child;
  }
  node[(number >>> (32 - Number(bits))) & 1] = country;
}

function walk(node: Node, nodes: Node[]): void {
  nodes.push(node);
  for (const next of node) if (next !== null && typeof next !== "string") walk(next, nodes);
}

function encode(value: Value): Buffer {
  if (typeof value === "string")
    return Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
  if (typeof value === "number") {
    const octets = Buffer.alloc(5, (6 << 5) | 4);
    octets.writeUInt32BE(value, 1);
    return octets;
  }
  const fields = Object.entries(value);
  const head = Buffer.from([(7 << 5) | fields.length]);
  return Buffer.concat([head, ...fields.flatMap(([name, each]) => [encode(name), encode(each)])]);
}
