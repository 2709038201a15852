-- safe with the previous release: yes — it only grants

-- What became known of a message later takes the place of a report that waits.
grant update (sealed) on report to facteur_relay;
