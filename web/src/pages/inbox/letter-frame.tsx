import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Choices } from "../../parts/choices.tsx";
import { Note } from "../../parts/note.tsx";
import { useSpeech } from "../../words/provider.tsx";
import { type Letter, letterOf } from "./letter.ts";

const widths = ["desktop", "tablet", "phone"] as const;
type Width = (typeof widths)[number];

/** A message's HTML, in a frame within a frame. The outer one is a page of ours that allows nothing but styles and
 *  pictures that are in the message (src/edge/pages/dashboard.ts); the inner one inherits that and runs no scripts. */
export function LetterFrame({ html }: { html: string }): ReactNode {
  const { words } = useSpeech();
  const { inbox } = words;
  const [width, setWidth] = useState<Width>("desktop");
  const [page, setPage] = useState<Document | null>(null);
  const letter = useMemo(() => (page === null ? null : letterOf(html, parserOf(page))), [html, page]);
  return (
    <>
      <Choices
        label={inbox.widths}
        choices={widths.map((name) => ({ name, title: inbox[name] }))}
        chosen={width}
        onChoose={setWidth}
      />
      {letter === null ? null : <Blocked count={letter.blockedCount} />}
      <div className={`letter-frame letter-frame-${width}`}>
        <iframe
          title={inbox.frame}
          src="/dashboard/letter.html"
          onLoad={(event) => setPage(event.currentTarget.contentDocument)}
        />
      </div>
      {letter === null || page === null ? null : <Inner page={page} html={letter.html} title={inbox.frame} />}
      {letter === null ? null : <Links links={letter.links} />}
    </>
  );
}

function parserOf(page: Document): DOMParser {
  const view = page.defaultView;
  return view === null ? new DOMParser() : new view.DOMParser();
}

/** Puts the message into the outer frame's page. */
function Inner({ page, html, title }: { page: Document; html: string; title: string }): ReactNode {
  useEffect(() => {
    const inner = page.createElement("iframe");
    inner.setAttribute("sandbox", "");
    inner.title = title;
    inner.srcdoc = html;
    page.body.replaceChildren(inner);
  }, [page, html, title]);
  return null;
}

function Blocked({ count }: { count: number }): ReactNode {
  const { words, format } = useSpeech();
  const { inbox } = words;
  if (count === 0) return null;
  return (
    <Note kind="info" title={inbox.blocked(count, format.number(count))}>
      <p>{inbox.blockedHint}</p>
    </Note>
  );
}

function Links({ links }: { links: Letter["links"] }): ReactNode {
  const { words, format } = useSpeech();
  if (links.length === 0) return null;
  return (
    <details className="letter-links">
      <summary>{words.inbox.links(links.length, format.number(links.length))}</summary>
      <ul>
        {links.map(({ url, text }) => (
          <li key={url}>
            {text} <code translate="no">{url}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
