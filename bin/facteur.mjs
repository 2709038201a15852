#!/usr/bin/env node
// `npx facteur COMMAND …` inside the clone.
import { launch } from "./launch.mjs";

await launch({ entry: "src/main.ts", args: process.argv.slice(2) });
