-- safe with the previous release: no — it looks for a template's content beside its description

-- Lists show descriptions; a content may have megabytes, and what is sealed can only be opened whole.
alter table template add column sealed_content bytea;
alter table template alter column sealed_content set storage external;
