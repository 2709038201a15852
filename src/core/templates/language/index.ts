export {
  type CompiledTemplate,
  compilePersonalisation,
  compileTemplate,
  type TemplateOptions,
} from "./compile.ts";
export type { TemplateProblem } from "./problem.ts";
export { type Rendering, render } from "./render.ts";
export type { TemplateScope } from "./scope.ts";
