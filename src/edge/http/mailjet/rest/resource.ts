import type { Permission, Principal } from "../../principal.ts";
import type { Format } from "../answers.ts";
import type { FilterValues, Properties, Row, Values } from "./property.ts";

/** The four things that can be done to a resource. */
export type Operation = "Get" | "Put" | "Post" | "Delete";

/** Which object of a resource: by its number, or by the parts of its unique key. */
export type Key = { kind: "id"; id: bigint } | { kind: "unique"; parts: string[] };

/** What handlers know of the request around them. */
export interface Context<F extends Properties = Properties> {
  principal: Principal;
  now: Date;
  /** Filters of the query. They also come with a single object (`message/1?ShowSubject=1`). */
  filters: FilterValues<F>;
}

/** What part of a list is wanted. */
export interface ListQuery<F extends Properties = Properties> {
  filters: FilterValues<F>;
  sort: { property: string; isDescending: boolean } | null;
  offset: number;
  limit: number;
  /** False when only the number of matches was asked for. */
  wantsRows: boolean;
  /** Counting is work; it is done when asked for. */
  wantsTotal: boolean;
}

/** A part of a list. `total` is only read when it was wanted. */
export interface Listing<R> {
  rows: R[];
  total: number;
}

/** The work behind a resource. Methods that are missing answer "Method not allowed". */
export interface Handlers<P extends Properties, F extends Properties> {
  list?(query: ListQuery<F>, context: Context<F>): Promise<Listing<Row<P>>>;
  /** Null when there is no such object. */
  get?(key: Key, context: Context<F>): Promise<Row<P> | null>;
  /** Instead of `get`, where one key stands for many rows; none is not an error. */
  getRows?(key: Key, context: Context<F>): Promise<Row<P>[]>;
  create?(values: Values<P>, context: Context<F>): Promise<Row<P>>;
  update?(key: Key | null, values: Values<P>, context: Context<F>): Promise<Row<P> | "unchanged" | null>;
  /** False when there is no such object. */
  remove?(key: Key, context: Context<F>): Promise<boolean>;
}

/** One call of an action. */
export interface ActionCall {
  /** The object; null when the action belongs to the whole resource. */
  key: Key | null;
  /** What follows the action's name in the path, mostly the number of a job. */
  jobId: string | null;
  values: Record<string, unknown>;
  context: Context;
}

/** Rows of the answer; null when there is no such object; "empty" for 204. */
export type ActionResult = Record<string, unknown>[] | null | "empty";

/** Something that can be done to an object, or to a resource, beside the four operations. */
export interface Action {
  isGlobal: boolean;
  parameters: Properties;
  /** What it answers, for the self-description. */
  properties: Properties;
  operations: Partial<Record<Operation, (call: ActionCall) => Promise<ActionResult>>>;
  /** Of a successful POST; 200 unless said otherwise. */
  postStatus?: 201;
  /** The fields of the single row are written a second time beside the envelope: recordings show them there,
   *  the documentation shows them inside. */
  isRepeatedOnTop?: true;
}

/** What a resource file declares. */
export interface Declaration<P extends Properties, F extends Properties> extends Handlers<P, F> {
  name: string;
  /** The name in error texts: `MJ18 A Sender resource …`, `object ""->"TSender" …`. */
  typeName: string;
  description?: string;
  properties: P;
  filters: F;
  /** The order of fields in answers; alphabetical when absent, as in the old core. */
  order?: readonly string[];
  uniqueKey?: string;
  /** Properties the list can be sorted by, and whether downwards too. */
  sort: Record<string, "ascending" | "both">;
  actions?: Record<string, Action>;
  format?: Format;
  /** PUT without an id means the only object there is. */
  isSingleton?: true;
  /** What the key needs for reading; "read" when absent. Changing needs "manage". */
  readPermission?: Permission;
  /** In the self-description it is called read-only. */
  isReadOnly?: true;
}

/** A declared resource whose types have been checked. */
export type Resource = Declaration<Properties, Properties>;

/** Checks the types of a declaration's handlers against its properties and filters, and forgets them. */
export function defineResource<const P extends Properties, const F extends Properties>(
  declaration: Declaration<P, F>,
): Resource {
  return declaration as unknown as Resource;
}

/** Which operations a resource offers, in the order of the self-description. */
export function operationsOf(resource: Resource): Operation[] {
  const operations: Operation[] = [];
  if (resource.list !== undefined || resource.get !== undefined || resource.getRows !== undefined) {
    operations.push("Get");
  }
  if (resource.update !== undefined) operations.push("Put");
  if (resource.create !== undefined) operations.push("Post");
  if (resource.remove !== undefined) operations.push("Delete");
  return operations;
}
