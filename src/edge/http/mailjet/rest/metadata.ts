import { compareNames } from "./output.ts";
import { flag, object, type Properties, type Property, text } from "./property.ts";
import {
  type Action,
  defineResource,
  type Key,
  type Operation,
  operationsOf,
  type Resource,
} from "./resource.ts";

// The generation of Mailjet's API that is described here.
const apiVersion = "3.0";

const operationOrder: Operation[] = ["Get", "Put", "Post", "Delete"];

/** The resource that describes all resources, itself included. */
export function metadataResource(others: () => readonly Resource[]): Resource {
  const described = { isReadOnly: true } as const;
  const self: Resource = defineResource({
    name: "metadata",
    typeName: "Metadata",
    isReadOnly: true,
    uniqueKey: "Name",
    sort: {},
    properties: {
      Actions: object({ ...described, dataType: "TResourceActionList" }),
      APIVersion: text(described),
      Description: text(described),
      Filters: object({ ...described, dataType: "TFilterList" }),
      IsReadOnly: flag(described),
      Name: text(described),
      Properties: object({ ...described, dataType: "TPropertyList" }),
      PublicOperations: object({ ...described, dataType: "TResourceOps" }),
      SortInfo: object({ ...described, dataType: "TSortInfoList" }),
      UniqueKey: text(described),
    },
    filters: {
      PublicResources: flag({ default: "" }),
      ReadOnlyResources: flag({ default: "" }),
      ResourceName: text(),
    },
    // All in one page whatever the limit, as recorded: a client reads the description whole or not at all.
    list: async ({ filters }) => {
      const chosen = all().filter((resource) => {
        const { ReadOnlyResources: readOnly, ResourceName: name } = filters;
        if (name !== undefined && name.toLowerCase() !== resource.name) return false;
        return readOnly === undefined || readOnly === isReadOnly(resource);
      });
      return { rows: chosen.map(describe), total: chosen.length };
    },
    get: async (key: Key) => {
      const name = key.kind === "unique" ? key.parts[0]?.toLowerCase() : undefined;
      const found = all().find((resource) => resource.name === name);
      return found === undefined ? null : describe(found);
    },
  });
  const all = () => [...others(), self].sort((a, b) => compareNames(a.name, b.name));
  return self;
}

function isReadOnly(resource: Resource): boolean {
  return resource.isReadOnly === true;
}

function describe(resource: Resource) {
  return {
    Actions: Object.entries(resource.actions ?? {}).map(([name, action]) => describeAction(name, action)),
    APIVersion: apiVersion,
    Description: resource.description ?? "",
    Filters: describeAll(resource.filters),
    IsReadOnly: isReadOnly(resource),
    Name: resource.name,
    Properties: describeAll(resource.properties),
    PublicOperations: operationsOf(resource).join(", "),
    SortInfo: Object.entries(resource.sort).map(([name, directions]) => ({
      AllowDescending: directions === "both",
      PropertyName: name,
    })),
    UniqueKey: resource.uniqueKey ?? "",
  };
}

function describeAction(name: string, action: Action) {
  return {
    Description: "",
    IsGlobalAction: action.isGlobal,
    Name: name,
    Parameters: describeAll(action.parameters),
    Properties: describeAll(action.properties),
    PublicOperations: operationOrder
      .filter((operation) => action.operations[operation] !== undefined)
      .join(", "),
  };
}

function describeAll(properties: Properties) {
  return Object.entries(properties)
    .filter(([, property]) => property.isUndescribed !== true)
    .flatMap(([name, property]) => namesOf(name, property).map((each) => describeOne(each, property)));
}

function namesOf(name: string, property: Property): string[] {
  if (property.kind !== "family") return [name];
  return ["", "CI", "Like", "LikeCI", "LLike", "LLikeCI", "RLike", "RLikeCI"].map(
    (suffix) => `${name}${suffix}`,
  );
}

function describeOne(name: string, property: Property) {
  return {
    ...(property.allowed === undefined ? {} : { AllowedValues: [...property.allowed] }),
    DataType: property.dataType,
    DefaultValue: property.default ?? "",
    Description: "",
    IsRequired: property.isRequired === true,
    Name: name,
    ReadOnly: property.isReadOnly === true,
  };
}
