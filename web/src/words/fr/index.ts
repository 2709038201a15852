import type { Words } from "../languages.ts";
import { common } from "./common.ts";
import { domains } from "./domains.ts";
import { firstSteps } from "./first-steps.ts";

export const fr: Words = { ...common, firstSteps, domains };
