// Loaded first in a process that bin/launch.mjs started.
import { countSignalsOnce } from "./signals.mjs";

if (process.channel) {
  countSignalsOnce();
  // When the launcher is killed in a way that it cannot pass on (SIGKILL), this process ends as abruptly, instead of
  // going on alone with the port and the data folder.
  process.channel.unref();
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
}
