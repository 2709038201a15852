import type { Answer } from "../../answer.ts";
import { spacedError } from "../answers.ts";

// The types raw data comes in; anything else named in a path is not repeated in a header.
const dataTypes = new Set(["text/plain", "text/csv", "application/json"]);

// /DATA/{resource}/{id}/{name}/{type}: the type's place, after the two segments of the prefix.
const typeSegment = 3;

/** No raw data is served yet, so every source is unknown. Recorded: the error has the type that was asked for. */
export function sourceNotFound(segments: string[]): Answer {
  const answer = spacedError(404, "Source object not found");
  const type = segments[typeSegment]?.replace(":", "/").toLowerCase() ?? "";
  return dataTypes.has(type) ? { ...answer, headers: { "content-type": type } } : answer;
}
