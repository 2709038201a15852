import { alreadyExists } from "../mailjet/rest/failure.ts";
import {
  address,
  decimal,
  family,
  flag,
  flagFilter,
  int64,
  object,
  reference,
  text,
  texts,
  time,
} from "../mailjet/rest/property.ts";
import { matchesFamily } from "../mailjet/rest/query.ts";
import { defineResource, type Key, type Resource } from "../mailjet/rest/resource.ts";
import { equalsIgnoringCase, pageOf } from "../mailjet/rest/rows.ts";

interface Thing {
  CreatedAt: Date;
  Email: string;
  ID: bigint;
  IsStarred: boolean;
  Name: string;
  OwnerID: bigint | null;
  SeenAt: Date | null;
  Score: number;
  Tags: string[];
}

function thing(id: bigint, email: string, changes: Partial<Thing> = {}): Thing {
  return {
    CreatedAt: new Date("2020-11-06T13:38:49.730Z"),
    Email: email,
    ID: id,
    IsStarred: false,
    Name: "",
    OwnerID: null,
    SeenAt: null,
    Score: 0,
    Tags: [],
    ...changes,
  };
}

/** A resource with a property of each kind, held in memory: what the engine's tests are run against. */
export function thingResources(): Resource[] {
  const things = [
    thing(38778n, "passenger1@example.com", { Name: "Beta" }),
    thing(1152921509597813712n, "foo+bar@example.com", { Name: "alpha", IsStarred: true, OwnerID: 3n }),
  ];
  const indexOf = (key: Key) =>
    things.findIndex((each) =>
      key.kind === "id" ? each.ID === key.id : equalsIgnoringCase(each.Email, key.parts[0] ?? ""),
    );
  const resource = defineResource({
    name: "thing",
    typeName: "Thing",
    uniqueKey: "Email",
    properties: {
      CreatedAt: time({ isReadOnly: true, default: "Current time" }),
      Email: address({ isRequired: true }),
      ID: int64({ isReadOnly: true }),
      IsStarred: flag(),
      Name: text({ allowed: ["alpha", "Beta", "gamma"] }),
      Owner: reference("TOwner", { target: "owner" }),
      SeenAt: time(),
      Score: decimal(),
      Tags: texts(),
    },
    filters: { IsStarred: flagFilter(), Name: family(), FromTS: time(), ToTS: time(), Owner: int64() },
    sort: { ID: "both", Name: "ascending" },
    list: async (query) =>
      pageOf(things, query, {
        IsStarred: (row, wanted) => row.IsStarred === wanted,
        Name: (row, wanted) => matchesFamily(row.Name, wanted),
        Owner: (row, wanted) => row.OwnerID === wanted,
        FromTS: (row, since) => since === null || row.CreatedAt >= since,
      }),
    get: async (key) => things[indexOf(key)] ?? null,
    create: async ({ Email: email = "", ...values }) => {
      if (indexOf({ kind: "unique", parts: [email] }) >= 0) throw alreadyExists("Thing", "Email", email);
      const { ID: _ignored, CreatedAt: _too, ...rest } = values;
      const made = thing(BigInt(things.length + 1), email, rest);
      things.push(made);
      return made;
    },
    update: async (key, values) => {
      const index = key === null ? -1 : indexOf(key);
      const old = things[index];
      if (old === undefined) return null;
      const made = { ...old, ...values } as Thing;
      if (Object.entries(values).every(([name, value]) => old[name as keyof Thing] === value))
        return "unchanged";
      things[index] = made;
      return made;
    },
    remove: async (key) => {
      const index = indexOf(key);
      if (index >= 0) things.splice(index, 1);
      return index >= 0;
    },
    actions: {
      polish: {
        isGlobal: false,
        parameters: { Shine: int64({ isRequired: true }), Extra: object() },
        properties: { Shine: int64() },
        operations: {
          Get: async ({ key }) => (key === null || indexOf(key) < 0 ? null : [{ Shine: 1 }]),
          Post: async ({ values }) => [{ Shine: values.Shine }],
        },
      },
      managemanythings: {
        isGlobal: true,
        postStatus: 201,
        parameters: {},
        properties: {},
        operations: {
          Post: async () => [{ JobID: 5 }],
          Get: async ({ jobId }) => [{ JobID: Number(jobId), Status: "Completed" }],
        },
      },
    },
  });
  const owners = defineResource({
    name: "owner",
    typeName: "Owner",
    uniqueKey: "Kind|Name",
    format: "compact",
    properties: { ID: int64({ isReadOnly: true }), Kind: text(), Name: text() },
    filters: {},
    sort: {},
    get: async (key) =>
      key.kind === "unique" && key.parts.join("|") === "user|a|b"
        ? { ID: 3n, Kind: "user", Name: "a|b" }
        : null,
    list: async (query) => pageOf([{ ID: 3n, Kind: "user", Name: "a|b" }], query, {}),
  });
  return [resource, owners];
}
