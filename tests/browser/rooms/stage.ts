import type { Page } from "playwright-core";
import type { Look } from "../../support/browser.ts";
import type { TestService } from "../../support/service.ts";

/** What the rooms are tested on: one service and one browser for all of them. */
export interface Stage {
  service(): TestService;
  /** A page of somebody who is signed in. */
  openAt(place: string, look?: Look): Promise<Page>;
}
