export { excuseOf } from "./excuses.ts";
export { type ExportContext, exportAccount, isSealed, type Opener } from "./export.ts";
