import { alreadyExists, invalidParameter } from "../rest/failure.ts";
import { flag, ids, int16, int64, text, texts, time, type Values } from "../rest/property.ts";
import { type Context, defineResource, type Key, type Resource } from "../rest/resource.ts";
import { sent } from "./lookup.ts";
import { pageFrom } from "./message-filters.ts";
import { detailContentAction, keyOf, ownerOf, unavailableActions } from "./template-content.ts";
import type {
  SelectionMethod,
  TemplateFilter,
  TemplateRecord,
  TemplateServices,
} from "./template-services.ts";

const filters = {
  APIKey: int64(),
  Categories: text(),
  CategoriesSelectionMethod: text(),
  EditMode: int16(),
  Name: text(),
  OwnerType: text(),
  Purposes: text(),
  PurposesSelectionMethod: text(),
  User: int64(),
};

// Templates are one of the newer services, which write fields in this order and JSON without spaces.
const order = [
  "ID",
  "Name",
  "Author",
  "OwnerId",
  "OwnerType",
  "Presets",
  "Categories",
  "Copyright",
  "Description",
  "EditMode",
  "IsStarred",
  "IsTextPartGenerationEnabled",
  "Locale",
  "LocaleList",
  "Previews",
  "Purposes",
  "CreatedAt",
  "LastUpdatedAt",
];

const properties = {
  Author: text(),
  Categories: texts({
    allowed: [
      "full",
      "basic",
      "newsletter",
      "e-commerce",
      "events",
      "travel",
      "sports",
      "welcome",
      "contact-property-update",
      "support",
      "invoice",
      "anniversary",
      "account",
      "activation",
    ],
  }),
  Copyright: text(),
  CreatedAt: time({ isReadOnly: true, isUndescribed: true }),
  Description: text(),
  EditMode: int16(),
  ID: int64({ isReadOnly: true }),
  IsStarred: flag(),
  IsTextPartGenerationEnabled: flag({ isUndescribed: true, default: "true" }),
  LastUpdatedAt: time({ isReadOnly: true, isUndescribed: true }),
  Locale: text({ default: "en_US" }),
  LocaleList: texts({ isReadOnly: true, isUndescribed: true }),
  Name: text({ isRequired: true }),
  OwnerId: int64({ isReadOnly: true, dataType: "LongInt" }),
  OwnerType: text({ dataType: "TOwnerType", default: "apikey", allowed: ["apikey", "user", "global"] }),
  Presets: text(),
  Previews: ids({ isReadOnly: true }),
  Purposes: texts({ allowed: ["marketing", "transactional", "automation"] }),
};

/** `template`: stored templates; their content is behind `detailcontent`. */
export function templateResource(services: TemplateServices): Resource {
  return defineResource({
    name: "template",
    typeName: "Template",
    description: "Stored templates.",
    uniqueKey: "OwnerType|Name",
    format: "compact",
    order,
    properties,
    filters,
    sort: { ID: "both" },
    list: async (query, { principal }) => {
      const part = await services.listTemplates(principal, filterOf(query.filters), pageFrom(query));
      return { rows: part.rows.map(rowOf), total: part.total };
    },
    get: async (key, { principal }) => {
      const template = await services.readTemplate(principal, keyOf(key));
      return template === null ? null : rowOf(template);
    },
    create: async (values, { principal }) => {
      const { Name: name = "" } = values;
      const change = changeOf(values);
      const outcome = await services.createTemplate(principal, { ...change, name });
      if (outcome.kind === "exists") throw nameTaken(values.OwnerType ?? "apikey", name);
      return rowOf(outcome.template);
    },
    update: async (key, values, { principal }) => {
      if (key === null) return null;
      const outcome = await services.updateTemplate(principal, keyOf(key), changeOf(values));
      switch (outcome.kind) {
        case "changed":
          return rowOf(outcome.value);
        case "unchanged":
          return "unchanged";
        case "exists":
          throw nameTaken(values.OwnerType ?? "apikey", values.Name ?? "");
        case "unknown":
          return null;
      }
    },
    remove: async (key: Key, { principal }) => services.removeTemplate(principal, keyOf(key)),
    actions: { detailcontent: detailContentAction(services), ...unavailableActions },
  });
}

function filterOf(wanted: Context<typeof filters>["filters"]): TemplateFilter {
  return sent({
    name: wanted.Name,
    ownerType: wanted.OwnerType === undefined ? undefined : ownerOf(wanted.OwnerType),
    editMode: wanted.EditMode,
    categories: selectionOf(wanted.Categories, wanted.CategoriesSelectionMethod),
    purposes: selectionOf(wanted.Purposes, wanted.PurposesSelectionMethod),
  });
}

function selectionOf(words: string | undefined, method = "containsany") {
  if (words === undefined) return undefined;
  const values = words
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return { values, method: methodOf(method) };
}

function methodOf(word: string): SelectionMethod {
  const method = word.toLowerCase();
  if (method === "containsany" || method === "containsall" || method === "issubset") return method;
  throw invalidParameter("SelectionMethod", word);
}

function changeOf(values: Values<typeof properties>) {
  return sent({
    name: values.Name,
    ownerType: values.OwnerType === undefined ? undefined : ownerOf(values.OwnerType),
    author: values.Author,
    copyright: values.Copyright,
    description: values.Description,
    editMode: values.EditMode,
    isStarred: values.IsStarred,
    generatesText: values.IsTextPartGenerationEnabled,
    locale: values.Locale,
    presets: values.Presets,
    categories: values.Categories,
    purposes: values.Purposes,
  });
}

function nameTaken(ownerType: string, name: string) {
  return alreadyExists("Template", "OwnerType|Name", `${ownerType}|${name}`);
}

function rowOf(template: TemplateRecord) {
  return {
    Author: template.author,
    Categories: template.categories,
    Copyright: template.copyright,
    CreatedAt: template.createdAt,
    Description: template.description,
    EditMode: template.editMode,
    ID: template.id,
    IsStarred: template.isStarred,
    IsTextPartGenerationEnabled: template.generatesText,
    LastUpdatedAt: template.changedAt,
    Locale: template.locale,
    LocaleList: [template.locale],
    Name: template.name,
    OwnerId: template.ownerId,
    OwnerType: template.ownerType,
    Presets: template.presets,
    Previews: [],
    Purposes: template.purposes,
  };
}
