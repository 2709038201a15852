import { Type } from "typebox";
import { closed, Id, Instant } from "./schema-parts.ts";

export const ParseRoute = closed(
  { id: Id, address: Type.String(), url: Type.String(), createdAt: Instant },
  "An address at which mail comes in, and where it is posted to.",
);
