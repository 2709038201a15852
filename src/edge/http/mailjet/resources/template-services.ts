import type { Principal } from "../../principal.ts";
import type { Change, Page, Part } from "./page.ts";

/** Whose a template is. */
export type TemplateOwner = "apikey" | "user" | "global";

/** A stored template without its content. */
export interface TemplateRecord {
  id: bigint;
  name: string;
  ownerType: TemplateOwner;
  ownerId: bigint;
  author: string;
  copyright: string;
  description: string;
  /** 1 drag and drop, 2 HTML, 3 saved section, 4 MJML. */
  editMode: number;
  isStarred: boolean;
  generatesText: boolean;
  locale: string;
  presets: string;
  categories: string[];
  purposes: string[];
  createdAt: Date;
  changedAt: Date;
}

/** What of a template its owner may set. */
export type TemplateChange = Partial<Omit<TemplateRecord, "id" | "ownerId" | "createdAt" | "changedAt">>;

/** By its number, or by owner and name. */
export type TemplateKey =
  | { kind: "id"; id: bigint }
  | { kind: "name"; ownerType: TemplateOwner; name: string };

/** Which templates are wanted. */
export interface TemplateFilter {
  name?: string;
  ownerType?: TemplateOwner;
  editMode?: number;
  categories?: { values: string[]; method: SelectionMethod };
  purposes?: { values: string[]; method: SelectionMethod };
}

/** How a list of words selects: one of them, all of them, or nothing beside them. */
export type SelectionMethod = "containsany" | "containsall" | "issubset";

/** What a template is made of; null for a part it does not have. */
export interface TemplateContent {
  html: string | null;
  text: string | null;
  /** MJML as a text or as the tree an editor keeps. */
  mjml: unknown;
  headers: Record<string, string>;
}

/** Stored templates. */
export interface TemplateServices {
  listTemplates(principal: Principal, filter: TemplateFilter, page: Page): Promise<Part<TemplateRecord>>;
  readTemplate(principal: Principal, key: TemplateKey): Promise<TemplateRecord | null>;
  createTemplate(
    principal: Principal,
    template: TemplateChange & { name: string },
  ): Promise<{ kind: "created"; template: TemplateRecord } | { kind: "exists" }>;
  updateTemplate(
    principal: Principal,
    key: TemplateKey,
    change: TemplateChange,
  ): Promise<Change<TemplateRecord> | { kind: "exists" }>;
  /** False when there is no such template. */
  removeTemplate(principal: Principal, key: TemplateKey): Promise<boolean>;
  /** Null when there is no such template. */
  readTemplateContent(principal: Principal, key: TemplateKey): Promise<TemplateContent | null>;
  /** Parts that are absent stay as they are. Null when there is no such template. */
  writeTemplateContent(
    principal: Principal,
    key: TemplateKey,
    content: Partial<TemplateContent>,
  ): Promise<TemplateContent | null>;
}
