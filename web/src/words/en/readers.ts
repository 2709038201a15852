export const readers = {
  title: "Readers and consent",
  lead: "What readers have agreed to, how far they are counted, and where the links in their mail lead.",
  atPresent: {
    off: "At present nothing is counted.",
    anonymous: "At present readers are counted without being known.",
    identified:
      "At present readers who have agreed are told apart; all others are counted without being known.",
  },
  views: { consents: "Consents", counting: "How readers are counted", links: "Where links lead" },

  search: "Look them up",
  searchLabel: "What has a reader agreed to?",
  searchHint: "The whole address. Addresses are kept sealed, so parts of one cannot be searched for.",
  showAll: "Show everybody",
  record: "Record a decision",
  import: "Import",
  export: "Export (CSV)",
  latest: "Recorded last",
  history: "History",
  caption: "Decisions of readers, those that were recorded last first",
  columns: {
    address: "Address",
    what: "What for",
    decision: "Decision",
    decidedAt: "Decided",
    proof: "Proof",
  },
  purposes: { opens: "Mail that is opened", clicks: "Links that are followed" },
  purposeHints: {
    opens: "You see which of your mail they have opened, and when.",
    clicks: "You see which links they have followed, and when.",
  },
  decisions: { given: "Agreed", withdrawn: "Taken back" },
  states: { given: "Agreed", withdrawn: "Taken back", unknown: "Not known" },
  unknownAddress: "Address not known any more",
  proof: {
    how: "Where it was said",
    wording: "The text that was agreed to",
    version: "Version of the text",
    source: "How it came here",
    actor: "Brought by",
  },
  sources: {
    api: "In this dashboard or by the API.",
    import: "With a file.",
    reader: "From the reader’s own page.",
  },
  actors: {
    key: (id: string) => `API key ${id}`,
    session: "Somebody signed in to this dashboard",
    link: "The reader, by the link in a mail",
  },
  message: "The message",

  readerLabel: (address: string) => `What ${address} has agreed to`,
  nobody: "No decision of this reader is known. That counts as no.",
  effects: {
    opens: {
      known: "You see when this reader opens your mail.",
      counted: "Their openings are counted without a name.",
      nothing: "Their openings are not counted.",
    },
    clicks: {
      known: "You see which links this reader follows.",
      counted: "Their clicks are counted without a name.",
      nothing: "Their clicks are not counted.",
    },
  },
  withdraw: "Take it back for them",
  withdrawOf: (address: string) => `Take everything back for ${address}`,
  withdrawAsk:
    "From now on this reader is not told apart any more, also in mail that they have already. Their earlier decisions stay in the history, as evidence. To agree again, they have to tell you so.",
  withdrawn: (address: string) => `${address} is not told apart any more.`,

  decided: "The reader has",
  forWhat: "For what?",
  decidedAtHint:
    "When the reader agreed, in your time zone. The latest decision counts, whenever it is recorded.",
  withdrawnAtHint: "Left empty, it is now.",
  howHint: "Such as “sign-up form of shop.example” or “on paper, at the fair in May”.",
  wordingHint: "Word for word, as the reader has seen it. Without it a consent cannot be shown to anybody.",
  optionalHint: "May be left empty.",
  recordAction: "Record it",
  recorded: (address: string) => `Recorded for ${address}.`,
  missingTitle: "Something is missing",
  missing: {
    address: "The address of the reader.",
    purposes: "What it is for: one of the two at least.",
    decidedAt: "When the reader agreed.",
    how: "Where it was said.",
    wording: "The text that was agreed to.",
  },

  importTitle: "Import decisions",
  importText:
    "A CSV file whose first line names the columns. An export of this page can be taken in as it is; what is known is not added again.",
  importExample: "Example of such a file",
  fileHint: "One line a decision. A purpose that is left empty means both; a consent needs its proof.",
  importRecorded: (count: string) => `Recorded: ${count}.`,
  importKnown: (count: string) => `Known before, or named twice: ${count}.`,
  importProblems: {
    unreadable_line: "has a quote that is not closed, a field that is too long, or too many fields",
    no_address: "holds no email address",
    unknown_purpose: "has a purpose that is neither opens nor clicks",
    unknown_decision: "has a decision that is neither given nor withdrawn",
    no_instant: "does not say when it was decided, as in 2026-01-31T12:00:00Z",
    future: "was decided in the future",
    no_proof: "is a consent without its proof",
  },

  emptyTitle: "Nobody has decided anything yet",
  emptyText:
    "A reader is told apart only when they have agreed to it. Whoever has said nothing has said no, and is counted without a name.",
  teach: [
    [
      "With your form",
      "Your program records what a reader has ticked: POST /api/v1/consents, with the text they have seen.",
    ],
    [
      "From elsewhere",
      "Bring in what you have collected as a file. Decisions keep the day on which they were made.",
    ],
    ["By hand", "What was said on paper or by telephone is recorded here, with where and in which words."],
    [
      "Taken back",
      "Mail that tells its reader apart has a link to a page where they take it back. It counts at once.",
    ],
  ] as readonly (readonly [string, string])[],

  modeLegend: "How far may readers be counted?",
  modes: {
    off: {
      title: "Not at all",
      text: "Nothing is counted. Links lead straight to where they go, and no picture is added.",
      reader: "Readers leave no trace. You learn what was delivered, bounced or unsubscribed.",
    },
    anonymous: {
      title: "Without being known",
      text: "It is counted how often mail is opened and which links are followed, with links and a picture that are the same for everybody.",
      reader: "No reader can be told from another, whether they have agreed or not.",
    },
    identified: {
      title: "Those who have agreed are known",
      text: "Readers who have agreed get links and a picture of their own: you see what they open and follow, in each message and in webhooks.",
      reader:
        "Everybody else is counted without being known. A consent that is taken back silences mail that is delivered already.",
    },
  },
  beyond: "Not allowed by the operator of this service",
  limited: "The operator of this service allows less than you have chosen.",
  defaults: "Messages that do not say themselves whether they are counted",
  defaultsHint:
    "A message may ask for more or less by itself (TrackOpens, TrackClicks), up to the limit above.",
  byDefault: {
    opensByDefault: "Count that they are opened",
    clicksByDefault: "Count which links are followed",
  },
  saved: "Saved. It holds at once, also for mail that is delivered already.",
  asSaved: "This is how it is saved.",
  notSaved: "Not saved yet.",
  mayNotChange: "Somebody who may manage this account can change it.",
  whoTitle: "Who decides",
  whoText: "Four have a say, and the one who wants the least wins.",
  who: [
    ["The operator", "sets the limit for everybody who sends with this service."],
    ["You", "set it above, for all your mail."],
    ["Each message", "may ask for less, or leave it to you."],
    ["Each reader", "is known only if they have agreed, and as long as they do not take it back."],
  ] as readonly (readonly [string, string])[],

  linksText:
    "Links that are counted pass through a host. With one of your own domain, readers see your name in every link, and filters judge you by your own reputation alone.",
  noDomainTitle: "No verified domain yet",
  noDomainText: "A host for links stands below a domain that is verified for your account.",
  toDomains: "To your domains",
  ownHost: "Links lead to this service’s host",
  ownHostText: "Links in mail from this domain lead to this service’s own host.",
  hostLabel: (domain: string) => `A host of ${domain} for links`,
  hostHint: "A name that is not in use yet. You publish a CNAME record for it afterwards.",
  nameHost: "Use this host",
  hostStates: {
    waiting: "Waits for its CNAME",
    unreachable: "Not reached by https",
    ready: "Links lead there",
  },
  hostTexts: {
    waiting: (host: string) =>
      `The DNS does not lead ${host} here yet. Until it does, links lead to this service’s own host, and work.`,
    unreachable: (host: string) =>
      `The DNS leads ${host} here, but https does not answer with a certificate for that name. Ask the operator of this service to add one. Until then links lead to the service’s own host, and work.`,
    ready: (host: string) => `Links in new mail from this domain lead to ${host}.`,
  },
  lookedAt: "Looked at",
  lookedAgain: "While this page is open, it is looked at every 20 seconds.",
  look: "Look now",
  removeHost: "Remove",
  removeHostOf: (host: string) => `Remove ${host}`,
  removeHostAsk:
    "Links in new mail lead to this service’s own host again. Mail that is delivered already has links to the old host: keep its CNAME as long as they shall work.",
  hostRemoved: (domain: string) => `Links in mail from ${domain} lead to this service’s host again.`,
};
