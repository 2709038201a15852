import { ExpressionCompiler } from "./expression.ts";
import { checkNesting, type Instruction, Program } from "./instructions.ts";
import { outputCharactersMax, sourceCharactersMax } from "./limits.ts";
import type { NumberWriter } from "./numbers.ts";
import { describe, describeUnclosed, type Span, TemplateFailure, type TemplateProblem } from "./problem.ts";
import { TextCompiler } from "./text.ts";
import { Lexer, type Token } from "./tokens.ts";

/** A template ready to be rendered any number of times; cheap to keep. */
export interface CompiledTemplate {
  readonly kind: "compiled";
  readonly source: string;
  readonly instructions: readonly Instruction[];
  /** How many variables of its own the template has. */
  readonly slots: number;
  readonly outputCharactersMax: number;
  /** Number writers that renderings have made, by locale and pattern. Making one costs more than a whole rendering. */
  readonly numberWriters: Map<string, NumberWriter>;
}

/** How a template is read. */
export interface TemplateOptions {
  /** `html` escapes every printed value but the result of Escape(…). The default, `none`, is what Mailjet does: senders
   *  pass ready HTML in variables, and write Escape(…) where they want it. */
  readonly escape?: "none" | "html";
}

/** Compiles a template of the template language, with its [[…]] placeholders. Takes time linear in the source's length
 *  and answers a problem, with its place, for whatever cannot be understood; it never throws.
 *  @see docs/template-language.md */
export function compileTemplate(
  source: string,
  options: TemplateOptions = {},
): CompiledTemplate | TemplateProblem {
  const program = new Program(source, options.escape === "html");
  const template = new TemplateCompiler(program);
  try {
    if (source.length > sourceCharactersMax) {
      throw new TemplateFailure("limit", `more than ${sourceCharactersMax} characters`);
    }
    template.compile();
  } catch (error) {
    if (error instanceof TemplateFailure) return describe(source, error, template.place);
    throw error;
  }
  const unclosed = template.unclosed;
  return unclosed === undefined ? compiled(program, outputCharactersMax) : describeUnclosed(source, unclosed);
}

/** Compiles a text in which only the [[…]] placeholders mean something: a message without TemplateLanguage. There is
 *  nothing to get wrong in it, so it has no length limit of its own and never is a problem. */
export function compilePersonalisation(source: string, options: TemplateOptions = {}): CompiledTemplate {
  const program = new Program(source, options.escape === "html");
  new TextCompiler(program).compile(0, source.length);
  return compiled(program, source.length + outputCharactersMax);
}

function compiled(program: Program, charactersMax: number): CompiledTemplate {
  return {
    kind: "compiled",
    source: program.source,
    instructions: program.instructions,
    slots: program.slots,
    outputCharactersMax: charactersMax,
    numberWriters: new Map(),
  };
}

interface IfBlock {
  readonly kind: "if";
  readonly span: Span;
  /** Jumps to the end, one from each branch. */
  readonly ends: { target: number }[];
  /** The jump past the branch that is open now; none after else. */
  otherwise: { target: number } | undefined;
}

interface ForBlock {
  readonly kind: "for";
  readonly span: Span;
  readonly slot: number;
  readonly start: number;
  readonly next: { target: number };
}

class TemplateCompiler {
  readonly #program: Program;
  readonly #text: TextCompiler;
  readonly #blocks: (IfBlock | ForBlock)[] = [];
  /** The tag that is compiled now. */
  place: Span = { from: 0, to: 0 };

  constructor(program: Program) {
    this.#program = program;
    this.#text = new TextCompiler(program);
  }

  /** The innermost block that nothing closed. */
  get unclosed(): Span | undefined {
    return this.#blocks.at(-1)?.span;
  }

  compile(): void {
    const { source } = this.#program;
    let from = 0;
    for (let at = nextTag(source, 0); at !== -1; at = nextTag(source, from)) {
      this.#text.compile(from, at);
      this.place = { from: at, to: at + 2 };
      from = source[at + 1] === "{" ? this.#print(at) : this.#statement(at);
    }
    this.#text.compile(from, source.length);
  }

