export {
  type Attachment,
  type InlineAttachment,
  type PreparedAttachment,
  prepareAttachment,
} from "./attachment.ts";
export { type BuiltMessage, buildMessage, type MessageInput } from "./build.ts";
export { checkMessageHeader, type HeaderInput, type MessageHeaderProblem } from "./fields.ts";
export { giveMemory } from "./memory.ts";
