import { writeFileSync } from "node:fs";

import { describeApi } from "../src/edge/http/api/description.ts";

/** Writes docs/openapi.json, the description of our own API, from its schemas. */
const file = new URL("../docs/openapi.json", import.meta.url);
writeFileSync(file, await describeApi());
