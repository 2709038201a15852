import { setTimeout as pause } from "node:timers/promises";
import { type ComposeInput, type Loaded, octetsToCompose } from "../../core/messages/index.ts";
import type { ComposedOctets } from "./composed-octets.ts";
import type { Handover } from "./sign.ts";

type Ready = Extract<Loaded, { kind: "ready" }>;

// Signatures made ahead while a message is on its way: enough to keep the processor busy, few enough to stay fresh.
const aheadMax = 4;
// How often room is looked for where there is none.
const roomLookMs = 100;

/** The messages of one batch, composed and signed a few at a time before their turn. What has had its turn is let go of at
 *  once: a batch may be a hundred messages with a file each. */
export class MadeAhead {
  readonly #items: readonly Ready[];
  readonly #make: (item: Ready) => Promise<Handover | null>;
  readonly #room: ComposedOctets;
  readonly #making: (Promise<Handover | null> | null)[] = [];
  readonly #made: (Handover | null)[] = [];

  /** @param make composes and signs; null when it was settled there instead */
  constructor(
    items: readonly Ready[],
    make: (item: Ready) => Promise<Handover | null>,
    room: ComposedOctets,
  ) {
    this.#items = items;
    this.#make = make;
    this.#room = room;
  }

  /** The message whose turn it is. Waits for room for it, as long as `mayWait` says so; `no_room` then. */
  async take(index: number, mayWait: () => boolean): Promise<Handover | null | "no_room"> {
    while (this.#making.length <= index && !this.#begin()) {
      if (!mayWait()) return "no_room";
      await pause(roomLookMs);
    }
    const last = Math.min(this.#items.length, index + aheadMax);
    while (this.#making.length < last && this.#begin());
    return (await this.#making[index]) ?? null;
  }

  /** The message, if it is made already. */
  peek(index: number): Handover | null {
    return this.#made[index] ?? null;
  }

  /** It has had its turn. */
  letGo(index: number): void {
    const item = this.#items[index];
    if (item === undefined || (this.#making[index] ?? null) === null) return;
    this.#making[index] = null;
    this.#made[index] = null;
    this.#room.give(sizeOf(item));
  }

  /** Lets go of all; answers those from an index on that were not settled. */
  async leave(from: number): Promise<Ready[]> {
    const handovers = await Promise.all(this.#making);
    for (const index of this.#making.keys()) this.letGo(index);
    return this.#items.filter((_, index) => index >= from && handovers[index] !== null);
  }

  #begin(): boolean {
    const index = this.#making.length;
    const item = this.#items[index] as Ready;
    if (!this.#room.take(sizeOf(item))) return false;
    const making = this.#make(item);
    this.#making.push(making);
    // Whoever awaits it hears of its failure.
    const note = (handover: Handover | null) => {
      if (this.#making[index] !== null) this.#made[index] = handover;
    };
    making.then(note, () => {});
    return true;
  }
}

function sizeOf({ input }: { input: ComposeInput }): number {
  return octetsToCompose(input);
}
