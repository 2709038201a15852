import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";
import { remember, remembered } from "../shell/memory.ts";
import { type Format, formatFor } from "./format.ts";
import { type Language, languageFor, localeFor, type Words } from "./languages.ts";
import { loadWords } from "./load.ts";

interface Speech {
  language: Language;
  words: Words;
  format: Format;
  speak: (language: Language) => void;
}

const SpeechContext = createContext<Speech | null>(null);

/** Gives everything below the texts of the chosen language, and says so to the browser. */
export function WordsProvider({ children }: { children: ReactNode }): ReactNode {
  const [wanted, setWanted] = useState(() => languageFor(remembered("language"), navigator.languages));
  const [loaded, setLoaded] = useState<{ language: Language; words: Words } | null>(null);
  useEffect(() => {
    let isWanted = true;
    loadWords(wanted).then((words) => {
      if (!isWanted) return;
      document.documentElement.lang = wanted;
      setLoaded({ language: wanted, words });
    });
    return () => {
      isWanted = false;
    };
  }, [wanted]);
  const speech = useMemo(() => {
    if (loaded === null) return null;
    const speak = (language: Language) => {
      remember("language", language);
      setWanted(language);
    };
    return { ...loaded, format: formatFor(localeFor(loaded.language, navigator.languages)), speak };
  }, [loaded]);
  return speech === null ? null : <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** The language that is spoken, with its texts and its way to write dates and numbers. */
export function useSpeech(): Speech {
  const speech = use(SpeechContext);
  if (speech === null) throw new Error("Nothing is said outside of WordsProvider.");
  return speech;
}

/** The texts of the language that is spoken. */
export function useWords(): Words {
  return useSpeech().words;
}
