-- safe with the previous release: yes — it adds rows without the new columns, in which nothing is then counted

alter table statistic add column opened_messages int not null default 0;
alter table statistic add column clicked_messages int not null default 0;
update statistic set opened_messages = opened_people, clicked_messages = clicked_people
  where opened_people <> 0 or clicked_people <> 0;
comment on column statistic.opened_messages is 'As opened_people, but a message whose reader is known counts once.';
comment on column statistic.clicked_messages is 'As clicked_people, but a message whose reader is known counts once.';
