export {
  type CompiledTemplate,
  compilePersonalisation,
  compileTemplate,
  type Rendering,
  render,
  type TemplateProblem,
  type TemplateScope,
} from "./language/index.ts";
export { holdings as templateHoldings } from "./privacy.ts";
export {
  deleteTemplate,
  insertTemplate,
  selectTemplate,
  selectTemplateNamed,
  selectTemplates,
  type TemplateKey,
  type TemplateOwner,
  type TemplateRow,
  templateOwners,
  updateTemplate,
} from "./store.ts";
export {
  emptyTemplate,
  openTemplate,
  sealTemplate,
  type TemplateContent,
  type TemplateSealed,
} from "./template.ts";
