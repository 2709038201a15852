export const senders = {
  title: "Single addresses",
  lead: "Without a domain of your own: an address may send once its owner has followed the link in a mail.",
  caption: "Addresses that may send",
  columns: { address: "Address", state: "State", action: "Actions" },
  states: { active: "May send", inactive: "Waits for its owner" },
  linkUntil: "The link in the mail works until",
  addLabel: "Address",
  addHint: "Its owner gets a mail with a link. Until they follow it, nothing goes out in their name.",
  add: "Add the address",
  added: (address: string) => `A mail with a link is on its way to ${address}.`,
  again: "Mail the link again",
  remove: "Remove",
  removeOf: (what: string) => `Remove ${what}`,
  removeAsk: (address: string) => `From then on, nothing goes out in the name of ${address}.`,
  removed: (what: string) => `${what} is removed.`,
  removeDomainAsk: (name: string) =>
    `Mail of ${name} goes to the test inbox from then on. Its key is destroyed: coming back means publishing a new one.`,
};
