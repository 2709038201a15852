import { assertNever } from "../../../base/errors.ts";
import type { CompiledTemplate } from "./compile.ts";
import { escapeHtml, type FunctionContext } from "./functions.ts";
import type { Instruction } from "./instructions.ts";
import {
  charactersPerStep,
  numberFormatSteps,
  numberFormatsMax,
  objectValueSteps,
  questionSteps,
  stepsMax,
} from "./limits.ts";
import { type NumberWriter, numberWriter } from "./numbers.ts";
import { operate } from "./operators.ts";
import { describe, type Span, TemplateFailure, type TemplateProblem } from "./problem.ts";
import type { TemplateScope } from "./scope.ts";
import { calculable, charactersIn, isTrue, textOf, valueAt } from "./values.ts";

/** What became of a template: its text, or the problem that stopped it. There is never half a text. */
export type Rendering =
  | { readonly kind: "rendered"; readonly text: string }
  | { readonly kind: "failed"; readonly problem: TemplateProblem };

/** Renders a template for one recipient. Reads nothing but the scope, changes nothing, and ends within a fixed number
 *  of steps and characters whatever the template and the scope are. What a value contains is never read as template.
 *  Only what the scope's own functions throw is thrown. */
export function render(template: CompiledTemplate, scope: TemplateScope): Rendering {
  const machine = new Machine(template, scope);
  try {
    machine.run();
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    return { kind: "failed", problem: describe(template.source, error, machine.place) };
  }
  return { kind: "rendered", text: machine.output.join("") };
}

interface Loop {
  readonly values: readonly unknown[];
  /** What the loop's variable was before, and is again afterwards. */
  readonly before: unknown;
  index: number;
}

type Of<Kind extends Instruction["kind"]> = Extract<Instruction, { kind: Kind }>;

class Machine implements FunctionContext {
  readonly scope: TemplateScope;
  readonly output: string[] = [];
  readonly #template: CompiledTemplate;
  readonly #stack: unknown[] = [];
  readonly #locals: unknown[];
  readonly #loops: Loop[] = [];
  #counter = 0;
  #steps = 0;
  #characters = 0;
  #dataByLowerName: Map<string, unknown> | undefined;

  constructor(template: CompiledTemplate, scope: TemplateScope) {
    this.#template = template;
    this.scope = scope;
    this.#locals = new Array<unknown>(template.slots).fill(undefined);
  }

  run(): void {
    const { instructions } = this.#template;
    for (let next = instructions[0]; next !== undefined; next = instructions[this.#counter]) {
      this.#counter++;
      this.#spend(1);
      this.#execute(next);
    }
  }

  /** The part of the source that was being executed. */
  get place(): Span {
    for (let at = this.#counter - 1; at >= 0; at--) {
      const instruction = this.#template.instructions[at];
      if (instruction !== undefined && "span" in instruction) return instruction.span;
    }
    return { from: 0, to: 0 };
  }

  charge(characters: number): void {
    if (characters >= charactersPerStep) this.#spend(Math.floor(characters / charactersPerStep));
  }

  ask(): void {
    this.#spend(questionSteps);
  }

  numberWriter(pattern: string, locale: string): NumberWriter {
    const { numberWriters } = this.#template;
    const key = `${locale} ${pattern}`;
    this.charge(key.length);
    const known = numberWriters.get(key);
    if (known !== undefined) return known;
    this.#spend(numberFormatSteps);
    const made = numberWriter(pattern, locale);
    if (numberWriters.size < numberFormatsMax) numberWriters.set(key, made);
    return made;
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > stepsMax) throw new TemplateFailure("limit", `more than ${stepsMax} steps`);
  }