  #print(from: number): number {
    const lexer = new Lexer(this.#program.source, from + 2, "}}");
    const expression = new ExpressionCompiler(this.#program, lexer, from);
    expression.expression();
    expression.end();
    const last = this.#program.instructions.at(-1);
    const isSafe = last?.kind === "call" && last.callee.name === "Escape";
    this.#program.emit({
      kind: "print",
      isEscaped: this.#program.isEscaping && !isSafe,
      span: { from, to: expression.readTo },
    });
    return lexer.position;
  }

  #statement(from: number): number {
    const lexer = new Lexer(this.#program.source, from + 2, "%}");
    const word = lexer.next();
    this.place = { from, to: word.to };
    const expression = new ExpressionCompiler(this.#program, lexer, from);
    this.#dispatch(word, expression);
    expression.end();
    return lexer.position;
  }

  #dispatch(word: Token, expression: ExpressionCompiler): void {
    switch (word.kind === "name" ? word.text.toLowerCase() : "") {
      case "if":
        this.#if(expression);
        break;
      case "elseif":
        this.#elseif(expression);
        break;
      case "else":
        this.#else();
        break;
      case "endif":
        this.#endif();
        break;
      case "for":
        this.#for(expression);
        break;
      case "endfor":
        this.#endfor();
        break;
      case "set":
        this.#set(expression);
        break;
      default:
        throw new TemplateFailure("expression", "Unknown statement");
    }
  }

  #open(block: IfBlock | ForBlock): void {
    this.#blocks.push(block);
    checkNesting(this.#blocks.length, block.span);
  }

  #if(expression: ExpressionCompiler): void {
    expression.expression();
    const otherwise = this.#program.emit({ kind: "jumpUnless", target: 0 });
    this.#open({ kind: "if", span: this.place, ends: [], otherwise });
  }

  #elseif(expression: ExpressionCompiler): void {
    const block = this.#openIf();
    this.#endBranch(block);
    expression.expression();
    block.otherwise = this.#program.emit({ kind: "jumpUnless", target: 0 });
  }

  #else(): void {
    const block = this.#openIf();
    this.#endBranch(block);
    block.otherwise = undefined;
  }

  #endBranch(block: IfBlock): void {
    if (block.otherwise === undefined) throw misplaced();
    block.ends.push(this.#program.emit({ kind: "jump", target: 0 }));
    block.otherwise.target = this.#program.here;
  }

  #endif(): void {
    const block = this.#openIf();
    if (block.otherwise !== undefined) block.otherwise.target = this.#program.here;
    for (const end of block.ends) end.target = this.#program.here;
    this.#blocks.pop();
  }

  #openIf(): IfBlock {
    const block = this.#blocks.at(-1);
    if (block?.kind !== "if") throw misplaced();
    return block;
  }

  #for(expression: ExpressionCompiler): void {
    const slot = this.#program.slotOf(expression.ownName());
    expression.expect("in");
    const from = expression.position;
    expression.expression();
    const span = { from: this.place.from, to: expression.readTo };
    this.#program.emit({
      kind: "enter",
      slot,
      text: this.#program.source.slice(from, expression.readTo),
      span,
    });
    const start = this.#program.here;
    const next = this.#program.emit({ kind: "next", slot, span, target: 0 });
    this.#open({ kind: "for", span, slot, start, next });
  }

  #endfor(): void {
    const block = this.#blocks.pop();
    if (block?.kind !== "for") throw misplaced();
    this.#program.emit({ kind: "jump", target: block.start });
    block.next.target = this.#program.here;
    this.#program.emit({ kind: "leave", slot: block.slot });
  }

  #set(expression: ExpressionCompiler): void {
    const slot = this.#program.slotOf(expression.ownName());
    expression.expect("=");
    expression.expression();
    this.#program.emit({ kind: "set", slot });
  }
}

// A statement that closes or continues what is not open.
function misplaced(): TemplateFailure {
  return new TemplateFailure("structure", "not valid template");
}

// The next {{ or {%. Searched brace by brace, so that no search runs to the end of the source again and again.
function nextTag(source: string, from: number): number {
  for (let at = source.indexOf("{", from); at !== -1; at = source.indexOf("{", at + 1)) {
    const second = source[at + 1];
    if (second === "{" || second === "%") return at;
  }
  return -1;
}
