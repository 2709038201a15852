#!/usr/bin/env node
// Runs a TypeScript file of this clone (`node bin/run.mjs scripts/docs.ts`) under a Node that can.
import { launch } from "./launch.mjs";

const [entry = "", ...args] = process.argv.slice(2);
await launch({ entry, args, development: true });
