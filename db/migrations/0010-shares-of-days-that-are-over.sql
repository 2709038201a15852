-- safe with the previous release: yes — it only grants a right

-- What an address has sent on a day is asked for on that day only. Retention removes the rest.
grant select, delete on source_usage to facteur_retention;
