import { type TemplateFunction, templateFunctions } from "./functions.ts";
import { checkNesting, type Instruction, type Program, type Root } from "./instructions.ts";
import {
  comparisonLevel,
  notLevel,
  type Operation,
  operations,
  orLevel,
  productLevel,
} from "./precedence.ts";
import { type Span, TemplateFailure } from "./problem.ts";
import { generalOf } from "./scope.ts";
import { Lexer, namespaces, type Token } from "./tokens.ts";
import { numberOf } from "./values.ts";

// Not usable as names of the template's own variables.
const reserved: ReadonlySet<string> = new Set([
  "and",
  "or",
  "xor",
  "not",
  "div",
  "mod",
  "in",
  "true",
  "false",
]);

type Lookup = Extract<Instruction, { found: number | undefined }>;

/** Compiles expressions: reads them word by word and emits instructions that leave one value on the stack. */
export class ExpressionCompiler {
  readonly #program: Program;
  readonly #lexer: Lexer;
  /** Where the delimiter that began this tag stands: errors are quoted from there. */
  readonly #opened: number;
  #token: Token;
  #readTo = 0;
  #depth = 0;

  constructor(program: Program, lexer: Lexer, opened: number) {
    this.#program = program;
    this.#lexer = lexer;
    this.#opened = opened;
    this.#token = this.#lexer.next();
    this.#checkReadable();
  }

  /** From the tag's delimiter to the word that is read now. */
  get span(): Span {
    return { from: this.#opened, to: this.#token.to };
  }

  expression(): void {
    this.#binary(orLevel);
  }

  /** Ends the tag here. */
  end(): void {
    if (this.#token.kind !== "end") this.#fail("Unexpected word");
  }

  /** Where the word that was read last ends. */
  get readTo(): number {
    return this.#readTo;
  }

  /** Where the word that is read now begins. */
  get position(): number {
    return this.#token.from;
  }

  /** Reads the name of a variable that the template defines. */
  ownName(): string {
    const name = this.#token.text;
    if (this.#token.kind !== "name" || reserved.has(name.toLowerCase())) this.#fail("Name expected");
    this.#advance();
    return name;
  }

  /** Reads a word that must stand here. */
  expect(word: string): void {
    if (this.#token.kind === "text" || this.#token.text.toLowerCase() !== word)
      this.#fail(`"${word}" expected`);
    this.#advance();
  }

  #advance(): void {
    this.#readTo = this.#lexer.position;
    this.#token = this.#lexer.next();
    this.#checkReadable();
  }

  #checkReadable(): void {
    if (this.#token.kind === "invalid") this.#fail(this.#token.text);
  }

  #fail(reason: string, span = this.span): never {
    throw new TemplateFailure("expression", reason, span);
  }

  #is(sign: string): boolean {
    return this.#token.kind === "sign" && this.#token.text === sign;
  }

  #isWord(word: string): boolean {
    return this.#token.kind === "name" && this.#token.text.toLowerCase() === word;
  }

  #nested(read: () => void): void {
    this.#depth++;
    checkNesting(this.#depth, this.span);
    read();
    this.#depth--;
  }

