import type { Words } from "../languages.ts";
import { common } from "./common.ts";
import { domains } from "./domains.ts";
import { firstSteps } from "./first-steps.ts";

export const de: Words = { ...common, firstSteps, domains };
