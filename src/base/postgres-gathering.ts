import type { BatchResult } from "./postgres-batch.ts";
import type { Query } from "./postgres-query.ts";
import type { Transaction } from "./postgres-session.ts";

interface Asked {
  query: Query;
  resolve: (result: BatchResult) => void;
  reject: (error: unknown) => void;
}

/** A transaction whose statements are all asked for before any is answered. It only gathers them. */
export class Gathering implements Transaction {
  readonly commitWork: (() => void | Promise<void>)[] = [];
  readonly #asked: Asked[] = [];
  #isOpen = true;

  async rows<T>(query: Query): Promise<T[]> {
    return (await this.#ask(query)).rows as T[];
  }

  async row<T>(query: Query): Promise<T | undefined> {
    return (await this.#ask(query)).rows[0] as T | undefined;
  }

  async run(query: Query): Promise<number> {
    return (await this.#ask(query)).rowCount;
  }

  onCommit(work: () => void | Promise<void>): void {
    this.#assertOpen();
    this.commitWork.push(work);
  }

  /** No statement may follow. */
  close(): readonly Query[] {
    this.#isOpen = false;
    return this.#asked.map(({ query }) => query);
  }

  /** Hands each statement its answer. */
  settle(results: readonly BatchResult[]): void {
    for (const [index, { resolve, reject }] of this.#asked.entries()) {
      const result = results[index];
      if (result === undefined) reject(new Error("PostgreSQL has not answered a statement of a batch."));
      else resolve(result);
    }
  }

  fail(error: unknown): void {
    for (const { reject } of this.#asked) reject(error);
  }

  #ask(query: Query): Promise<BatchResult> {
    this.#assertOpen();
    return new Promise((resolve, reject) => this.#asked.push({ query, resolve, reject }));
  }

  #assertOpen(): void {
    if (!this.#isOpen) {
      throw new Error("A statement was asked for after those of its transaction had left, or after its end.");
    }
  }
}