  #binary(level: number): void {
    this.#tighterThan(level);
    let operation = this.#operation(level);
    while (operation !== undefined) {
      this.#advance();
      this.#operand(operation, level);
      operation = this.#operation(level);
    }
  }

  #tighterThan(level: number): void {
    if (level === productLevel) this.#unary();
    else if (level + 1 === notLevel) this.#not();
    else this.#binary(level + 1);
  }

  #operand(operation: Operation, level: number): void {
    if (operation.kind === "binary") {
      this.#tighterThan(level);
      this.#program.emit({ kind: "binary", operator: operation.operator, span: this.#spanBefore() });
      return;
    }
    const jump = this.#program.emit({ kind: operation.kind, target: 0 });
    this.#tighterThan(level);
    this.#program.emit({ kind: "truth" });
    jump.target = this.#program.here;
  }

  #operation(level: number): Operation | undefined {
    if (this.#token.kind !== "sign" && this.#token.kind !== "name") return undefined;
    const operation = operations.get(this.#token.text.toLowerCase());
    return operation?.level === level ? operation : undefined;
  }

  // Looser than a comparison: not var:a = 1 means not (var:a = 1).
  #not(): void {
    if (!this.#isWord("not")) {
      this.#binary(comparisonLevel);
      return;
    }
    this.#advance();
    this.#nested(() => this.#not());
    this.#program.emit({ kind: "not" });
  }

  // Tighter than everything: !var:a = 1 means (!var:a) = 1.
  #unary(): void {
    if (this.#is("!") || this.#isWord("not")) {
      this.#advance();
      this.#nested(() => this.#unary());
      this.#program.emit({ kind: "not" });
    } else if (this.#is("-")) {
      this.#advance();
      this.#nested(() => this.#unary());
      this.#program.emit({ kind: "negate", span: this.#spanBefore() });
    } else this.#primary();
  }

  #primary(): void {
    const token = this.#token;
    if (token.kind === "name") this.#named(token);
    else if (token.kind === "number" || token.kind === "text") this.#literal(token);
    else if (this.#is("(")) {
      this.#advance();
      this.#nested(() => this.expression());
      this.expect(")");
    } else this.#fail("Value expected");
  }

  #literal(token: Token): void {
    const number = token.kind === "number" ? numberOf(token.text) : undefined;
    this.#program.emit({ kind: "literal", value: number ?? token.text });
    this.#advance();
  }

  #named(token: Token): void {
    const word = token.text.toLowerCase();
    const parts = this.#lexer.moreParts([token.text]);
    const span = { from: this.#opened, to: this.#lexer.position };
    this.#advance();
    if (parts.length > 1) this.#own(parts, span);
    else if (word === "true" || word === "false") {
      this.#program.emit({ kind: "literal", value: word === "true" });
    } else if (reserved.has(word)) this.#fail("Value expected", span);
    else if (this.#is("(")) this.#call(token.text, span);
    else if (this.#is(":") && word.startsWith("segment") && namespaces.has(word)) this.#segment();
    else if (this.#is(":") && namespaces.has(word)) this.#namespaced(word as Root);
    else this.#own(parts, span);
  }

  // A variable of the template itself, from a loop or a set.
  #own(parts: string[], span: Span): void {
    const [first = "", ...path] = parts;
    const name = parts.join(".");
    const lookup: Lookup = {
      kind: "local",
      slot: this.#program.slotOf(first),
      path,
      name,
      span,
      found: undefined,
    };
    if (this.#is(":")) this.#checkMisspelt(name);
    this.#optional(lookup);
  }

  // Only here is a default without quotes not taken: in {{vars:name}} it is the namespace that is misspelt.
  #checkMisspelt(name: string): void {
    const ahead = new Lexer(this.#program.source, this.#lexer.position, this.#lexer.closer).next();
    const word = ahead.text.toLowerCase();
    if (ahead.kind !== "name" || word === "true" || word === "false" || namespaces.has(word)) return;
    this.#fail(`Unknown identifier: ${name}:${ahead.text}`, { from: this.#opened, to: ahead.to });
  }

  #namespaced(root: Root): void {
    const path = this.#lexer.path();
    const span = { from: this.#opened, to: this.#lexer.position };
    if (path.length === 0) this.#fail("Name expected");
    this.#advance();
    this.#optional({
      kind: "variable",
      root,
      path,
      instead: root === "mj" ? generalOf(path) : undefined,
      name: `${root}:${path.join(".")}`,
      span,
      found: undefined,
    });
  }

  // A segment is called by its name or its number; a name may have several words, with or without quotes.
  #segment(): void {
    let name = this.#lexer.path().join(".");
    this.#advance();
    if (name !== "") name += this.#moreWords();
    else if (this.#token.kind === "text") {
      name = this.#token.text;
      this.#advance();
    } else this.#fail("Name expected");
    const span = this.#spanBefore();
    this.#optional({ kind: "segment", segment: name, name: `segment:${name}`, span, found: undefined });
  }

  #optional(lookup: Lookup): void {
    this.#program.emit(lookup);
    if (!this.#is(":")) return;
    this.#advance();
    this.#nested(() => this.#default());
    lookup.found = this.#program.here;
  }

  #default(): void {
    const token = this.#token;
    const word = token.text.toLowerCase();
    if (token.kind === "text" || token.kind === "number") this.#literal(token);
    else if (this.#is("-")) this.#unary();
    else if (token.kind !== "name") this.#fail("Default expected");
    else if (namespaces.has(word) || word === "true" || word === "false") this.#named(token);
    else this.#words(token);
  }

  // {{var:name:friend}}: a default without quotes. It is the template's own variable of that name, if there is one.
  #words(first: Token): void {
    if (reserved.has(first.text.toLowerCase())) this.#fail("Default expected");
    this.#advance();
    const more = this.#moreWords();
    const lookup: Lookup = {
      kind: "local",
      slot: this.#program.slotOf(first.text),
      path: [],
      name: first.text,
      span: this.span,
      found: undefined,
    };
    if (more === "") this.#program.emit(lookup);
    this.#program.emit({ kind: "literal", value: first.text + more });
    lookup.found = this.#program.here;
  }

  #moreWords(): string {
    let words = "";
    while (this.#token.kind === "name" && !reserved.has(this.#token.text.toLowerCase())) {
      words += ` ${this.#token.text}`;
      this.#advance();
    }
    return words;
  }

  #call(name: string, span: Span): void {
    const callee = templateFunctions.get(name.toLowerCase());
    if (callee === undefined) this.#fail(`Unknown identifier: ${name}`, span);
    this.#advance();
    const count = this.#is(")") ? 0 : this.#arguments(callee);
    if (count < callee.least) this.#failCount(callee);
    this.expect(")");
    this.#program.emit({ kind: "call", callee, count, span: this.#spanBefore() });
  }

  #arguments(callee: TemplateFunction): number {
    for (let count = 1; count <= callee.most; count++) {
      this.#nested(() => this.expression());
      if (!this.#is(",")) return count;
      this.#advance();
    }
    return this.#failCount(callee);
  }

  #failCount(callee: TemplateFunction): never {
    this.#fail(`Wrong number of values for ${callee.name}`);
  }

  // Up to the word that was read last, not the one that is read now.
  #spanBefore(): Span {
    return { from: this.#opened, to: this.#readTo };
  }
}
