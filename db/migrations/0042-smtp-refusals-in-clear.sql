-- safe with the previous release: yes — it shows none of these

alter table smtp_refusal drop constraint smtp_refusal_kind_check;
alter table smtp_refusal add constraint smtp_refusal_kind_check
  check (kind in ('wrong_secret', 'not_encrypted', 'not_allowed', 'crowded', 'refused'));
