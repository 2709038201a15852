// Before the first paint: a chosen appearance and language, so that nothing flashes.
try {
  const theme = localStorage.getItem("facteur.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const language = localStorage.getItem("facteur.language");
  if (language === "fr" || language === "de") document.documentElement.lang = language;
} catch {
  // Storage is switched off: the system's appearance and the browser's language serve.
}
