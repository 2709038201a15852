/** A request that is declined for a reason its author can mend. `code` is stable and part of the contract;
 *  the message is a sentence for the person who must act. Edges translate the code into a status. */
export class Refusal extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.details = details;
  }
}

/** Makes the compiler prove that a switch over a closed union has a case for every member. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
