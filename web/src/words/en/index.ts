import { common } from "./common.ts";
import { domains } from "./domains.ts";
import { firstSteps } from "./first-steps.ts";
import { holdings } from "./holdings.ts";
import { inbox } from "./inbox.ts";
import { keys } from "./keys.ts";
import { meanings } from "./meanings.ts";
import { messages } from "./messages.ts";
import { senders } from "./senders.ts";
import { status } from "./status.ts";

export const en = {
  ...common,
  firstSteps,
  inbox,
  domains,
  keys,
  messages,
  meanings,
  senders,
  status,
  holdings,
};
