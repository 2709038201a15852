export {
  type CompiledTemplate,
  compilePersonalisation,
  compileTemplate,
  type Rendering,
  render,
  type TemplateProblem,
  type TemplateScope,
} from "./language/index.ts";
