#!/usr/bin/env -S node --max-semi-space-size=16
// `npx facteur COMMAND …` inside the clone.
import { launch } from "./launch.mjs";

await launch({ entry: "src/main.ts", args: process.argv.slice(2) });
