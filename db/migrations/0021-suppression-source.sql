-- safe with the previous release: yes — what it suppresses is noted as coming from delivery

alter table suppression add column source text not null default 'delivery'
  check (source in ('delivery', 'report', 'reader', 'api', 'import'));
update suppression set source = 'api' where source_id is null;

-- A reader's own wish takes the place of a weaker cause.
grant update (cause, source, source_id, created_at) on suppression to facteur_delivery;
