export { appendUrlTags, appendUrlTagsToText } from "./url-tags.ts";
