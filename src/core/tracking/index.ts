export { countedHtml, targetsIn } from "./counted.ts";
export { endOfBody } from "./links.ts";
export { ReaderLinks, readerPaths } from "./reader-links.ts";
export {
  type ReaderOf,
  type Regret,
  readRegretToken,
  readUnsubscribeToken,
  writeRegretToken,
} from "./reader-token.ts";
export { readReadingToken } from "./reading-token.ts";
export { type Reading, recordReadings } from "./record-readings.ts";
export { appendUrlTags, appendUrlTagsToText } from "./url-tags.ts";
