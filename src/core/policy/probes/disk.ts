import { searchFiles } from "../../../base/byte-search.ts";
import { canaryWord } from "../canary.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";

// Half a minute of reading. What is newer is searched first, and what is left out is told.
const searchBytesMax = 8 * 1024 ** 3;
// A quarter of one core's time at most: who sends mail meanwhile waits for the same thread.
const restShare = 3;

/** Searches every file of the data folder for the canary's word: tables, write-ahead log, journal, whatever lies there.
 *  Addresses, subjects and contents of canaries begin with it, so one that was written in clear is found. */
export function diskProbe({ keyring, dataFolder, isDatabaseHere }: ProbeContext): Probe {
  return {
    name: "disk",
    everyMinutes: 60,
    run: async (signal) => {
      const found = await searchFiles(dataFolder, [canaryWord(keyring)], {
        bytesMax: searchBytesMax,
        signal,
        restShare,
      });
      const findings = new Findings();
      for (const file of found.hits) findings.check(false, `${nameOf(file)} holds a canary in clear`);
      if (found.files > 0) findings.check(found.hits.length === 0, "a file holds a canary in clear");
      const megabytes = Math.ceil(found.bytes / 1024 ** 2);
      const leftOut = found.filesLeftOut === 0 ? "" : ` ${found.filesLeftOut} older files were left out.`;
      const where = isDatabaseHere
        ? "the data folder, database files and write-ahead log included"
        : "the data folder; the files of the database lie on another server and were not";
      return findings.finding(
        `No canary in clear. Searched were ${found.files} files (${megabytes} MB) of ${where}.${leftOut}`,
      );
    },
  };
}

// The name of a file may itself be what is looked for; its folder says enough.
const nameOf = (file: string) => file.replace(/canary[0-9a-f]+/g, "canary…");
