// Ctrl-C below npm arrives two or three times: from the terminal, from npm, and from the launcher, within moments.
// A second one by hand takes a person longer than this.
const sameMsMax = 2_000;

/** Lets repeats of SIGINT and SIGTERM count as one, so that a server which has begun to stop is not cut short by
 *  the default action. A process without handlers of its own still ends at the first. */
export function countSignalsOnce() {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    let lastMs = Number.NEGATIVE_INFINITY;
    const count = () => {
      const isRepeat = performance.now() - lastMs < sameMsMax;
      lastMs = performance.now();
      if (isRepeat || process.listenerCount(signal) > 1) return;
      process.off(signal, count);
      process.kill(process.pid, signal);
    };
    process.on(signal, count);
  }
}
