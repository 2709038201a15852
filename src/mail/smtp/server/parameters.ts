import type { DsnRequest } from "../commands.ts";
import { decodeUtf8Address, decodeXtext } from "../xtext.ts";
import { reply, type ServerReply } from "./reply.ts";

/** What may stand behind the address of MAIL. */
export interface MailParameters {
  /** RFC 1870; null when it was not said. */
  readonly sizeBytes: number | null;
  /** RFC 6152 BODY=8BITMIME. */
  readonly isEightBit: boolean;
  /** RFC 6531. */
  readonly isUtf8: boolean;
  /** RFC 3461 §4.3, §4.4. */
  readonly report: Pick<DsnRequest, "ret" | "envelopeId">;
}

/** What may stand behind the address of RCPT. RFC 3461 §4.1, §4.2. */
export type RecipientParameters = Pick<DsnRequest, "notify" | "originalRecipient">;

// RFC 3461 §4.4, §4.2: of the encoded form.
const envelopeIdCharactersMax = 100;
const originalRecipientCharactersMax = 500;

const parameterForm = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u0080-\u{10ffff}]+))?$/u;

/** Reads the parameters of MAIL, or says what is wrong with them. */
export function readMailParameters(text: string): MailParameters | ServerReply {
  const given = split(text);
  if ("code" in given) return given;
  const wishes = { sizeBytes: null as number | null, isEightBit: false, isUtf8: false };
  const report: { -readonly [Name in "ret" | "envelopeId"]?: DsnRequest[Name] } = {};
  for (const [name, value] of given) {
    switch (name) {
      case "SIZE":
        if (!/^\d{1,20}$/.test(value)) return bad(name);
        wishes.sizeBytes = Number(value);
        break;
      case "BODY":
        if (!/^(7BIT|8BITMIME)$/i.test(value)) return bad(name);
        wishes.isEightBit = value.length > "7BIT".length;
        break;
      case "SMTPUTF8":
        if (value !== "") return bad(name);
        wishes.isUtf8 = true;
        break;
      // RFC 4954 §5: who was authenticated elsewhere. Here it counts who has logged in.
      case "AUTH":
        if (value !== "<>" && (value === "" || decodeXtext(value) === null)) return bad(name);
        break;
      case "RET":
        if (!/^(FULL|HDRS)$/i.test(value)) return bad(name);
        report.ret = value.toUpperCase() === "FULL" ? "full" : "headers";
        break;
      case "ENVID": {
        const id = value.length > envelopeIdCharactersMax ? null : decodeXtext(value);
        if (id === null || id === "") return bad(name);
        report.envelopeId = id;
        break;
      }
      default:
        return unknown(name);
    }
  }
  return { ...wishes, report };
}

/** Reads the parameters of RCPT, or says what is wrong with them. */
export function readRecipientParameters(text: string): RecipientParameters | ServerReply {
  const given = split(text);
  if ("code" in given) return given;
  const wishes: { -readonly [Name in keyof RecipientParameters]: RecipientParameters[Name] } = {};
  for (const [name, value] of given) {
    if (name === "NOTIFY") {
      const notify = readNotify(value);
      if (notify === null) return bad(name);
      wishes.notify = notify;
    } else if (name === "ORCPT") {
      const original = readOriginal(value);
      if (original === null) return bad(name);
      wishes.originalRecipient = original;
    } else return unknown(name);
  }
  return wishes;
}

// RFC 3461 §4.1: NEVER stands alone; no word twice.
function readNotify(value: string): NonNullable<DsnRequest["notify"]> | null {
  const words = value.toLowerCase().split(",");
  if (words.length === 1 && words[0] === "never") return "never";
  const known = words.filter((word) => word === "success" || word === "failure" || word === "delay");
  return known.length === words.length && new Set(words).size === words.length ? known : null;
}

function readOriginal(value: string): { type: string; address: string } | null {
  if (value.length > originalRecipientCharactersMax) return null;
  const [, type = "", encoded = ""] = /^([A-Za-z0-9][A-Za-z0-9-]*);(.+)$/u.exec(value) ?? [];
  if (type === "") return null;
  const lowerType = type.toLowerCase();
  const address = lowerType === "utf-8" ? decodeUtf8Address(encoded) : decodeXtext(encoded);
  return address === null ? null : { type: lowerType, address };
}

function split(text: string): Map<string, string> | ServerReply {
  const found = new Map<string, string>();
  for (const word of text.split(" ")) {
    if (word === "") continue;
    const [, name = "", value = ""] = parameterForm.exec(word) ?? [];
    if (name === "") return reply(501, "5.5.4", "A parameter is NAME or NAME=VALUE");
    const upperName = name.toUpperCase();
    if (found.has(upperName)) return reply(501, "5.5.4", `${upperName} stands there twice`);
    found.set(upperName, value);
  }
  return found;
}

function bad(name: string): ServerReply {
  return reply(501, "5.5.4", `The value of ${name} is wrong`);
}

// RFC 5321 §4.1.1.11.
function unknown(name: string): ServerReply {
  return reply(555, "5.5.4", `The parameter ${name.slice(0, 40)} is not known here`);
}
