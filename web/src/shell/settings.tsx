import { type ReactNode, useId, useState } from "react";
import { type Session, useSignOut } from "../api/session.ts";
import { Button } from "../parts/button.tsx";
import { type Language, languageNames, languages } from "../words/languages.ts";
import { useSpeech } from "../words/provider.tsx";
import { applyTheme, chosenTheme, type Theme, themes } from "./theme.ts";

/** Who is signed in, and what a person chooses for themselves. */
export function Settings({ session }: { session: Session }): ReactNode {
  const { words, language } = useSpeech();
  const signOut = useSignOut();
  return (
    <section className="settings" aria-label={words.settings.label}>
      <LanguageChoice />
      <ThemeChoice />
      <a href={`/promises?lang=${language}`}>{words.settings.promises}</a>
      <p className="who">
        <span>{words.settings.signedInAs}</span>
        <strong translate="no">{session.account.address}</strong>
      </p>
      <Button look="quiet" isBusy={signOut.isPending} onClick={() => signOut.mutate()}>
        {words.settings.signOut}
      </Button>
    </section>
  );
}

/** Also on the page for those who are not signed in yet. */
export function LanguageChoice(): ReactNode {
  const { words, language, speak } = useSpeech();
  const id = useId();
  return (
    <div className="choice">
      <label htmlFor={id}>{words.settings.language}</label>
      <select id={id} value={language} onChange={(event) => speak(event.target.value as Language)}>
        {languages.map((each) => (
          <option key={each} value={each} lang={each}>
            {languageNames[each]}
          </option>
        ))}
      </select>
    </div>
  );
}

function ThemeChoice(): ReactNode {
  const { words } = useSpeech();
  const id = useId();
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (wanted: Theme) => {
    applyTheme(wanted);
    setTheme(wanted);
  };
  return (
    <div className="choice">
      <label htmlFor={id}>{words.settings.appearance}</label>
      <select id={id} value={theme} onChange={(event) => choose(event.target.value as Theme)}>
        {themes.map((each) => (
          <option key={each} value={each}>
            {words.settings[each]}
          </option>
        ))}
      </select>
    </div>
  );
}
