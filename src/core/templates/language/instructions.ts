import type { TemplateFunction } from "./functions.ts";
import { nestingMax, nodesMax } from "./limits.ts";
import { type Span, TemplateFailure } from "./problem.ts";

/** Where a namespaced variable is looked up. */
export type Root = "var" | "data" | "mj";

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "div"
  | "mod"
  | "="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "xor";

/** A template is compiled to a flat list for a machine with a stack, so that neither the depth of a template nor the
 *  length of an expression can use up the stack of the process. Targets are indexes into the list. A lookup with
 *  `found` has a default: found, it goes on there; not found, the instructions that follow make the default. */
export type Instruction =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "placeholder";
      readonly root: Root;
      readonly path: readonly string[];
      readonly instead: readonly string[] | undefined;
      /** Written when there is no value that can be printed. */
      readonly otherwise: string;
      readonly isEscaped: boolean;
      readonly span: Span;
    }
  | { readonly kind: "literal"; readonly value: string | number | bigint | boolean }
  | {
      readonly kind: "variable";
      readonly root: Root;
      readonly path: readonly string[];
      /** Looked up when `path` is not there. */
      readonly instead: readonly string[] | undefined;
      readonly name: string;
      readonly span: Span;
      found: number | undefined;
    }
  | {
      readonly kind: "local";
      readonly slot: number;
      readonly path: readonly string[];
      readonly name: string;
      readonly span: Span;
      found: number | undefined;
    }
  | {
      readonly kind: "segment";
      readonly segment: string;
      readonly name: string;
      readonly span: Span;
      found: number | undefined;
    }
  | { readonly kind: "print"; readonly isEscaped: boolean; readonly span: Span }
  | { readonly kind: "call"; readonly callee: TemplateFunction; readonly count: number; readonly span: Span }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly span: Span }
  | { readonly kind: "negate"; readonly span: Span }
  | { readonly kind: "not" }
  | { readonly kind: "truth" }
  | { readonly kind: "and"; target: number }
  | { readonly kind: "or"; target: number }
  | { readonly kind: "jump"; target: number }
  | { readonly kind: "jumpUnless"; target: number }
  | { readonly kind: "set"; readonly slot: number }
  | { readonly kind: "enter"; readonly slot: number; readonly text: string; readonly span: Span }
  | { readonly kind: "next"; readonly slot: number; readonly span: Span; target: number }
  | { readonly kind: "leave"; readonly slot: number };

/** The instructions of one template while it is compiled. */
export class Program {
  readonly source: string;
  /** Whether printed values are HTML-escaped. */
  readonly isEscaping: boolean;
  readonly instructions: Instruction[] = [];
  readonly #slots = new Map<string, number>();

  constructor(source: string, isEscaping: boolean) {
    this.source = source;
    this.isEscaping = isEscaping;
  }

  /** The index of the next instruction, as the target of a jump. */
  get here(): number {
    return this.instructions.length;
  }

  /** How many variables of its own the template has. */
  get slots(): number {
    return this.#slots.size;
  }

  emit<T extends Instruction>(instruction: T): T {
    if (this.instructions.length === nodesMax) {
      throw new TemplateFailure("limit", `more than ${nodesMax} parts`);
    }
    this.instructions.push(instruction);
    return instruction;
  }

  /** The place of a variable of the template itself: one of a loop or of a set. */
  slotOf(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    this.#slots.set(name, this.#slots.size);
    return this.#slots.size - 1;
  }
}

/** Refuses what is nested too deeply. */
export function checkNesting(depth: number, span: Span): void {
  if (depth > nestingMax) {
    throw new TemplateFailure("limit", `nested more than ${nestingMax} deep`, span);
  }
}
