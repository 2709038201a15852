/** A stretch of words that stayed, went or came. */
export interface Stretch {
  kind: "same" | "gone" | "new";
  text: string;
}

/** What changed between two sentences, word by word: the longest words in order that both have stay. */
export function wordDiff(before: string, after: string): Stretch[] {
  const [a, b] = [before.split(" "), after.split(" ")];
  const kept = commonLengths(a, b);
  const stretches: Stretch[] = [];
  let [i, j] = [0, 0];
  const add = (kind: Stretch["kind"], word = "") => {
    const last = stretches.at(-1);
    if (last?.kind === kind) last.text += ` ${word}`;
    else stretches.push({ kind, text: word });
  };
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add("same", a[i]);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && lengthAt(kept, i + 1, j) >= lengthAt(kept, i, j + 1))) {
      add("gone", a[i]);
      i += 1;
    } else {
      add("new", b[j]);
      j += 1;
    }
  }
  return stretches;
}

// How many words two sentences have in common from each pair of places on. A promise has sixty words at most.
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const length =
        a[i] === b[j]
          ? lengthAt(table, i + 1, j + 1) + 1
          : Math.max(lengthAt(table, i + 1, j), lengthAt(table, i, j + 1));
      const row = table[i];
      if (row !== undefined) row[j] = length;
    }
  }
  return table;
}

const lengthAt = (table: readonly number[][], i: number, j: number) => table[i]?.[j] ?? 0;
