export type { Dialogue, Peer, ReceivedMessage, ReceivedRecipient, Verdict } from "./dialogue.ts";
export type { ServerLimits, ServerTimeouts } from "./limits.ts";
export type { MailParameters, RecipientParameters } from "./parameters.ts";
export { reply, type ServerReply } from "./reply.ts";
export { SmtpServer, type SmtpServerOptions } from "./server.ts";
