/** Most characters a template may have. Mailbox providers cut a body off near 100 KB, so 1 MiB is ten times more than
 *  any reader sees, while compiling even the worst of that length takes less than a fifth of a second. */
export const sourceCharactersMax = 1_048_576;

/** Deepest nesting of statements, and apart from that of one expression. Keeps the parser's recursion shallow. */
export const nestingMax = 64;

/** Most instructions one template may compile to: with at most 100 bytes each, a template holds 10 MB of memory. */
export const nodesMax = 100_000;

/** Most steps one rendering may take. Most steps take 30 ns and none was found that takes more than 300 ns: the worst
 *  template measured stops after a third of a second. */
export const stepsMax = 1_000_000;

/** Most characters one rendering may produce: 40 times what mailbox providers show. */
export const outputCharactersMax = 4_194_304;

/** Work on text is charged one step per this many characters. It bounds both the time and the memory that text made
 *  by a template can take: stepsMax times this is 32 million characters. */
export const charactersPerStep = 32;

/** Most names in one dotted path; real data is rarely nested deeper than five. */
export const pathPartsMax = 32;

/** Most characters of a template quoted in an error, enough to find the place with a text search. */
export const nearCharactersMax = 100;

/** Mailjet quotes the last ten characters of a template that ends too early. */
export const nearEndCharacters = 10;

/** Most double brackets of one source that are looked at; the rest stay as they are, as text. Bounds the time a body of
 *  15 MB full of them takes to some 50 ms. No letter has so many. */
export const placeholderTriesMax = 40_000;

/** Most characters of an unquoted default in [[ ]]. Without a bound, a source full of "[[var:x:" would be searched
 *  to its end once for each of them. */
export const bareDefaultCharactersMax = 200;

/** Most characters of a text that is read as a number: a 40-digit number is exact in no unit anybody prints. */
export const numericTextCharactersMax = 40;

/** Steps charged for each value of an object that a loop goes through, before it begins: they are copied first. */
export const objectValueSteps = 4;

/** Number formats kept with a compiled template; a template with more of them makes the others anew each time. */
export const numberFormatsMax = 32;

/** Making a number format takes some 50 µs, as long as this many steps would. */
export const numberFormatSteps = 1_000;

/** Asking about the contact's past is the caller's work; charged so that a loop cannot ask without end. */
export const questionSteps = 100;

/** Most characters of a number pattern such as #,##0.00. */
export const patternCharactersMax = 100;

/** Most digits after the decimal point that Round and number patterns give; a double holds no more than 17. */
export const fractionDigitsMax = 15;
