migration m20261121_000001_feed
migration m20261121_000002_acknowledging_principals
migration m20261121_000002_feed_subjects
migration m20261128_000001_feed_epochs
migration m20261128_000002_feed_types
migration mail_m0001_outbox
migration mail_m0002_meeting
migration records_m0001
migration sandbox_m0001_clock
migration storage_m0001_requests
migration storage_m0002_proof
migration training_m0001_activities
migration training_m0002_person_of_registration
migration training_m0003_mail_due
migration training_m0004_alerts
migration training_m0005_partner_reports
migration training_m0006_address_of_registrar
column activity.announced: boolean not null
column activity.arrangement: character varying
column activity.audiences: character varying not null
column activity.begins: bigint not null
column activity.co_organisers: character varying not null
column activity.document: text not null
column activity.ends: bigint not null
column activity.id: uuid not null
column activity.kind: integer not null
column activity.organiser: character varying not null
column activity.product_areas: character varying not null
column activity.programme: character varying not null
column activity.revision: bigint not null
column activity.searched: text not null
column activity.searched_openly: text not null
column activity.state: integer not null
column activity.status: integer not null
column activity.visibility: integer not null
column activity.zone_data: character varying not null
column alert.authority: character varying not null
column alert.document: text not null
column alert.name: character varying not null
column alert.status: integer not null
column alert.time: bigint not null
column alert.told: bigint not null
column alert_feed.authority: character varying not null
column alert_feed.told_until: bigint not null
column alert_rebuilt.authority: character varying not null
column alert_rebuilt.document: text not null
column alert_rebuilt.name: character varying not null
column alert_rebuilt.status: integer not null
column alert_rebuilt.time: bigint not null
column alert_rebuilt.told: bigint not null
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
column mail_due.registration: uuid not null
column mail_due.wanted: bigint not null
column mail_outbox.address: character varying not null
column mail_outbox.attempts: integer not null
column mail_outbox.claim: uuid
column mail_outbox.co_owner: character varying not null
column mail_outbox.content: bytea not null
column mail_outbox.create_time: bigint not null
column mail_outbox.due: bigint
column mail_outbox.id: uuid not null
column mail_outbox.kind: integer not null
column mail_outbox.lease: bigint
column mail_outbox.meeting: character varying not null default ''::character varying
column mail_outbox.message_id: character varying not null
column mail_outbox.owner: character varying not null
column mail_outbox.parent: character varying not null
column mail_outbox.recipient: character varying not null
column mail_outbox.revision: bigint not null
column mail_outbox.sender: character varying not null
column mail_outbox.state: integer not null
column mail_outbox.status: character varying not null
column mail_outbox.subject: character varying not null
column mail_outbox.token: character varying not null
column mail_outbox.update_time: bigint not null
column partner_report.authority: character varying not null
column partner_report.document: text not null
column partner_report.name: character varying not null
column partner_report.owner: character varying not null
column partner_report_rebuilt.authority: character varying not null
column partner_report_rebuilt.document: text not null
column partner_report_rebuilt.name: character varying not null
column partner_report_rebuilt.owner: character varying not null
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
column registration.activity: uuid not null
column registration.address: character varying
column registration.document: text not null
column registration.due: bigint
column registration.id: uuid not null
column registration.organiser: character varying not null
column registration.person: character varying
column registration.position: bigint not null
column registration.registrar: character varying not null
column registration.revision: bigint not null
column registration.session: character varying not null
column registration.state: integer not null
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
index CREATE INDEX activity_begins ON activity USING btree (begins, id)
index CREATE INDEX alert_time ON alert USING btree (authority, status, "time")
index CREATE INDEX feed_entitlement_position ON feed_entitlement USING btree ("position")
index CREATE INDEX feed_event_position_type ON feed_event USING btree ("position", event_type)
index CREATE INDEX feed_event_subject ON feed_event USING btree (subject, "position")
index CREATE INDEX feed_event_subject_bytes ON feed_event USING btree (subject COLLATE "C", "position")
index CREATE INDEX mail_outbox_address ON mail_outbox USING btree (address)
index CREATE INDEX mail_outbox_due ON mail_outbox USING btree (due, id)
index CREATE INDEX mail_outbox_parent ON mail_outbox USING btree (parent, id)
index CREATE INDEX mail_outbox_state ON mail_outbox USING btree (state, update_time)
index CREATE INDEX mail_outbox_subject ON mail_outbox USING btree (subject, id)
index CREATE INDEX partner_report_owner ON partner_report USING btree (owner)
index CREATE INDEX record_order ON record USING btree (kind, sort_order, name)
index CREATE INDEX record_parent ON record USING btree (kind, parent, sort_order)
index CREATE INDEX registration_due ON registration USING btree (due)
index CREATE INDEX registration_person ON registration USING btree (registrar, person)
index CREATE INDEX registration_state ON registration USING btree (activity, session, state, "position")
index CREATE INDEX request_create_time ON request USING btree (create_time)
index CREATE UNIQUE INDEX activity_pkey ON activity USING btree (id)
index CREATE UNIQUE INDEX alert_feed_pkey ON alert_feed USING btree (authority)
index CREATE UNIQUE INDEX alert_pkey ON alert USING btree (authority, name)
index CREATE UNIQUE INDEX alert_rebuilt_pkey ON alert_rebuilt USING btree (authority, name)
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
index CREATE UNIQUE INDEX mail_due_pkey ON mail_due USING btree (registration)
index CREATE UNIQUE INDEX mail_outbox_pkey ON mail_outbox USING btree (id)
index CREATE UNIQUE INDEX mail_outbox_token ON mail_outbox USING btree (token)
index CREATE UNIQUE INDEX partner_report_pkey ON partner_report USING btree (authority, name)
index CREATE UNIQUE INDEX partner_report_rebuilt_pkey ON partner_report_rebuilt USING btree (authority, name)
index CREATE UNIQUE INDEX record_pkey ON record USING btree (kind, name)
index CREATE UNIQUE INDEX registration_address_of_registrar ON registration USING btree (activity, session, address, registrar)
index CREATE UNIQUE INDEX registration_pkey ON registration USING btree (id)
index CREATE UNIQUE INDEX registration_position ON registration USING btree (activity, session, "position")
index CREATE UNIQUE INDEX request_pkey ON request USING btree (caller, request_id)
index CREATE UNIQUE INDEX sandbox_clock_pkey ON sandbox_clock USING btree (id)
index CREATE UNIQUE INDEX seaql_migrations_pkey ON seaql_migrations USING btree (version)
index CREATE UNIQUE INDEX storage_proof_pkey ON storage_proof USING btree (id)
constraint activity activity_pkey: PRIMARY KEY (id)
constraint alert alert_pkey: PRIMARY KEY (authority, name)
constraint alert_feed alert_feed_pkey: PRIMARY KEY (authority)
constraint alert_rebuilt alert_rebuilt_pkey: PRIMARY KEY (authority, name)
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
constraint mail_due mail_due_pkey: PRIMARY KEY (registration)
constraint mail_outbox mail_outbox_pkey: PRIMARY KEY (id)
constraint partner_report partner_report_pkey: PRIMARY KEY (authority, name)
constraint partner_report_rebuilt partner_report_rebuilt_pkey: PRIMARY KEY (authority, name)
constraint record record_pkey: PRIMARY KEY (kind, name)
constraint registration registration_pkey: PRIMARY KEY (id)
constraint request request_pkey: PRIMARY KEY (caller, request_id)
constraint sandbox_clock sandbox_clock_pkey: PRIMARY KEY (id)
constraint seaql_migrations seaql_migrations_pkey: PRIMARY KEY (version)
constraint storage_proof storage_proof_pkey: PRIMARY KEY (id)
