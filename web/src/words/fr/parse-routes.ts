import type { parseRoutes as english } from "../en/parse-routes.ts";

export const parseRoutes: typeof english = {
  title: "Routes d’entrée",
  lead: "Le courrier qui arrive à une adresse, envoyé à un programme de chez vous : réponses, commandes, demandes.",
  add: "Ajouter une route",
  addAction: "Ajouter",
  added: (address) => `Le courrier vers ${address} est désormais transmis.`,
  caption: "Adresses dont le courrier est transmis",
  columns: { address: "Adresse", url: "Transmis à", made: "Créée", action: "Actions" },
  urlHint:
    "Par exemple https://boutique.example/courrier. Le courrier y arrive sous la forme de la Parse API de Mailjet.",
  addressHint:
    "D’un domaine vérifié dont le MX mène ici. Laissez le champ vide, et le service crée une adresse pour vous.",
  remove: "Supprimer",
  removeOf: (address) => `Supprimer ${address}`,
  removeAsk: (address) =>
    `Le courrier vers ${address} est alors refusé, et ce qui attend d’être transmis ne l’est plus.`,
  removed: (address) => `Plus aucun courrier n’est accepté pour ${address}.`,
  emptyTitle: "Pas encore de route",
  emptyText: "Une route transforme le courrier en requêtes : votre programme n’a pas besoin de boîte.",
  emptyPoints: [
    "Chaque message est décomposé : expéditeur, objet, texte, HTML, en-têtes et pièces jointes.",
    "Il est envoyé jusqu’à ce que votre programme l’ait accepté, cinq jours au plus.",
    "Les rejets, plaintes et désinscriptions sont reconnus avant, et comptés là où il faut.",
  ],
};
