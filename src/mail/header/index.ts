export { checkHeader, type HeaderProblem } from "./check.ts";
export { formatDate } from "./date.ts";
export { decodeWords } from "./decode-words.ts";
export { encodeWords, resemblesEncodedWord } from "./encoded-word.ts";
export { formatField } from "./field.ts";
export { foldField, lineLengthAim, lineOctetsMax } from "./fold.ts";
export { formatMessageId } from "./message-id.ts";
export { formatParameterField } from "./parameter.ts";
export { isPrintableAscii, splitAtSpaces, toHeaderText } from "./text.ts";
