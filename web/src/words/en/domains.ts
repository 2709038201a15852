export const domains = {
  add: {
    label: "Your domain",
    hint: "The part behind the @ of the addresses you send from, such as shop.example.",
    submit: "Add the domain",
  },
  check: "Look at the DNS now",
  checking: "Looking at the DNS …",
  lookedAt: "Looked at",
  never: "Not looked at yet",
  again: "While this page is open, it looks again every 20 seconds.",
  states: { pending: "Not verified", verified: "Verified" },
  verifiedBy: { dns: "by its records", operator: "by the operator’s word" },
  recordStatus: { ok: "Found", missing: "Missing", wrong: "Differs", unknown: "No answer" },
  groups: {
    needed: "Needed",
    neededHint:
      "Either of these verifies the domain. Publish the key in any case: without it, signatures cannot be checked.",
    advised: "Recommended",
    advisedHint: "Large mailbox providers sort mail without these as spam.",
    useful: "Good to have",
    usefulHint: "Mail goes out without these.",
  },
  records: {
    ownership: { name: "Ownership", purpose: "Shows that the domain is yours." },
    dkim: { name: "DKIM key", purpose: "Lets receivers verify the signature on each message." },
    dkimEd25519: {
      name: "DKIM key (Ed25519)",
      purpose: "The second, shorter key that messages are also signed with.",
    },
    spf: { name: "SPF", purpose: "Says which servers may send mail of this domain." },
    dmarc: { name: "DMARC", purpose: "Tells receivers what to do with mail that only pretends to be yours." },
    returnPath: { name: "Return path", purpose: "Brings bounces back under your own domain." },
    mx: { name: "MX", purpose: "Lets people reply to your messages." },
    ptr: {
      name: "Reverse name (PTR)",
      purpose: "Gives the sending addresses a name. The operator of this service sets it.",
    },
  },
  record: {
    type: "Type",
    name: "Name",
    value: "Value",
    found: "What is there now",
    nothing: "Nothing",
    publish: "Publish this record where the DNS of your domain is kept, then look again.",
  },
};
