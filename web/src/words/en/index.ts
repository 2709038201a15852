import { common } from "./common.ts";
import { domains } from "./domains.ts";
import { firstSteps } from "./first-steps.ts";

export const en = { ...common, firstSteps, domains };
