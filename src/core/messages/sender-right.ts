/** Where the message may go and on whose behalf. */
export interface SenderRight {
  senderId: bigint | null;
  /** Mail from a domain that is not verified stays in the test inbox. */
  staysInInbox: boolean;
  /** Does its owner use the sender for mail to many? */
  isBulk?: boolean;
}
