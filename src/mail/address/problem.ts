/** Why a text is no address or no mailbox. `message` is a sentence without its full stop, so that it can be quoted
 *  as a reason. */
export interface AddressProblem {
  readonly problem:
    | "empty"
    | "too_long"
    | "no_at"
    | "several_at"
    | "space"
    | "character"
    | "dot"
    | "quote"
    | "local_empty"
    | "local_too_long"
    | "domain_empty"
    | "domain_syntax"
    | "domain_without_dot"
    | "domain_numeric"
    | "label_too_long"
    | "literal"
    | "comment"
    | "group"
    | "syntax"
    | "not_one";
  readonly message: string;
}

/** Tells a problem from the parsed value beside it in the union. */
export function isAddressProblem<T extends object>(value: T | AddressProblem): value is AddressProblem {
  return "problem" in value;
}
