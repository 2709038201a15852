import type { Program } from "./instructions.ts";
import { placeholderTriesMax } from "./limits.ts";
import { placeholderOpener, readPlaceholder } from "./personalisation.ts";

/** Compiles the text between the tags of a template, with the [[…]] placeholders in it. */
export class TextCompiler {
  readonly #program: Program;
  // Remembered, so that many short texts do not each search the rest of the source.
  #nextPlaceholder = -1;
  #tries = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Compiles the source from one offset up to another; calls go forward through the source. */
  compile(from: number, to: number): void {
    let textFrom = from;
    this.#search(from);
    while (this.#nextPlaceholder < to) {
      const at = this.#nextPlaceholder;
      const placeholderTo = this.#placeholder(at, textFrom, to);
      textFrom = placeholderTo ?? textFrom;
      this.#search(placeholderTo ?? at + 1);
    }
    this.#text(textFrom, to);
  }

  // Answers where the placeholder ends, or nothing when there is none.
  #placeholder(at: number, textFrom: number, limit: number): number | undefined {
    const { source, isEscaping } = this.#program;
    this.#tries++;
    const placeholder = readPlaceholder(source, at);
    if (placeholder === undefined || placeholder.to > limit) return undefined;
    const { root, path, instead, to } = placeholder;
    this.#text(textFrom, at);
    // Without a value and without a default, a placeholder stays as it is.
    const otherwise = placeholder.default ?? source.slice(at, to);
    const span = { from: at, to };
    this.#program.emit({ kind: "placeholder", root, path, instead, otherwise, isEscaped: isEscaping, span });
    return to;
  }

  #search(from: number): void {
    if (this.#nextPlaceholder >= from) return;
    const isWorth = this.#tries < placeholderTriesMax;
    const found = isWorth ? this.#program.source.indexOf(placeholderOpener, from) : -1;
    this.#nextPlaceholder = found === -1 ? Number.POSITIVE_INFINITY : found;
  }

  #text(from: number, to: number): void {
    if (from < to) this.#program.emit({ kind: "text", text: this.#program.source.slice(from, to) });
  }
}
