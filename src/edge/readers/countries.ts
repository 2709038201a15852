import { readFile, stat } from "node:fs/promises";
import { Reader, type Response } from "mmdb-lib";
import { plainAddress } from "../../base/ip.ts";
import type { Log } from "../../base/log.ts";

// Such lists come out once a week or a month.
const checkEveryMs = 60_000;
// It stays in memory. Lists of countries have some 10 MB, those of cities, which are of no use here, up to 150.
const fileBytesMax = 256 * 1024 * 1024;

/** Which country an address is in, from a list of the operator's: a file in MaxMind's format (MMDB). Read anew when it
 *  changes. */
export class Countries {
  readonly #file: string;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #list: Reader<Response> | null = null;
  #stamp = "";

  private constructor(file: string, { log, everyMs = checkEveryMs }: { log: Log; everyMs?: number }) {
    this.#file = file;
    this.#log = log;
    this.#timer = setInterval(() => void this.look(), everyMs);
    this.#timer.unref();
  }

  /** @throws when the file is none, or cannot be read: an operator who sets one wants its figures */
  static async open(file: string, options: { log: Log; everyMs?: number }): Promise<Countries> {
    const countries = new Countries(file, options);
    try {
      await countries.#read();
    } catch (error) {
      countries.close();
      throw error;
    }
    return countries;
  }

  /** Two letters (ISO 3166-1), or null where the list does not know. */
  countryOf(address: string): string | null {
    try {
      return codeIn(this.#list?.get(plainAddress(address)) ?? null);
    } catch {
      // An address of IPv6 in a list for IPv4, or a place in the list that is damaged.
      return null;
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Reads the file again if it has changed. One that cannot be used leaves the list as it is. */
  async look(): Promise<void> {
    try {
      if ((await this.#stampOf()) === this.#stamp) return;
      await this.#read();
      this.#log.info("countries.reloaded", {});
    } catch (error) {
      this.#log.warn("countries.unusable", { error });
    }
  }

  async #read(): Promise<void> {
    const wrong = (what: string) =>
      new Error(
        `The list of countries ${this.#file} ${what}. Set FACTEUR_COUNTRIES to a file in MaxMind's format (.mmdb) that tells countries, or leave it out.`,
      );
    const stamp = await this.#stampOf().catch(() => {
      throw wrong("cannot be read");
    });
    const octets = await readFile(this.#file);
    if (octets.length > fileBytesMax) throw wrong(`has more than ${fileBytesMax} octets`);
    let list: Reader<Response>;
    try {
      list = new Reader(octets);
      // Reads a place in it, so that half a file is noticed.
      list.get("192.0.2.1");
    } catch {
      throw wrong("is in no such format, or is damaged");
    }
    this.#list = list;
    this.#stamp = stamp;
  }

  async #stampOf(): Promise<string> {
    const { mtimeMs, size, ino } = await stat(this.#file);
    return `${mtimeMs}/${size}/${ino}`;
  }
}

// MaxMind, DB-IP and others: country.iso_code; IPinfo: country_code, or country itself.
function codeIn(record: unknown): string | null {
  const { country, country_code: plain } = (record ?? {}) as Record<string, unknown>;
  const { iso_code: nested } = (typeof country === "object" && country !== null ? country : {}) as Record<
    string,
    unknown
  >;
  const code = [nested, plain, country].find((each) => typeof each === "string") as string | undefined;
  return code !== undefined && /^[A-Z]{2}$/.test(code) ? code : null;
}
