import { FairTurns } from "../../../base/fair-turns.ts";
import { SmtpServer, type SmtpServerOptions } from "../../../mail/smtp/server/index.ts";
import { type CertificateSource, openCertificate } from "../certificate.ts";
import { logDefect } from "../defect.ts";
import { InboundDialogue, type InboundDialogueContext } from "./dialogue.ts";
import {
  checkedAtOnceMax,
  inboundLimits,
  messagesPerMinuteMax,
  networkMessagesPerMinuteMax,
  networkUnknownPerMinuteMax,
  turnWaitMsMax,
  unknownPerMinuteMax,
  worksAtOnceMax,
} from "./limits.ts";
import { Rates } from "./rates.ts";

/** How the port for mail from others behaves. */
export interface InboundOptions
  extends Omit<InboundDialogueContext, "messages" | "unknown" | "checking" | "storing" | "working">,
    Pick<SmtpServerOptions, "limits" | "timeouts" | "isLocal"> {
  /** Servers take any certificate as a rule (RFC 7435): one that nobody vouches for keeps out those who only listen. */
  certificate: CertificateSource;
}

/** Where mail from others comes in. */
export interface InboundServer {
  listen: SmtpServer["listen"];
  counts: () => SmtpServer["counts"];
  /** Lets messages under way finish, for a moment. */
  close(): Promise<void>;
}

/** Makes the server that other servers bring mail to: bounces, complaints, and what is for addresses of ours. RFC 5321. */
export function createInbound({ certificate, ...options }: InboundOptions): InboundServer {
  const { clock, log, limits } = options;
  const inUse = openCertificate(certificate, log, clock.now());
  const context: InboundDialogueContext = {
    ...options,
    messages: new Rates(clock, { address: messagesPerMinuteMax, network: networkMessagesPerMinuteMax }),
    unknown: new Rates(clock, { address: unknownPerMinuteMax, network: networkUnknownPerMinuteMax }),
    checking: new FairTurns({ runningMax: checkedAtOnceMax, waitMsMax: turnWaitMsMax }),
    storing: new FairTurns({ runningMax: 1, waitMsMax: turnWaitMsMax }),
    working: new FairTurns({ runningMax: worksAtOnceMax, waitMsMax: turnWaitMsMax }),
  };
  const server = new SmtpServer({
    ...options,
    limits: { ...inboundLimits, ...limits },
    secureContext: inUse.secureContext,
    requiresAuth: false,
    converse: (peer) => new InboundDialogue(context, peer),
    onDefect: (error) => logDefect(log, error),
  });
  return {
    listen: (place) => server.listen(place),
    counts: () => server.counts,
    close: async () => {
      await server.close();
      inUse.close();
    },
  };
}
