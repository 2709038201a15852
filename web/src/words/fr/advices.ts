import type { advices as english } from "../en/advices.ts";

export const advices: typeof english = {
  not_checked: () => "Pas encore regardé.",
  no_answer: () => "Le DNS n’a pas répondu. Regardez de nouveau plus tard.",
  ownership_shown: () => "Le domaine est à vous.",
  ownership_missing: (name) => `Publiez cet enregistrement TXT à ${name}, puis regardez de nouveau.`,
  dkim_right: () => "Les signatures peuvent être vérifiées.",
  dkim_missing: (name) =>
    `Publiez cet enregistrement TXT à ${name} : les destinataires en ont besoin pour vérifier nos signatures.`,
  dkim_testing: (name) =>
    `L’enregistrement à ${name} contient la bonne clé, mais à cause de t=y le courrier est traité comme non signé. Retirez t=y.`,
  dkim_revoked: (name) =>
    `L’enregistrement à ${name} a un p= vide : la clé passe pour retirée. Remplacez-le par celui-ci.`,
  dkim_several: (name, count) =>
    `Il y a ${count} enregistrements TXT à ${name}, et les destinataires peuvent lire n’importe lequel. Ne laissez que celui-ci.`,
  dkim_malformed: (name) =>
    `L’enregistrement à ${name} n’est pas lisible comme clé DKIM. Remplacez-le par celui-ci.`,
  dkim_different: (name) =>
    `L’enregistrement à ${name} contient une autre clé, ou interdit celle-ci pour le courrier. Remplacez-le par celui-ci.`,
  spf_right: (_, count) => `Le courrier d’ici passe SPF (${count} requêtes sur 10 utilisées).`,
  spf_missing: () => "Il n’y a pas d’enregistrement SPF. Publiez celui-ci.",
  spf_not_included: (_, term) => `Ajoutez ${term} à l’enregistrement, avant son « all ».`,
  spf_several: (name) =>
    `${name} a plusieurs enregistrements SPF, donc les destinataires n’en suivent aucun. Réunissez-les en un seul.`,
  spf_malformed: (name, term) => `L’enregistrement de ${name} n’est pas valable à « ${term} ».`,
  spf_broken_include: (name) =>
    `L’enregistrement mène à ${name}, qui n’a pas d’enregistrement SPF. Retirez cette partie.`,
  spf_too_many_lookups: () =>
    "L’enregistrement demande plus de 10 requêtes DNS, donc les destinataires abandonnent. Retirez des includes.",
  dmarc_policy: (name, policy) => `La règle de ${name} s’applique : ${policy}.`,
  dmarc_without_policy: (name) =>
    `L’enregistrement de ${name} n’indique pas de règle valable (p=), donc les destinataires n’en font rien.`,
  dmarc_wanted: () =>
    "Les grands destinataires veulent un enregistrement DMARC. Celui-ci n’exige rien et pourra devenir plus strict.",
  dmarc_several: (name) =>
    `Il y a plusieurs enregistrements DMARC à ${name}, donc les destinataires n’en suivent aucun. N’en laissez qu’un.`,
  dmarc_malformed: (name) =>
    `L’enregistrement DMARC à ${name} n’est pas lisible, donc les destinataires l’ignorent. Corrigez-le.`,
  return_path_right: () => "Les retours arrivent sous votre propre domaine.",
  return_path_optional: () =>
    "Avec cet enregistrement, les retours arrivent sous votre propre domaine, ce qui aligne SPF.",
  mx_right: () => "Les réponses peuvent être remises.",
  mx_missing: () =>
    "Le domaine ne reçoit pas de courrier. Les réponses se perdent si Reply-To n’en nomme pas un autre.",
  ptr_right: () => "Les adresses d’envoi ont un nom.",
  ptr_missing: () => "L’opérateur doit donner un nom (DNS inverse) aux adresses d’envoi.",
  ptr_not_told: () => "L’opérateur n’a pas indiqué les adresses depuis lesquelles le courrier part.",
};
