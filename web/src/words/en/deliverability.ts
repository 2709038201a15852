export const deliverability = {
  title: "Deliverability",
  lead: "Whether your mail gets where it should, and what receivers think of it.",
  emptyTitle: "Nothing was delivered in this time",
  emptyText: "As soon as mail goes out, this page tells how each provider and domain takes it.",
  health: "How receivers judge you",
  complaintRate: (share: string) => `Complaints: ${share} of what was delivered`,
  complaints: {
    info: "Too few messages to judge by: such a rate says something from about a hundred on.",
    good: "Below 0.1 %, as Gmail asks of those who send to many.",
    wait: "Above 0.1 %: Gmail asks for less. Send only to those who expect it, and make it easy to unsubscribe.",
    bad: "Above 0.3 %: large providers refuse or sort such mail as spam. Stop, and find out who did not expect it.",
  },
  hardRate: (share: string) => `Refused for good: ${share} of what was tried`,
  hard: {
    info: "Too few messages to judge by: such a rate says something from about a hundred on.",
    good: "Below 2 %: your addresses are looked after.",
    wait: "Above 2 %: some addresses are old or mistyped. Those that were refused are suppressed already.",
    bad: "Above 5 %: receivers take this for a bought or very old list. Confirm addresses before you send to them.",
  },
  providers: "By provider",
  providersText:
    "By the domain of the address: a company whose own domain lies with a provider counts as other.",
  provider: "Provider",
  otherProvider: "Everybody else",
  domains: "By domain",
  reasons: "Why mail is refused or put off",
  waiting: "What waits now",
  nothingWaits: "Nothing waits, and no destination is left alone for a while.",
  limits: "What providers take at a time",
  limitsText:
    "The service keeps to these by itself: it starts with less, gives more as long as all goes well, and pauses when a provider says so.",
  connections: "Connections at once",
  perConnection: "Messages a connection",
  everybodyElse: "Everybody else",
  noBlockLists:
    "Whether a sending address is on a block list is not asked here: the question would tell its operator about us. A refusal for that reason stands above, in words.",
};
