migration m20261121_000001_feed
migration m20261121_000002_acknowledging_principals
migration m20261121_000002_feed_subjects
migration m20261128_000001_feed_epochs
migration m20261128_000002_feed_types
migration records_m0001
migration reporting_m0001_facts
migration reporting_m0002_fact_version
migration reporting_m0003_rights_narrowed
migration sandbox_m0001_clock
migration storage_m0001_requests
migration storage_m0002_proof
column fact.alert: character varying not null
column fact.arrangement: character varying
column fact.authority: character varying not null
column fact.document: text not null
column fact.kind: character varying not null
column fact.name: character varying not null
column fact.source: character varying not null
column fact_input.authority: character varying not null
column fact_input.digest: character varying not null
column fact_input.events: bigint not null
column fact_input.last_time: bigint not null
column fact_input.lost: bigint not null
column fact_input.narrowed: bigint not null default 0
column fact_input.position: bigint not null
column fact_input.source: character varying not null
column fact_input.version: integer not null default 1
column fact_input_rebuilt.authority: character varying not null
column fact_input_rebuilt.digest: character varying not null
column fact_input_rebuilt.events: bigint not null
column fact_input_rebuilt.last_time: bigint not null
column fact_input_rebuilt.lost: bigint not null
column fact_input_rebuilt.narrowed: bigint not null default 0
column fact_input_rebuilt.position: bigint not null
column fact_input_rebuilt.source: character varying not null
column fact_input_rebuilt.version: integer not null default 1
column fact_rebuilt.alert: character varying not null
column fact_rebuilt.arrangement: character varying
column fact_rebuilt.authority: character varying not null
column fact_rebuilt.document: text not null
column fact_rebuilt.kind: character varying not null
column fact_rebuilt.name: character varying not null
column fact_rebuilt.source: character varying not null
column feed_acknowledgement.authority: text not null
column feed_acknowledgement.counted_position: bigint
column feed_acknowledgement.epoch_number: bigint
column feed_acknowledgement.position: bigint not null
column feed_acknowledgement.time_us: bigint not null
column feed_acknowledgement_log.authority: text not null
column feed_acknowledgement_log.epoch_number: bigint
column feed_acknowledgement_log.position: bigint not null
column feed_acknowledgement_log.principal: text not null default ''::text
column feed_acknowledgement_log.time_us: bigint not null
column feed_checkpoint.epoch: text
column feed_checkpoint.event_id: text
column feed_checkpoint.generation: bigint not null default 0
column feed_checkpoint.position: bigint not null
column feed_checkpoint.source: text not null
column feed_entitlement.authority: text not null
column feed_entitlement.position: bigint not null
column feed_epoch.begins_after_position: bigint not null
column feed_epoch.cause: text not null
column feed_epoch.common_position: bigint not null
column feed_epoch.epoch: uuid not null
column feed_epoch.home: text
column feed_epoch.number: bigint not null
column feed_epoch.time_us: bigint
column feed_event.arrangement: text
column feed_event.chain_digest: bytea not null
column feed_event.data: bytea not null
column feed_event.event_id: uuid not null
column feed_event.event_type: text not null
column feed_event.occur_time_us: bigint not null
column feed_event.position: bigint not null
column feed_event.status: smallint not null
column feed_event.subject: text not null
column feed_event.traceparent: text
column feed_head.chain_digest: bytea not null
column feed_head.id: smallint not null
column feed_head.position: bigint not null
column feed_rebuild.epoch: text not null
column feed_rebuild.event_id: text
column feed_rebuild.position: bigint not null
column feed_rebuild.source: text not null
column record.arrangement: character varying
column record.document: text not null
column record.kind: character varying not null
column record.name: character varying not null
column record.owner: character varying not null
column record.parent: character varying not null
column record.party: character varying
column record.revision: bigint not null
column record.sort_order: bigint not null
column record.state: integer not null
column request.caller: character varying not null
column request.create_time: bigint not null
column request.fingerprint: bytea not null
column request.method: character varying not null
column request.request_id: uuid not null
column request.response: bytea not null
column sandbox_clock.ahead_us: bigint not null
column sandbox_clock.id: integer not null
column seaql_migrations.applied_at: bigint not null
column seaql_migrations.version: character varying not null
column storage_proof.id: smallint not null
column storage_proof.trial: bytea not null
index CREATE INDEX fact_alert ON fact USING btree (authority, source, alert)
index CREATE INDEX fact_arrangement ON fact USING btree (authority, source, arrangement)
index CREATE INDEX fact_rebuilt_alert ON fact_rebuilt USING btree (authority, source, alert)
index CREATE INDEX fact_rebuilt_arrangement ON fact_rebuilt USING btree (authority, source, arrangement)
index CREATE INDEX feed_entitlement_position ON feed_entitlement USING btree ("position")
index CREATE INDEX feed_event_position_type ON feed_event USING btree ("position", event_type)
index CREATE INDEX feed_event_subject ON feed_event USING btree (subject, "position")
index CREATE INDEX feed_event_subject_bytes ON feed_event USING btree (subject COLLATE "C", "position")
index CREATE INDEX record_order ON record USING btree (kind, sort_order, name)
index CREATE INDEX record_parent ON record USING btree (kind, parent, sort_order)
index CREATE INDEX request_create_time ON request USING btree (create_time)
index CREATE UNIQUE INDEX fact_input_pkey ON fact_input USING btree (authority, source)
index CREATE UNIQUE INDEX fact_input_rebuilt_pkey ON fact_input_rebuilt USING btree (authority, source)
index CREATE UNIQUE INDEX fact_pkey ON fact USING btree (authority, source, name, kind)
index CREATE UNIQUE INDEX fact_rebuilt_pkey ON fact_rebuilt USING btree (authority, source, name, kind)
index CREATE UNIQUE INDEX feed_acknowledgement_log_pkey ON feed_acknowledgement_log USING btree (authority, "position")
index CREATE UNIQUE INDEX feed_acknowledgement_pkey ON feed_acknowledgement USING btree (authority)
index CREATE UNIQUE INDEX feed_checkpoint_pkey ON feed_checkpoint USING btree (source)
index CREATE UNIQUE INDEX feed_entitlement_pkey ON feed_entitlement USING btree (authority, "position")
index CREATE UNIQUE INDEX feed_epoch_epoch_key ON feed_epoch USING btree (epoch)
index CREATE UNIQUE INDEX feed_epoch_pkey ON feed_epoch USING btree (number)
index CREATE UNIQUE INDEX feed_event_event_id_key ON feed_event USING btree (event_id)
index CREATE UNIQUE INDEX feed_event_pkey ON feed_event USING btree ("position")
index CREATE UNIQUE INDEX feed_head_pkey ON feed_head USING btree (id)
index CREATE UNIQUE INDEX feed_rebuild_pkey ON feed_rebuild USING btree (source)
index CREATE UNIQUE INDEX record_pkey ON record USING btree (kind, name)
index CREATE UNIQUE INDEX request_pkey ON request USING btree (caller, request_id)
index CREATE UNIQUE INDEX sandbox_clock_pkey ON sandbox_clock USING btree (id)
index CREATE UNIQUE INDEX seaql_migrations_pkey ON seaql_migrations USING btree (version)
index CREATE UNIQUE INDEX storage_proof_pkey ON storage_proof USING btree (id)
constraint fact fact_pkey: PRIMARY KEY (authority, source, name, kind)
constraint fact_input fact_input_pkey: PRIMARY KEY (authority, source)
constraint fact_input_rebuilt fact_input_rebuilt_pkey: PRIMARY KEY (authority, source)
constraint fact_rebuilt fact_rebuilt_pkey: PRIMARY KEY (authority, source, name, kind)
constraint feed_acknowledgement feed_acknowledgement_pkey: PRIMARY KEY (authority)
constraint feed_acknowledgement_log feed_acknowledgement_log_pkey: PRIMARY KEY (authority, "position")
constraint feed_checkpoint feed_checkpoint_pkey: PRIMARY KEY (source)
constraint feed_entitlement feed_entitlement_pkey: PRIMARY KEY (authority, "position")
constraint feed_epoch feed_epoch_epoch_key: UNIQUE (epoch)
constraint feed_epoch feed_epoch_pkey: PRIMARY KEY (number)
constraint feed_event feed_event_event_id_key: UNIQUE (event_id)
constraint feed_event feed_event_pkey: PRIMARY KEY ("position")
constraint feed_head feed_head_pkey: PRIMARY KEY (id)
constraint feed_rebuild feed_rebuild_pkey: PRIMARY KEY (source)
constraint record record_pkey: PRIMARY KEY (kind, name)
constraint request request_pkey: PRIMARY KEY (caller, request_id)
constraint sandbox_clock sandbox_clock_pkey: PRIMARY KEY (id)
constraint seaql_migrations seaql_migrations_pkey: PRIMARY KEY (version)
constraint storage_proof storage_proof_pkey: PRIMARY KEY (id)
