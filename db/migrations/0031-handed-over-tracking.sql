-- safe with the previous release: yes — it only gives a right
--
-- What is handed over to delivery at once comes with its account's choice of tracking (decision 0031).
grant select on tracking_policy to facteur_accept;
