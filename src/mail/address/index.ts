export { type Address, normaliseForLookup, parseAddress } from "./address.ts";
export { formatMailbox, formatMailboxField, needsSmtpUtf8 } from "./format-mailbox.ts";
export { type Mailbox, parseMailbox, parseMailboxList } from "./mailbox-list.ts";
export { type AddressProblem, isAddressProblem } from "./problem.ts";
