export const parseRoutes = {
  title: "Parse routes",
  lead: "Mail that comes in at an address, posted to a program of yours: replies, orders, tickets.",
  add: "Add a route",
  addAction: "Add it",
  added: (address: string) => `Mail to ${address} is posted from now on.`,
  caption: "Addresses whose mail is posted",
  columns: { address: "Address", url: "Posted to", made: "Made", action: "Actions" },
  urlHint: "Such as https://shop.example/mail. Mail is posted to it in the form of Mailjet’s Parse API.",
  addressHint:
    "Of a verified domain whose MX leads here. Leave it empty, and the service makes an address for you.",
  remove: "Remove",
  removeOf: (address: string) => `Remove ${address}`,
  removeAsk: (address: string) =>
    `Mail to ${address} is refused from then on, and what waits to be posted is not posted any more.`,
  removed: (address: string) => `No more mail is taken for ${address}.`,
  emptyTitle: "No route yet",
  emptyText: "A route turns mail into requests: your program needs no mailbox.",
  emptyPoints: [
    "Each mail is taken apart: sender, subject, text, HTML, headers and attachments.",
    "It is posted until your program has taken it, for five days at most.",
    "Bounces, complaints and unsubscriptions are recognised before, and counted where they belong.",
  ],
};
