-- safe with the previous release: yes — it only gives rights
--
-- Messages that delivery in the same process takes at once are written with their claim, under the same question to the lane
-- that a claim asks (decision 0031).
grant select on lane to facteur_accept;
grant select (id, claimed_by) on delivery to facteur_accept;
