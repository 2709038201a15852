import { Packet } from "./postgres-packet.ts";
import type { Query } from "./postgres-query.ts";
import { parserOf } from "./postgres-values.ts";

/** What one statement of a batch has come to. */
export interface BatchResult {
  rows: Record<string, unknown>[];
  rowCount: number;
}

/** The connection of the driver, as far as a batch needs it. */
export interface DriverConnection {
  stream: { write(bytes: Buffer): unknown };
  /** The texts of what is prepared, by name. */
  parsedStatements: Record<string, string | undefined>;
}

interface Column {
  name: string;
  dataTypeID: number;
}

type Done = (error: Error | null, results?: BatchResult[]) => void;

/** A batch on its way. */
export interface Batch {
  /** The statement that has failed. */
  readonly failed: Query | undefined;
  /** Something was to be prepared: when the batch has failed, nobody knows whether it is. */
  readonly leavesDoubt: boolean;
}

/** Makes batches. @throws TypeError when a value has no meaning in SQL: nothing was sent then */
export type BatchMaker = new (connection: DriverConnection, queries: readonly Query[], done: Done) => Batch;

/** Statements that go to PostgreSQL in one packet and are one transaction: all of them are done, or none. It wakes up once
 *  for them, and so do we; of statements that are sent one by one, each wakes up both sides.
 *  @param DriverQuery the driver's class for queries: it takes no other kind where they are pipelined */
export function batchesOf(DriverQuery: new (text: string) => object): BatchMaker {
  return class extends DriverQuery implements Batch {
    readonly #queries: readonly Query[];
    readonly #connection: DriverConnection;
    readonly #packet: Packet;
    readonly #results: BatchResult[] = [];
    /** What this batch has prepared under a name. */
    readonly #prepared: ReadonlyMap<string, string>;
    #columns: readonly Column[] = [];
    #rows: Record<string, unknown>[] = [];
    #defect: Error | null = null;
    /** The driver puts its own around it. */
    callback: Done;

    constructor(connection: DriverConnection, queries: readonly Query[], done: Done) {
      super("a batch");
      this.#connection = connection;
      this.#queries = queries;
      this.callback = done;
      const { packet, prepared } = packetOf(connection, queries);
      this.#packet = packet;
      this.#prepared = prepared;
    }

    get failed(): Query | undefined {
      return this.#queries[this.#results.length];
    }

    get leavesDoubt(): boolean {
      return this.#prepared.size > 0;
    }

    submit(): void {
      for (const piece of this.#packet.pieces()) this.#connection.stream.write(piece);
    }

    handleRowDescription({ fields }: { fields: readonly Column[] }): void {
      this.#columns = fields;
    }

    handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
      try {
        this.#rows.push(rowOf(this.#columns, fields));
      } catch (error) {
        this.#defect = error as Error;
      }
    }

    handleCommandComplete({ text }: { text: string }): void {
      this.#results.push({ rows: this.#rows, rowCount: Number(/\d+$/.exec(text)?.[0] ?? 0) });
      this.#rows = [];
      this.#columns = [];
    }

    handleEmptyQuery(): void {
      this.handleCommandComplete({ text: "" });
    }

    /** The transaction is on disk. */
    handleReadyForQuery(): void {
      for (const [name, text] of this.#prepared) this.#connection.parsedStatements[name] = text;
      this.callback(this.#defect, this.#results);
    }

    handleError(error: Error): void {
      this.callback(error);
    }
  };
}

function packetOf(
  { parsedStatements }: DriverConnection,
  queries: readonly Query[],
): { packet: Packet; prepared: Map<string, string> } {
  const packet = new Packet();
  const prepared = new Map<string, string>();
  for (const query of queries) {
    const { name = "", text } = query;
    const known = prepared.get(name) ?? parsedStatements[name];
    if (name === "" || known !== text) packet.parse(name, text);
    if (name !== "" && known !== text) prepared.set(name, text);
    packet.execute(name, query);
  }
  packet.sync();
  return { packet, prepared };
}

function rowOf(columns: readonly Column[], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [index, { name, dataTypeID }] of columns.entries()) {
    const text = fields[index] ?? null;
    row[name] = text === null ? null : parserOf(dataTypeID)(text);
  }
  return row;
}
