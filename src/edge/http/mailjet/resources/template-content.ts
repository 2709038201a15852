import { invalidParameter, invalidProperty } from "../rest/failure.ts";
import { object, text } from "../rest/property.ts";
import type { Action, ActionCall, Key } from "../rest/resource.ts";
import type { TemplateContent, TemplateKey, TemplateOwner, TemplateServices } from "./template-services.ts";

/** The key of a template as core knows it: by number, or by owner and name. */
export function keyOf(key: Key): TemplateKey {
  if (key.kind === "id") return key;
  const [ownerType = "", name = ""] = key.parts;
  return { kind: "name", ownerType: ownerOf(ownerType), name };
}

/** Reads whose a template is. */
export function ownerOf(word: string): TemplateOwner {
  const owner = word.toLowerCase();
  if (owner === "apikey" || owner === "user" || owner === "global") return owner;
  throw invalidParameter("OwnerType", word);
}

const parts = {
  "Text-part": text(),
  "Html-part": text(),
  MJMLContent: object({ dataType: "AnsiString" }),
  Headers: object({ dataType: "JSONObject" }),
};

/** `detailcontent`: what a template is made of. POST replaces all parts, PUT those it names. */
export function detailContentAction(
  services: Pick<TemplateServices, "readTemplateContent" | "writeTemplateContent">,
): Action {
  const write = async (call: ActionCall, content: Partial<TemplateContent>) => {
    if (call.key === null) return null;
    return rowsOf(await services.writeTemplateContent(call.context.principal, keyOf(call.key), content));
  };
  return {
    isGlobal: false,
    postStatus: 201,
    parameters: parts,
    properties: parts,
    operations: {
      Get: async ({ key, context }) =>
        key === null ? null : rowsOf(await services.readTemplateContent(context.principal, keyOf(key))),
      Post: (call) =>
        write(call, { html: null, text: null, mjml: null, headers: {}, ...contentOf(call.values) }),
      Put: (call) => write(call, contentOf(call.values)),
    },
  };
}

function rowsOf(content: TemplateContent | null) {
  if (content === null) return null;
  return [
    {
      MJMLContent: content.mjml,
      "Html-part": content.html,
      "Text-part": content.text,
      Headers: content.headers,
    },
  ];
}

function contentOf(values: Record<string, unknown>): Partial<TemplateContent> {
  const content: Partial<TemplateContent> = {};
  if ("Html-part" in values) content.html = textOrNull(values["Html-part"]);
  if ("Text-part" in values) content.text = textOrNull(values["Text-part"]);
  if ("MJMLContent" in values) content.mjml = mjmlOf(values.MJMLContent);
  if ("Headers" in values) content.headers = headersOf(values.Headers);
  return content;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function mjmlOf(value: unknown): unknown {
  if (value === null || value === "") return null;
  if (typeof value === "string" || (typeof value === "object" && !Array.isArray(value))) return value;
  throw invalidProperty("MJMLContent", "Expected a string or an object");
}

// A message has some twenty headers; a template sets three of them.
const headersMax = 50;

function headersOf(value: unknown): Record<string, string> {
  if (value === null || value === "") return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw invalidProperty("Headers", "Expected an object");
  }
  const entries = Object.entries(value);
  if (entries.length > headersMax) throw invalidProperty("Headers", `At most ${headersMax} are possible`);
  for (const [name, text] of entries) {
    // RFC 5322 §2.2: a field name is printable ASCII without a colon; a value on one line cannot add a field.
    if (!/^[!-9;-~]+$/.test(name)) throw invalidProperty("Headers", `"${name}" is not the name of a header`);
    if (typeof text !== "string" || /[\r\n\0]/.test(text)) {
      throw invalidProperty("Headers", `"${name}" must be a string on one line`);
    }
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

const image = { Mime: text({ isRequired: true }), Image: text({ isRequired: true }) };

function unavailable(parameters: Action["parameters"]): Action {
  return { isGlobal: false, parameters, properties: {}, operations: {} };
}

/** Preview images of templates: named by the API, not made here, so each answers "Method not allowed". */
export const unavailableActions = {
  detailpreviews: unavailable(image),
  displaypreview: unavailable({}),
  detailthumbnail: unavailable(image),
  displaythumbnail: unavailable({}),
} satisfies Record<string, Action>;
