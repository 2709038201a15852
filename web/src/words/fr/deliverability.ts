import type { deliverability as english } from "../en/deliverability.ts";

export const deliverability: typeof english = {
  title: "Délivrabilité",
  lead: "Si votre courrier arrive où il doit, et ce qu’en pensent ceux qui le reçoivent.",
  emptyTitle: "Rien n’a été remis dans cette période",
  emptyText:
    "Dès que du courrier part, cette page dit comment chaque fournisseur et chaque domaine le reçoit.",
  health: "Comment on vous juge",
  complaintRate: (share) => `Plaintes : ${share} de ce qui a été remis`,
  complaints: {
    info: "Trop peu de messages pour juger : un tel taux ne veut rien dire avant une centaine.",
    good: "Moins de 0,1 %, comme Gmail le demande à qui écrit à beaucoup.",
    wait: "Plus de 0,1 % : Gmail en demande moins. N’écrivez qu’à ceux qui s’y attendent, et rendez la désinscription facile.",
    bad: "Plus de 0,3 % : les grands fournisseurs refusent ce courrier ou le classent comme indésirable. Arrêtez, et cherchez qui ne s’y attendait pas.",
  },
  hardRate: (share) => `Refusés pour de bon : ${share} des essais`,
  hard: {
    info: "Trop peu de messages pour juger : un tel taux ne veut rien dire avant une centaine.",
    good: "Moins de 2 % : vos adresses sont entretenues.",
    wait: "Plus de 2 % : certaines adresses sont anciennes ou mal écrites. Celles qui ont été refusées sont déjà bloquées.",
    bad: "Plus de 5 % : on prend cela pour une liste achetée ou très ancienne. Faites confirmer les adresses avant d’y envoyer.",
  },
  providers: "Par fournisseur",
  providersText:
    "D’après le domaine de l’adresse : une entreprise dont le propre domaine est chez un fournisseur compte parmi les autres.",
  provider: "Fournisseur",
  otherProvider: "Tous les autres",
  domains: "Par domaine",
  reasons: "Pourquoi du courrier est refusé ou reporté",
  waiting: "Ce qui attend maintenant",
  nothingWaits: "Rien n’attend, et aucune destination n’est laissée au repos.",
  limits: "Ce que les fournisseurs acceptent à la fois",
  limitsText:
    "Le service s’y tient de lui-même : il commence avec moins, donne plus tant que tout va bien, et fait une pause quand un fournisseur le dit.",
  connections: "Connexions simultanées",
  perConnection: "Messages par connexion",
  everybodyElse: "Tous les autres",
  noBlockLists:
    "Savoir si une adresse d’envoi est sur une liste noire n’est pas demandé ici : la question nous révélerait à son exploitant. Un refus pour cette raison figure plus haut, avec des mots.",
};
