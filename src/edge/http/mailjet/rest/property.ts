/** What a property or filter is, as far as reading and writing it go. */
export type Kind =
  | "text"
  | "address"
  | "int64"
  | "int32"
  | "int16"
  | "number"
  | "boolean"
  | "time"
  | "texts"
  | "ids"
  | "object"
  | "reference"
  | "family";

/** A property of a resource, a filter of its list, or a parameter of an action. `V` is the type of its values. */
export interface Property<V = unknown, K extends Kind = Kind> {
  kind: K;
  /** The name of its type in the self-description. */
  dataType: string;
  isReadOnly?: true;
  isRequired?: true;
  /** As the self-description words it. */
  default?: string;
  allowed?: readonly string[];
  /** Values that are taken although the self-description does not list them. */
  alsoAllowed?: readonly string[];
  /** For a reference: the resource whose unique key `…ALT` is looked up. */
  target?: string;
  /** Written in answers, and yet not part of the self-description. */
  isUndescribed?: true;
  /** Only there to carry the type of the values. */
  readonly valueType?: V;
}

/** The same, before it has a kind. */
export type Traits = Partial<Omit<Property, "kind" | "valueType">>;

function declare<V, K extends Kind>(kind: K, dataType: string, traits: Traits = {}): Property<V, K> {
  return { kind, dataType, ...traits };
}

/** A set of named properties. */
export type Properties = Record<string, Property>;

/** A string; "" when it has no value. */
export const text = (traits?: Traits) => declare<string, "text">("text", "AnsiString", traits);
/** A string that some rows do not have at all. */
export const optionalText = (traits?: Traits) =>
  declare<string | undefined, "text">("text", "AnsiString", traits);
/** An email address; "" when there is none and none is required. */
export const address = (traits?: Traits) => declare<string, "address">("address", "TEmail", traits);
/** An integer of 64 bits; a bigint on the way in. */
export const int64 = (traits?: Traits) => declare<bigint | number, "int64">("int64", "Int64", traits);
/** An integer of 32 bits. */
export const int32 = (traits?: Traits) => declare<number, "int32">("int32", "LongInt", traits);
/** An integer of 16 bits. */
export const int16 = (traits?: Traits) => declare<number, "int16">("int16", "SmallInt", traits);
/** A number with decimals. */
export const decimal = (traits?: Traits) => declare<number, "number">("number", "Currency", traits);
/** True or false. */
export const flag = (traits?: Traits) =>
  declare<boolean, "boolean">("boolean", "Boolean", { default: "false", ...traits });
/** An instant; null is written as "". */
export const time = (traits?: Traits) => declare<Date | null, "time">("time", "TRFC3339DateTime", traits);
/** A list of strings. */
export const texts = (traits?: Traits) => declare<string[], "texts">("texts", "TStrings", traits);
/** A list of ids. */
export const ids = (traits?: Traits) => declare<bigint[], "ids">("ids", "TIDList", traits);
/** JSON of any form. */
export const object = (traits?: Traits) => declare<unknown, "object">("object", "TJSONObject", traits);
/** The id of an object of another resource, written as `…ID`; null is not written at all. */
export const reference = (dataType: string, traits?: Traits) =>
  declare<bigint | null, "reference">("reference", dataType, traits);

/** How a filter of the `X…Like` family compares. */
export interface TextMatch {
  text: string;
  where: "whole" | "anywhere" | "start" | "end";
  isCaseSensitive: boolean;
}

/** A filter that exists as Name, NameCI, NameLike, NameLikeCI, NameLLike … NameRLikeCI. */
export const family = (traits?: Traits) => declare<TextMatch[], "family">("family", "AnsiString", traits);

/** A filter of yes or no. */
export const flagFilter = (traits?: Traits) =>
  declare<boolean, "boolean">("boolean", "TBooleanFilter", traits);

type NameOf<Name extends string, P> = P extends Property<unknown, "reference"> ? `${Name}ID` : Name;

/** The values of an object of these properties, references by their `…ID`. */
export type Row<P extends Properties> = {
  [Name in keyof P & string as NameOf<Name, P[Name]>]: P[Name] extends Property<infer V> ? V : never;
};

/** Some of the values: what a request has sent. */
export type Values<P extends Properties> = Partial<Row<P>>;

/** The values of filters, under their own names. */
export type FilterValues<F extends Properties> = {
  [Name in keyof F]?: F[Name] extends Property<infer V> ? V : never;
};

/** The name a property has in JSON. */
export function nameInJson(name: string, property: Property): string {
  return property.kind === "reference" ? `${name}ID` : name;
}
