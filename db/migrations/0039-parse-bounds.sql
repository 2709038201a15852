-- safe with the previous release: yes — it only gives a right

-- How much waits for an account is looked at before more is taken for it.
grant select on parse_post to facteur_accept;
