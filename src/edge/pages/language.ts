import { type Language, languages } from "../../core/policy/index.ts";

/** The language of a page: the one asked for, else the first that the browser's owner can read, else English.
 *  RFC 9110 §12.5.4: languages with weights. */
export function languageOf(asked: string | undefined, acceptLanguage: string | undefined): Language {
  const known = (word: string) =>
    languages.find((language) => language === word.trim().toLowerCase().slice(0, 2));
  const wanted = (acceptLanguage ?? "").split(",").map((part) => {
    const [range = "", ...parameters] = part.split(";");
    const weight = parameters
      .map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1])
      .find((each) => each !== undefined);
    return { language: known(range), weight: weight === undefined ? 1 : Number(weight) };
  });
  const best = wanted
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .sort((a, b) => b.weight - a.weight)[0];
  return known(asked ?? "") ?? best?.language ?? "en";
}
