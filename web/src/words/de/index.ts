import type { Words } from "../languages.ts";
import { advices } from "./advices.ts";
import { common } from "./common.ts";
import { deliverability } from "./deliverability.ts";
import { domains } from "./domains.ts";
import { firstSteps } from "./first-steps.ts";
import { holdings } from "./holdings.ts";
import { inbox } from "./inbox.ts";
import { keys } from "./keys.ts";
import { meanings } from "./meanings.ts";
import { messages } from "./messages.ts";
import { parseRoutes } from "./parse-routes.ts";
import { problems } from "./problems.ts";
import { readers } from "./readers.ts";
import { senders } from "./senders.ts";
import { smtp } from "./smtp.ts";
import { statistics } from "./statistics.ts";
import { status } from "./status.ts";
import { suppressions } from "./suppressions.ts";
import { webhooks } from "./webhooks.ts";

export const de: Words = {
  ...common,
  firstSteps,
  inbox,
  advices,
  domains,
  keys,
  messages,
  meanings,
  problems,
  readers,
  senders,
  status,
  statistics,
  deliverability,
  suppressions,
  smtp,
  webhooks,
  parseRoutes,
  holdings,
};
