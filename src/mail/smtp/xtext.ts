// RFC 3461 §4: printable ASCII but "+" and "=", or "+" and two hexadecimal digits.
const xtext = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/;

/** Decodes xtext; null when it is none, or when what it holds is no text. */
export function decodeXtext(text: string): string | null {
  if (!xtext.test(text)) return null;
  const bytes = text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return readable(Buffer.from(bytes, "latin1").toString("utf8"));
}

// RFC 6533 §3: characters beyond ASCII as they are, or any as \x{…}.
const utf8Address = /^(?:[!-*,-<>-[\]-~\u0080-\u{10ffff}]|\\x\{[0-9A-F]{2,6}\})*$/u;

/** Decodes an address of the type `utf-8`, in any of its three forms; null when it is none. */
export function decodeUtf8Address(text: string): string | null {
  if (!utf8Address.test(text)) return decodeXtext(text);
  let isSound = true;
  const decoded = text.replace(/\\x\{([0-9A-F]+)\}/g, (_, hex: string) => {
    const point = Number.parseInt(hex, 16);
    isSound &&= point <= 0x10ffff;
    return isSound ? String.fromCodePoint(point) : "";
  });
  return isSound ? readable(decoded) : null;
}

// Line ends and other controls would be carried on into commands and reports.
function readable(text: string): string | null {
  return /[\u0000-\u001f\u007f\ufffd]/.test(text) || !text.isWellFormed() ? null : text;
}

/** RFC 3461 §4: everything but printable ASCII, and "+" and "=", becomes "+" and two hexadecimal digits. */
export function encodeXtext(text: string): string {
  let encoded = "";
  for (const byte of Buffer.from(text)) {
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x2b && byte !== 0x3d;
    encoded += isPlain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** RFC 6533 §3, in the form that is plain ASCII: the peer need not offer SMTPUTF8. */
export function encodeUtf8Address(text: string): string {
  return text.replace(/[^!-~]|[+=\\]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `\\x{${point.toString(16).toUpperCase()}}`;
  });
}
