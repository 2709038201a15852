/** One answered request, for the metrics; the route is a pattern without ids. */
export interface Observation {
  method: string;
  route: string;
  status: number;
  seconds: number;
}

/** Is told of every answered request. */
export type HttpObserver = (observation: Observation) => void;
