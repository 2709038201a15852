import type { Page } from "playwright-core";
import type { Look } from "../../support/browser.ts";

/** What the rooms are tested on: one service and one browser for all of them. */
export interface Stage {
  /** A page of somebody who is signed in. */
  openAt(place: string, look?: Look): Promise<Page>;
}
