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
  countTemplates,
  deleteTemplate,
  insertTemplate,
  lockTemplate,
  selectTemplate,
  selectTemplateNamed,
  selectTemplatePage,
  type TemplateKey,
  type TemplateOwner,
  type TemplateRow,
  type TemplateSelection,
  updateTemplate,
} from "./store.ts";
export {
  emptyTemplate,
  openTemplate,
  sealTemplate,
  type TemplateContent,
  type TemplateSealed,
} from "./template.ts";
