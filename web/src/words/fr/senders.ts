import type { senders as english } from "../en/senders.ts";

export const senders: typeof english = {
  title: "Adresses isolées",
  lead: "Sans domaine à vous : une adresse peut envoyer dès que son propriétaire a suivi le lien reçu par courrier.",
  caption: "Adresses qui peuvent envoyer",
  columns: { address: "Adresse", state: "État", action: "Actions" },
  states: { active: "Peut envoyer", inactive: "Attend son propriétaire" },
  linkUntil: "Le lien reçu est valable jusqu’au",
  addLabel: "Adresse",
  addHint:
    "Son propriétaire reçoit un courrier avec un lien. Tant qu’il ne l’a pas suivi, rien ne part en son nom.",
  add: "Ajouter l’adresse",
  added: (address) => `Un courrier avec un lien est en route vers ${address}.`,
  again: "Renvoyer le lien",
  remove: "Retirer",
  removeOf: (what) => `Retirer ${what}`,
  removeAsk: (address) => `Dès lors, plus rien ne part au nom de ${address}.`,
  removed: (what) => `${what} est retiré.`,
  removeDomainAsk: (name) =>
    `Le courrier de ${name} va dès lors dans la boîte de test. Sa clé est détruite : pour revenir, il faudra en publier une nouvelle.`,
};
