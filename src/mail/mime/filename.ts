/** What file systems take (NAME_MAX of ext4, APFS, NTFS). */
const filenameOctetsMax = 255;
/** A longer ending is no extension. */
const extensionLengthMax = 16;
/** What is looked at: a multiple of what is kept, so that a hostile name costs nothing. */
const filenameLengthMax = 4_096;

// Bidirectional controls make `exe.pdf` of `fdp.exe` on the screen.
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Makes a name fit for a saved file: the last part of a path, without control characters and characters that turn
 *  the reading direction, of at most 255 octets with its extension kept. Without a name, `attachment`. */
export function toFilename(text: string): string {
  const path = text.slice(-filenameLengthMax).toWellFormed().replace(unfit, "");
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).trim();
  if (/^\.*$/.test(name)) return "attachment";
  if (Buffer.byteLength(name) <= filenameOctetsMax) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= extensionLengthMax ? name.slice(dot) : "";
  const stem = name.slice(0, name.length - extension.length);
  return cut(stem, filenameOctetsMax - Buffer.byteLength(extension)) + extension;
}

function cut(text: string, octetsMax: number): string {
  let octets = 0;
  let kept = "";
  for (const character of text) {
    octets += Buffer.byteLength(character);
    if (octets > octetsMax) break;
    kept += character;
  }
  return kept;
}
