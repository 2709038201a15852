import type { BinaryOperator } from "./instructions.ts";

/** An operator that stands between two values. */
export type Operation = { readonly level: number } & (
  | { readonly kind: "and" | "or" }
  | { readonly kind: "binary"; readonly operator: BinaryOperator }
);

// Loosest first. Comparisons bind tighter than and/or, as in {% if var:a != "" and var:b == "" %}.
/** How tightly the loosest operator binds. */
export const orLevel = 1;
const xorLevel = 2;
const andLevel = 3;
/** How tightly `not` binds, which stands before its value. */
export const notLevel = 4;
/** How tightly comparisons bind. */
export const comparisonLevel = 5;
const sumLevel = 6;
/** How tightly the tightest operators bind. */
export const productLevel = 7;

/** The operators between two values, by how they are written in small letters. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["or", { kind: "or", level: orLevel }],
  ["||", { kind: "or", level: orLevel }],
  ["xor", { kind: "binary", operator: "xor", level: xorLevel }],
  ["and", { kind: "and", level: andLevel }],
  ["&&", { kind: "and", level: andLevel }],
  ["=", { kind: "binary", operator: "=", level: comparisonLevel }],
  ["==", { kind: "binary", operator: "=", level: comparisonLevel }],
  ["===", { kind: "binary", operator: "=", level: comparisonLevel }],
  ["!=", { kind: "binary", operator: "!=", level: comparisonLevel }],
  ["!==", { kind: "binary", operator: "!=", level: comparisonLevel }],
  ["<>", { kind: "binary", operator: "!=", level: comparisonLevel }],
  ["<", { kind: "binary", operator: "<", level: comparisonLevel }],
  [">", { kind: "binary", operator: ">", level: comparisonLevel }],
  ["<=", { kind: "binary", operator: "<=", level: comparisonLevel }],
  [">=", { kind: "binary", operator: ">=", level: comparisonLevel }],
  ["+", { kind: "binary", operator: "+", level: sumLevel }],
  ["-", { kind: "binary", operator: "-", level: sumLevel }],
  ["*", { kind: "binary", operator: "*", level: productLevel }],
  ["/", { kind: "binary", operator: "/", level: productLevel }],
  ["div", { kind: "binary", operator: "div", level: productLevel }],
  ["mod", { kind: "binary", operator: "mod", level: productLevel }],
]);
