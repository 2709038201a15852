-- safe with the previous release: yes — it neither reads nor writes what is new here

create table destination_state (
  route text not null,
  node_id int not null,
  paused_until timestamptz,
  connections int not null check (connections >= 0),
  reason smallint,
  primary key (route, node_id)
);
comment on table destination_state is 'How recipient domains stand with each node that delivers: connections at work, and pauses. A few hundred rows a node, written when they change; those of a node that is not seen any more count for nothing.';
create index destination_state_node on destination_state (node_id);
grant select, insert, update, delete on destination_state to facteur_delivery;
grant select on destination_state to facteur_request;
