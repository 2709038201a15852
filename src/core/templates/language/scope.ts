/** What a template may use. Nothing else can be reached from it. Values are JSON: text, numbers (also bigint, for whole
 *  numbers JavaScript cannot hold), true and false, lists and objects; null is the same as not given. */
export interface TemplateScope {
  /** `var:` — the variables of the message. */
  readonly var?: Readonly<Record<string, unknown>>;
  /** `data:` — the properties of the contact. Also found when the template writes them in other capitals. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** `mj:` — contact, sender, template, permalink, unsub_link, unsub_link_fr …, share_twitter … */
  readonly mj?: Readonly<Record<string, unknown>>;
  /** `segment:` — whether the contact is in a segment, by name or number; undefined when there is no such segment. */
  readonly isInSegment?: (nameOrId: string) => boolean | undefined;
  /** Whether the contact opened a message in the last days. Not given, and so false, where opens are not tracked. */
  readonly hasOpenedSince?: (days: number) => boolean;
  /** Whether the contact clicked in a message in the last days. Not given, and so false, where clicks are not. */
  readonly hasClickedSince?: (days: number) => boolean;
}

/** What is looked up when `mj:` has no value of this name: the unsubscribe link may be given in some languages only, and
 *  the one without a language stands for the others. */
export function generalOf(path: readonly string[]): readonly string[] | undefined {
  const isLocalised = path.length === 1 && path[0]?.startsWith("unsub_link_");
  return isLocalised ? ["unsub_link"] : undefined;
}
