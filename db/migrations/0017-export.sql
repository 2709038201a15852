-- safe with the previous release: yes — it grants what it did not ask for

-- An account may take out who changed its set-up, as everything else that is held about it.
grant select on audit to facteur_request;
