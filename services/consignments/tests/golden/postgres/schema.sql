migration consignments_m0001_inspections
migration consignments_m0002_screenings
migration consignments_m0003_rebuilt_alerts
migration consignments_m0004_sandbox_clock
migration consignments_m0005_counted_screenings
migration consignments_m0006_declarations
migration consignments_m0007_certificate_balances
migration consignments_m0008_without_chance
migration consignments_m0009_times_of_entry_points
migration consignments_m0010_ports_of_arrival
migration m20261121_000001_feed
migration m20261121_000002_acknowledging_principals
migration m20261121_000002_feed_subjects
migration m20261128_000001_feed_epochs
migration m20261128_000002_feed_types
migration storage_m0001_requests
migration storage_m0002_proof
column alert.active: boolean not null
column alert.document: text not null
column alert.name: character varying not null
column alert.position: bigint not null
column alert_lost.document: text not null
column alert_lost.name: character varying not null
column alert_rebuilt.active: boolean not null
column alert_rebuilt.document: text not null
column alert_rebuilt.name: character varying not null
column alert_rebuilt.position: bigint not null
column certificate_balance.document: text not null
column certificate_balance.inspection: character varying not null
column certificate_balance.revision: bigint not null
column certificate_use.consignment: character varying not null
column certificate_use.inspection: character varying not null
column certificate_use.item: integer not null
column certificate_use.taken: text not null
column examination.area: character varying
column examination.body: character varying
column examination.control: character varying not null
column examination.day: integer not null
column examination.document: text not null
column examination.entry_point: character varying not null
column examination.examine_time: bigint not null
column examination.is_unsafe: boolean not null
column examination.known_time: bigint not null
column examination.lane_otherwise: smallint
column examination.passed: boolean not null
column examination.probability: double precision not null
column examination.screening: uuid
column examination.selection: smallint not null
column examination.side: character varying not null
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
column inspection.arrangement: character varying not null
column inspection.body: character varying not null
column inspection.certificate: character varying not null
column inspection.create_time: bigint not null
column inspection.document: text not null
column inspection.id: uuid not null
column inspection.originator: character varying not null
column inspection.state: integer not null
column inspection.version: integer not null
column inspection_key.inspection: uuid not null
column inspection_key.key: character varying not null
column inspection_version.document: text not null
column inspection_version.inspection: uuid not null
column inspection_version.version: integer not null
column model.content: bytea not null
column model.document: text not null
column model.number: integer not null
column model.revision: bigint not null
column model.side: character varying not null
column model.state: integer not null
column plan.day: integer not null
column plan.document: text not null
column plan.entry_point: character varying not null
column plan.revision: bigint not null
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
column screening.alerted: boolean not null default false
column screening.area: character varying
column screening.arrives_at: character varying
column screening.arrives_day: integer
column screening.authority: character varying not null
column screening.day: integer not null
column screening.declared: character varying
column screening.document: text not null
column screening.entry_point: character varying not null
column screening.exhausted: boolean not null default false
column screening.expected_harm: double precision not null
column screening.fingerprint: bigint not null
column screening.first: uuid
column screening.id: uuid not null
column screening.inspected: boolean not null
column screening.lane: smallint not null
column screening.lane_otherwise: smallint not null
column screening.origin: character varying
column screening.probability: double precision not null
column screening.revision: bigint not null default 1
column screening.selection: smallint not null
column screening.status: smallint not null
column screening.superseded_by: uuid
column screening.time: bigint not null
column screening.version: integer not null default 1
column screening.without_chance: boolean not null default false
column seaql_migrations.applied_at: bigint not null
column seaql_migrations.version: character varying not null
column storage_proof.id: smallint not null
column storage_proof.trial: bytea not null
index CREATE INDEX alert_position ON alert USING btree ("position")
index CREATE INDEX examination_counted ON examination USING btree (side, area, selection, entry_point, body, passed, is_unsafe)
index CREATE INDEX examination_known ON examination USING btree (side, known_time, control)
index CREATE INDEX examination_lots ON examination USING btree (side, area, body, known_time, control)
index CREATE INDEX examination_screening ON examination USING btree (screening)
index CREATE INDEX feed_entitlement_position ON feed_entitlement USING btree ("position")
index CREATE INDEX feed_event_position_type ON feed_event USING btree ("position", event_type)
index CREATE INDEX feed_event_subject ON feed_event USING btree (subject, "position")
index CREATE INDEX feed_event_subject_bytes ON feed_event USING btree (subject COLLATE "C", "position")
index CREATE INDEX inspection_key_inspection ON inspection_key USING btree (inspection)
index CREATE INDEX inspection_time ON inspection USING btree (create_time, id)
index CREATE INDEX record_order ON record USING btree (kind, sort_order, name)
index CREATE INDEX record_parent ON record USING btree (kind, parent, sort_order)
index CREATE INDEX request_create_time ON request USING btree (create_time)
index CREATE INDEX screening_amended ON screening USING btree (entry_point, day, lane_otherwise, status, area) WHERE (first IS NOT NULL)
index CREATE INDEX screening_arrivals ON screening USING btree (entry_point, day, "time", lane_otherwise, status, area)
index CREATE INDEX screening_arrives_day ON screening USING btree (arrives_at, arrives_day) WHERE (arrives_at IS NOT NULL)
index CREATE INDEX screening_arrives_time ON screening USING btree (arrives_at, "time", id) WHERE (arrives_at IS NOT NULL)
index CREATE INDEX screening_entry_point_time ON screening USING btree (entry_point, "time", id)
index CREATE INDEX screening_selected ON screening USING btree (entry_point, day, expected_harm, id) WHERE (selection > 1)
index CREATE INDEX screening_time ON screening USING btree ("time", id)
index CREATE INDEX screening_without_chance ON screening USING btree (entry_point, day, lane_otherwise, status, area) WHERE without_chance
index CREATE UNIQUE INDEX alert_lost_pkey ON alert_lost USING btree (name)
index CREATE UNIQUE INDEX alert_pkey ON alert USING btree (name)
index CREATE UNIQUE INDEX alert_rebuilt_pkey ON alert_rebuilt USING btree (name)
index CREATE UNIQUE INDEX certificate_balance_pkey ON certificate_balance USING btree (inspection)
index CREATE UNIQUE INDEX certificate_use_pkey ON certificate_use USING btree (inspection, consignment, item)
index CREATE UNIQUE INDEX examination_pkey ON examination USING btree (control)
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
index CREATE UNIQUE INDEX inspection_certificate ON inspection USING btree (body, certificate)
index CREATE UNIQUE INDEX inspection_key_pkey ON inspection_key USING btree (key, inspection)
index CREATE UNIQUE INDEX inspection_pkey ON inspection USING btree (id)
index CREATE UNIQUE INDEX inspection_version_pkey ON inspection_version USING btree (inspection, version)
index CREATE UNIQUE INDEX model_deciding ON model USING btree (side) WHERE (state = 2)
index CREATE UNIQUE INDEX model_pkey ON model USING btree (side, number)
index CREATE UNIQUE INDEX plan_pkey ON plan USING btree (entry_point, day)
index CREATE UNIQUE INDEX record_pkey ON record USING btree (kind, name)
index CREATE UNIQUE INDEX request_pkey ON request USING btree (caller, request_id)
index CREATE UNIQUE INDEX sandbox_clock_pkey ON sandbox_clock USING btree (id)
index CREATE UNIQUE INDEX screening_declared ON screening USING btree (declared, version)
index CREATE UNIQUE INDEX screening_pkey ON screening USING btree (id)
index CREATE UNIQUE INDEX seaql_migrations_pkey ON seaql_migrations USING btree (version)
index CREATE UNIQUE INDEX storage_proof_pkey ON storage_proof USING btree (id)
constraint alert alert_pkey: PRIMARY KEY (name)
constraint alert_lost alert_lost_pkey: PRIMARY KEY (name)
constraint alert_rebuilt alert_rebuilt_pkey: PRIMARY KEY (name)
constraint certificate_balance certificate_balance_pkey: PRIMARY KEY (inspection)
constraint certificate_use certificate_use_pkey: PRIMARY KEY (inspection, consignment, item)
constraint examination examination_pkey: PRIMARY KEY (control)
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
constraint inspection inspection_pkey: PRIMARY KEY (id)
constraint inspection_key inspection_key_pkey: PRIMARY KEY (key, inspection)
constraint inspection_version inspection_version_pkey: PRIMARY KEY (inspection, version)
constraint model model_pkey: PRIMARY KEY (side, number)
constraint plan plan_pkey: PRIMARY KEY (entry_point, day)
constraint record record_pkey: PRIMARY KEY (kind, name)
constraint request request_pkey: PRIMARY KEY (caller, request_id)
constraint sandbox_clock sandbox_clock_pkey: PRIMARY KEY (id)
constraint screening screening_pkey: PRIMARY KEY (id)
constraint seaql_migrations seaql_migrations_pkey: PRIMARY KEY (version)
constraint storage_proof storage_proof_pkey: PRIMARY KEY (id)
settings of screening: toast_tuple_target=8160
