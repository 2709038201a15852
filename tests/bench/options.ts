/** How a run measures. */
export interface BenchOptions {
  rounds: number;
  /** A round of 50 messages a call; the others have a part of it, according to how long they take. */
  messages: number;
  /** Of whose sums statistics are asked. */
  events: number;
  paceSeconds: number;
  withPostfix: boolean;
  /** Goes up to sizes that take many minutes. */
  isLarge: boolean;
  /** The profile names the places of the source, too. */
  showsPlaces: boolean;
  /** Settings of the service, from the environment: what was changed is said with the results. */
  env: Record<string, string>;
}

/** What is asked for, and what was measured. */
export interface Goal {
  goal: string;
  measured: string;
  /** Null when it was not measured in this run. */
  isMet: boolean | null;
}

/** What a part has found: Markdown, and the goals it is about. */
export interface PartResult {
  text: string;
  goals: Goal[];
}
