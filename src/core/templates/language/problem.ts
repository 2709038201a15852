import { nearCharactersMax, nearEndCharacters } from "./limits.ts";

/** Part of a template's source: offsets of the first character and of the one after the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is wrong with a template and where. `message` has Mailjet's wording, which people search their templates by;
 *  `near` is the quoted part of the source; `line` and `column` count from 1, in whole characters. No value of a
 *  variable is ever quoted: the problem may be mailed and logged. */
export interface TemplateProblem {
  readonly kind: "problem";
  readonly message: string;
  readonly near: string;
  readonly line: number;
  readonly column: number;
}

/** How a reason is worded: a fault in an expression, in the template's structure, a limit, or the reason alone. */
export type FailureForm = "expression" | "structure" | "limit" | "plain";

/** Thrown inside the language only; the compiler and the renderer answer it as a TemplateProblem. */
export class TemplateFailure extends Error {
  readonly form: FailureForm;
  readonly span: Span | undefined;

  constructor(form: FailureForm, reason: string, span?: Span) {
    super(reason);
    this.name = "TemplateFailure";
    this.form = form;
    this.span = span;
  }
}

/** The problem a failure stands for. `span` says where, when the failure itself does not know. */
export function describe(source: string, failure: TemplateFailure, span: Span): TemplateProblem {
  const place = failure.span ?? span;
  const near = quote(source, place);
  return {
    kind: "problem",
    message: wording(failure.form, failure.message, near),
    near,
    ...position(source, place.from),
  };
}

/** The problem of a block that is never closed: it is quoted where the source ends, as Mailjet does, and placed where
 *  the block begins, since that is what must be found. */
export function describeUnclosed(source: string, opened: Span): TemplateProblem {
  const near = excerpt(source, source.length - nearEndCharacters, source.length);
  return {
    kind: "problem",
    message: wording("structure", "", near),
    near,
    ...position(source, opened.from),
  };
}

function wording(form: FailureForm, reason: string, near: string): string {
  switch (form) {
    case "expression":
      return `expression parsing error ## ${reason} ## near ## ${near} ##`;
    case "structure":
      return `not valid template ## near ## ${near} ##`;
    case "limit":
      return `template limit exceeded ## ${reason} ## near ## ${near} ##`;
    case "plain":
      return reason;
  }
}

// The end is kept: that is where the fault was noticed.
function quote(source: string, span: Span): string {
  return excerpt(source, Math.max(span.from, span.to - nearCharactersMax), span.to);
}

// Begins with a whole character, and has no halves of characters that could not be sent.
function excerpt(source: string, from: number, to: number): string {
  const start = Math.max(0, from);
  const isInside = (source.codePointAt(start - 1) ?? 0) > 0xffff;
  return source.slice(isInside ? start + 1 : start, to).toWellFormed();
}

function position(source: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = source.indexOf("\n"); at !== -1 && at < offset; at = source.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  let column = 1;
  for (const _ of source.slice(lineStart, offset)) column++;
  return { line, column };
}
