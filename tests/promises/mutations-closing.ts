import { change, type Mutation } from "./mutation.ts";

const dayMs = 86_400_000;

/** Changes what an account is told when it asks for everything. */
function exportingWith(changed: (line: string) => string): Mutation["violate"] {
  return async ({ context }) => {
    const { exportAccount } = context;
    Object.assign(context, {
      exportAccount: async function* (accountId: bigint) {
        for await (const line of exportAccount(accountId)) {
          const told = changed(line);
          if (told !== "") yield told;
        }
      },
    });
  };
}

/** What is left of accounts, and what they are told of themselves. */
export const closingMutations: Mutation[] = [
  {
    name: "a closed account that is left beyond its time",
    probe: "closing",
    violate: async (world) => {
      await change(
        "insert into account (id, state, address_lookup, sealed, created_at, closed_at, erase_at) values (1, 'closed', '', '', '2026-01-01', '2026-10-20', '2026-11-20')",
      )(world);
      Object.assign(world.context, { eraseDue: async () => [] });
    },
  },
  {
    name: "an account that is to be kept for longer than the months of the policy",
    probe: "closing",
    violate: change(
      "insert into account (id, state, address_lookup, sealed, created_at, closed_at, erase_at) values (1, 'closed', '', '', '2026-01-01', '2026-11-20', '2027-02-21')",
    ),
  },
  {
    name: "rows of a table that stay when their account is erased",
    probe: "closing",
    violate: change("create rule keep as on delete to profile do instead nothing"),
  },
  {
    name: "a key of an account that is not destroyed",
    probe: "closing",
    violate: change("create rule keep as on delete to account_key do instead nothing"),
  },
  {
    name: "an export that leaves something out",
    probe: "closing",
    violate: exportingWith((line) => (line.includes('"table":"message"') ? "" : line)),
  },
  {
    name: "an export that opens nothing",
    probe: "closing",
    violate: exportingWith((line) => {
      const each = JSON.parse(line) as { row?: Record<string, unknown> };
      if (each.row?.opened !== undefined) each.row.opened = null;
      return JSON.stringify(each);
    }),
  },
  {
    name: "an export with somebody else's rows",
    probe: "closing",
    violate: exportingWith((line) => line.replace(/"account_id":"\d+"/, '"account_id":"1"')),
  },
  {
    name: "an export that was cut off",
    probe: "closing",
    violate: exportingWith((line) => (line.startsWith('{"end"') ? "" : line)),
  },
  {
    name: "a key that stays in memory",
    probe: "closing",
    violate: async ({ context, keyring }) => {
      keyring.forget = () => {};
      Object.assign(context, { keyring });
    },
  },
  {
    name: "days of the key chain that are not destroyed",
    probe: "closing",
    violate: async (world) => {
      world.clock.advance(33 * dayMs);
      await world.ensurePartitions();
      world.keyring.destroyContentBefore(0);
    },
  },
  {
    name: "keys that are not sealed anew",
    probe: "closing",
    violate: async (world) => {
      await world.probe("sealing");
      await change("update account_key set sealed_on = sealed_on - 3")(world);
    },
  },
];
