import type { ReactNode } from "react";
import type { PlaceCounts } from "../../api/statistics.ts";
import { Note } from "../../parts/note.tsx";
import { useSpeech } from "../../words/provider.tsx";

// Gmail asks those who send to many to stay below 0.1 % of complaints; it and Yahoo act from 0.3 % on (their guidelines
// for senders, 2024). Of refusals for good there is no published figure: these are what operators count as usual and as a
// list that nobody looks after.
const complaintsGood = 0.001;
const complaintsBad = 0.003;
const hardGood = 0.02;
const hardBad = 0.05;

// One complaint of fifty is an accident, five of five hundred are not.
const judgedFrom = 100;

type Grade = "good" | "wait" | "bad" | "info";

/** The two rates that receivers judge a sender by, and what they think of them. */
export function Health({ counts }: { counts: readonly PlaceCounts[] }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.deliverability;
  const sum = (read: (counts: PlaceCounts) => number) => counts.reduce((all, each) => all + read(each), 0);
  const sent = sum((each) => each.sent);
  const hard = sum((each) => each.bounced.hard);
  const complained = sum((each) => each.complained);
  const tried = sent + sum((each) => each.bounced.total);
  return (
    <section className="block">
      <h2>{texts.health}</h2>
      <RateNote
        grade={gradeOf(complained, sent, complaintsGood, complaintsBad)}
        title={texts.complaintRate(format.share(complained, sent))}
        texts={texts.complaints}
      />
      <RateNote
        grade={gradeOf(hard, tried, hardGood, hardBad)}
        title={texts.hardRate(format.share(hard, tried))}
        texts={texts.hard}
      />
    </section>
  );
}

interface RateNoteProps {
  grade: Grade;
  title: string;
  texts: Record<Grade, string>;
}

function RateNote({ grade, title, texts }: RateNoteProps): ReactNode {
  return (
    <Note kind={grade} title={title}>
      <p>{texts[grade]}</p>
    </Note>
  );
}

function gradeOf(value: number, whole: number, good: number, bad: number): Grade {
  if (whole < judgedFrom) return "info";
  const rate = value / whole;
  if (rate >= bad) return "bad";
  return rate >= good ? "wait" : "good";
}
