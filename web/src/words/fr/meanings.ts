import type { meanings as english } from "../en/meanings.ts";

export const meanings: typeof english = {
  due: "C’est son tour : il part dès que sa destination le prend.",
  under_way: "Il est en cours de traitement en ce moment.",
  destination_paused:
    "Sa destination vient de refuser d’autre courrier ; elle est laissée tranquille un moment.",
  warm_up:
    "L’adresse d’envoi est nouvelle pour ce fournisseur et n’envoie que tant par jour, un peu plus chaque jour.",
  delivered: "Le serveur du destinataire a pris le message et en est désormais responsable.",
  kept_in_test_inbox: "Le message est resté dans la boîte de test. Il n’a pas quitté ce service.",
  mailbox_unknown: "Cette boîte n’existe pas. Vérifiez l’adresse ; renvoyer n’y changera rien.",
  mailbox_inactive:
    "La boîte existe et ne prend pas de courrier : elle est fermée, ou en reçoit trop en ce moment.",
  mailbox_full: "La boîte est pleine. Seul son propriétaire peut y remédier.",
  domain_unknown: "Le domaine du destinataire n’existe pas. Vérifiez la partie après le @.",
  domain_without_mail: "Le domaine du destinataire ne prend pas de courrier.",
  relaying_refused: "Le serveur ne prend pas de courrier pour ce destinataire : son domaine est mal réglé.",
  sender_refused:
    "Le serveur refuse le courrier de cet expéditeur ou de ce domaine. Demandez au destinataire de l’autoriser.",
  authentication_missing:
    "Le serveur n’a pas pu voir que le courrier vient vraiment de vous. Vérifiez les enregistrements SPF, DKIM et DMARC du domaine.",
  sender_not_verified:
    "Le domaine d’envoi n’est plus vérifié. Publiez ses enregistrements et regardez de nouveau.",
  source_listed:
    "L’adresse d’où ce service envoie est sur une liste de blocage. Son opérateur peut demander à en sortir.",
  source_refused:
    "Le serveur ne fait pas confiance à l’adresse d’où ce service envoie : nouvelle, ou de mauvaise réputation.",
  sending_too_fast: "Le serveur en veut moins à la fois. Il le reçoit plus lentement.",
  policy_refused: "Le serveur refuse selon une règle à lui, qu’il n’explique pas.",
  greylisted:
    "Le serveur ne nous connaît pas encore et demande de revenir dans quelques minutes. C’est habituel la première fois.",
  content_refused:
    "Le serveur refuse le contenu du message : il ressemble à du courrier indésirable, ou contient quelque chose qu’il ne prend pas.",
  too_large: "Le message est plus gros que ce que le serveur accepte. Envoyez moins, ou un lien.",
  template_fault: "Le modèle a un défaut : rien n’a été envoyé. Corrigez-le et renvoyez.",
  server_trouble: "L’autre serveur a ses propres ennuis. Il sera redemandé plus tard.",
  protocol_trouble:
    "L’autre serveur n’a pas suivi les règles de SMTP, ou n’a pas aimé notre façon de les suivre.",
  smtputf8_missing: "L’adresse contient des caractères que le serveur du destinataire ne sait pas traiter.",
  connection_failed:
    "Le serveur du destinataire n’a pas pu être joint, ou la connexion a été coupée. Nouvel essai plus tard.",
  encryption_missing:
    "Le domaine du destinataire exige un chiffrement que ses serveurs n’offrent pas en ce moment. Nouvel essai plus tard.",
  dns_failed: "Le DNS n’a pas répondu pour le domaine du destinataire. Il sera redemandé.",
  next_server_refused: "Le relais refuse ce service : son opérateur doit regarder l’identification.",
  own_fault:
    "Quelque chose a échoué dans ce service. Nouvel essai plus tard ; si cela persiste, dites-le à l’opérateur.",
  suppressed:
    "L’adresse est supprimée des envois : le courrier a été rejeté, ou son propriétaire n’en veut pas.",
  complained: "L’adresse est supprimée des envois : son propriétaire a signalé un message comme indésirable.",
  duplicate_in_campaign: "L’adresse a déjà reçu un message de cette campagne.",
  cancelled: "Le message a été annulé avant l’envoi.",
  expired: "Le message n’a pas pu être livré à temps et n’est plus essayé.",
  outcome_unknown:
    "La connexion a été coupée après l’envoi du message entier. Le destinataire l’a peut-être ; personne ne peut le savoir.",
};
