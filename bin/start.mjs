#!/usr/bin/env -S node --max-semi-space-size=16
// `npm start`: the server, on a fresh clone as well.
import { launch } from "./launch.mjs";

await launch({ entry: "src/main.ts", args: ["serve", ...process.argv.slice(2)], dashboard: true });
