import { type ReactNode, useEffect, useState } from "react";

const said = new EventTarget();

/** Says something to those who listen to the page instead of looking at it. */
export function announce(text: string): void {
  said.dispatchEvent(new CustomEvent("said", { detail: text }));
}

/** Where announcements are read from. Once a page. */
export function LiveRegion(): ReactNode {
  const [text, setText] = useState("");
  useEffect(() => {
    const listen = (event: Event) => setText((event as CustomEvent<string>).detail);
    said.addEventListener("said", listen);
    return () => said.removeEventListener("said", listen);
  }, []);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {text}
    </div>
  );
}
