import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import type { Log } from "../../base/log.ts";
import { claimDuePosts, type ParsePost, settlePost } from "../../core/inbound/index.ts";
import type { Keyring } from "../../core/keys/index.ts";
import type { WebhookPoster } from "./post.ts";

/** What posting mail that came in needs of the service. */
interface ParseRelayContext {
  database: Database;
  keyring: Keyring;
  figures: FiguresInForce;
  clock: Clock;
  log: Log;
  post: WebhookPoster["post"];
}

// A reader of a form waits for nothing shorter.
const lookEveryMs = 500;
// Each with a mail of up to 32 MB in memory.
const underWayMax = 8;
// Of one route: a slow address must leave places for others.
const perRouteMax = 2;

/** Posts mail that came in for parse routes. Several processes may do so: a row is one's that has claimed it. */
export class ParseRelay {
  readonly #context: ParseRelayContext;
  readonly #underWay = new Set<Promise<void>>();
  readonly #perRoute = new Map<bigint, number>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #look: Promise<void> | null = null;

  constructor(context: ParseRelayContext) {
    this.#context = context;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), lookEveryMs).unref();
  }

  /** Looks at once: something may be due. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#look ??= this.#lookOnce().finally(() => {
      this.#look = null;
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#look;
    await Promise.all(this.#underWay);
  }

  async #lookOnce(): Promise<void> {
    const { clock, log } = this.#context;
    const limit = underWayMax - this.#underWay.size;
    if (limit <= 0) return;
    const busy = [...this.#perRoute].filter(([, count]) => count >= perRouteMax).map(([id]) => id);
    try {
      const due = await claimDuePosts(this.#context, { now: clock.now(), limit, busy });
      for (const post of due) this.#begin(post);
    } catch (error) {
      log.warn("parse.look_failed", { error });
    }
  }

  #begin(post: ParsePost): void {
    const { routeId } = post;
    this.#perRoute.set(routeId, (this.#perRoute.get(routeId) ?? 0) + 1);
    const work = this.#post(post)
      .catch((error: unknown) => this.#context.log.warn("parse.post_failed", { error, postId: post.id }))
      .finally(() => {
        const left = (this.#perRoute.get(routeId) ?? 1) - 1;
        if (left === 0) this.#perRoute.delete(routeId);
        else this.#perRoute.set(routeId, left);
        this.#underWay.delete(work);
      });
    this.#underWay.add(work);
  }

  async #post(post: ParsePost): Promise<void> {
    const { clock, log } = this.#context;
    const { request, id: postId, routeId, accountId } = post;
    const outcome = request === null ? "useless" : await this.#ask(request);
    const fate = await settlePost(this.#context, post, outcome, clock.now());
    const ids = { accountId, routeId, postId, attempts: post.attempts };
    if (fate === "given_up") log.warn("parse.given_up", ids);
    else log.info(`parse.${fate}`, ids);
  }

  async #ask({ url, payload }: NonNullable<ParsePost["request"]>): Promise<"taken" | "refused" | "useless"> {
    const parsed = URL.parse(url);
    if (parsed === null) return "useless";
    const answer = await this.#context.post(
      { url: parsed, headers: {}, body: payload },
      this.#stopping.signal,
    );
    return answer.kind === "answered" && answer.status >= 200 && answer.status < 300 ? "taken" : "refused";
  }
}
