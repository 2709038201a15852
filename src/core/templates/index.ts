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
  type StoredTemplate,
  selectTemplate,
  selectTemplateNamed,
  selectTemplatePage,
  type TemplateKey,
  type TemplateOwner,
  type TemplateRow,
  type TemplateSelection,
  updateTemplate,
  updateTemplateContent,
} from "./store.ts";
export {
  openDescription,
  openTemplateContent,
  sealDescription,
  sealTemplateContent,
  type TemplateContent,
  type TemplateDescription,
} from "./template.ts";
