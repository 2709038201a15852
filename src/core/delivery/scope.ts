/** Whose matter a failure is. Only `recipient` may ever lead to a suppression: a blocklisted source address, a refused
 *  sender or a full disk at the other end say nothing about the person. */
export type Scope = "recipient" | "content" | "sender" | "source" | "destination" | "us";
