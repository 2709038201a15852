/** A part of a list: which rows, in which order, and whether their number is wanted too. */
export interface Page {
  offset: number;
  limit: number;
  isNewestFirst: boolean;
  wantsRows: boolean;
  wantsTotal: boolean;
}

/** Rows of a page, and how many there are in all (only read when it was wanted). */
export interface Part<R> {
  rows: R[];
  total: number;
}

/** How a change to one object ended. */
export type Change<R> = { kind: "changed"; value: R } | { kind: "unchanged" } | { kind: "unknown" };