  #execute(instruction: Instruction): void {
    switch (instruction.kind) {
      case "text":
        this.#write(instruction.text);
        break;
      case "variable":
        this.#found(instruction, this.#variable(instruction));
        break;
      case "local":
        this.#found(instruction, valueAt(this.#locals[instruction.slot], instruction.path));
        break;
      case "segment":
        this.#segment(instruction);
        break;
      case "print":
        this.#print(instruction);
        break;
      case "placeholder":
        this.#placeholder(instruction);
        break;
      case "and":
        this.#decide(instruction.target, false);
        break;
      case "or":
        this.#decide(instruction.target, true);
        break;
      case "jump":
        this.#counter = instruction.target;
        break;
      case "jumpUnless":
        if (!isTrue(this.#stack.pop())) this.#counter = instruction.target;
        break;
      case "set":
        this.#locals[instruction.slot] = this.#stack.pop();
        break;
      case "enter":
        this.#enter(instruction);
        break;
      case "next":
        this.#next(instruction);
        break;
      case "leave":
        this.#locals[instruction.slot] = this.#loops.pop()?.before;
        break;
      default:
        this.#stack.push(this.#evaluate(instruction));
    }
  }

  #evaluate(instruction: Of<"literal" | "call" | "binary" | "negate" | "not" | "truth">): unknown {
    switch (instruction.kind) {
      case "literal":
        return instruction.value;
      case "call":
        return instruction.callee.call(this.#stack.splice(this.#stack.length - instruction.count), this);
      case "binary":
        return this.#binary(instruction);
      case "negate":
        return -calculable(this.#stack.pop());
      case "not":
        return !isTrue(this.#stack.pop());
      case "truth":
        return isTrue(this.#stack.pop());
      default:
        return assertNever(instruction);
    }
  }

  #write(text: string): void {
    this.#characters += text.length;
    if (this.#characters > this.#template.outputCharactersMax) {
      throw new TemplateFailure(
        "limit",
        `output of more than ${this.#template.outputCharactersMax} characters`,
      );
    }
    this.output.push(text);
  }

  #print(instruction: Of<"print">): void {
    this.#writeValue(textOf(this.#stack.pop()), instruction.isEscaped);
  }

  #placeholder(instruction: Of<"placeholder">): void {
    const value = this.#variable(instruction);
    if (value === undefined || typeof value === "object") this.#write(instruction.otherwise);
    else this.#writeValue(textOf(value), instruction.isEscaped);
  }

  #writeValue(text: string, isEscaped: boolean): void {
    if (isEscaped) this.charge(text.length);
    this.#write(isEscaped ? escapeHtml(text) : text);
  }

  #variable({ root, path, instead }: Of<"variable" | "placeholder">): unknown {
    this.#spend(path.length);
    const container = this.scope[root];
    const value = valueAt(container, path);
    if (value !== undefined) return value;
    if (instead !== undefined) return valueAt(container, instead);
    return root === "data" ? this.#property(path) : undefined;
  }

  // Mailjet's contact properties are the same in any capitals.
  #property(path: readonly string[]): unknown {
    const [first = "", ...rest] = path;
    if (this.#dataByLowerName === undefined) {
      this.#dataByLowerName = new Map();
      for (const [name, value] of Object.entries(this.scope.data ?? {})) {
        this.#dataByLowerName.set(name.toLowerCase(), value);
      }
    }
    return valueAt(this.#dataByLowerName.get(first.toLowerCase()), rest);
  }

  #segment(instruction: Of<"segment">): void {
    this.#spend(questionSteps);
    this.#found(instruction, this.scope.isInSegment?.(instruction.segment));
  }

  #found(instruction: Of<"variable" | "local" | "segment">, value: unknown): void {
    if (value !== undefined) {
      this.#stack.push(value);
      if (instruction.found !== undefined) this.#counter = instruction.found;
    } else if (instruction.found === undefined) {
      throw new TemplateFailure("expression", `Unknown identifier: ${instruction.name}`);
    }
  }

  #binary({ operator }: Of<"binary">): unknown {
    const right = this.#stack.pop();
    const left = this.#stack.pop();
    this.charge(charactersIn(left, right));
    return operate(operator, left, right);
  }

  // Decided by the left side, the right side is not looked at: {% if var:list:false and var:list.0 … %} is safe.
  #decide(target: number, decided: boolean): void {
    const left = isTrue(this.#stack.pop());
    if (left !== decided) return;
    this.#stack.push(decided);
    this.#counter = target;
  }

  #enter({ slot, text }: Of<"enter">): void {
    const source = this.#stack.pop();
    if (typeof source !== "object" || source === null) {
      throw new TemplateFailure("plain", `"${text}" is not an array value`);
    }
    const values: readonly unknown[] = Array.isArray(source) ? source : this.#valuesOf(source);
    this.#loops.push({ values, before: this.#locals[slot], index: 0 });
  }

  // Copied, so charged for: sixty loops around one another could copy a large object before the first step of any.
  #valuesOf(source: object): unknown[] {
    const values = Object.values(source);
    this.#spend(values.length * objectValueSteps);
    return values;
  }

  #next({ slot, target }: Of<"next">): void {
    const loop = this.#loops.at(-1);
    if (loop === undefined || loop.index >= loop.values.length) {
      this.#counter = target;
      return;
    }
    this.#locals[slot] = loop.values[loop.index];
    loop.index++;
  }
}
