migration m20261121_000001_feed
migration m20261121_000002_acknowledging_principals
migration m20261121_000002_feed_subjects
migration m20261128_000001_feed_epochs
migration m20261128_000002_feed_types
migration notifications_m0001_notifications
migration notifications_m0002_cases
migration notifications_m0003_operators
migration notifications_m0003_search
migration notifications_m0004_evidence
migration notifications_m0006_sandbox
migration notifications_m0007_attachments
migration notifications_m0008_origins
migration notifications_m0009_statuses
migration notifications_m0010_inbox
migration notifications_m0011_not_indexed
migration storage_m0001_requests
migration storage_m0002_proof
column case_record.document: text not null
column case_record.kind: character varying not null
column case_record.name: character varying not null
column case_record.notification: uuid not null
column case_record.originator: character varying not null
column case_record.party: character varying
column case_record.revision: bigint not null
column case_record.sort_order: bigint not null
column case_record.state: integer not null
column clock.arrangement: character varying not null
column clock.document: text not null
column clock.due: bigint not null
column clock.next_mark: bigint
column clock.notification: uuid not null
column clock.recipient: character varying not null
column clock.revision: bigint not null
column clock.rule: character varying not null
column clock.state: integer not null
column clock.status: integer not null
column evidence.authority: character varying not null
column evidence.content_sha256: bytea not null
column evidence.entry_sha256: bytea not null
column evidence.kind: integer not null
column evidence.note: text not null
column evidence.notification: uuid not null
column evidence.number: integer not null
column evidence.previous: bytea
column evidence.principal: character varying not null
column evidence.principal_salt: bytea not null
column evidence.receipt: text
column evidence.recipient: character varying not null
column evidence.status: integer not null
column evidence.step: integer not null
column evidence.time: bigint not null
column evidence.unreadable_reason: integer not null
column evidence.version: integer not null
column evidence_delivery.authority: character varying not null
column evidence_delivery.position: bigint not null
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
column file_content.revision: bigint not null
column file_content.sha256: character varying not null
column file_reference.attachment: character varying not null
column file_reference.sha256: character varying not null
column follow_up.authority: character varying not null
column follow_up.document: text not null
column follow_up.notification: uuid not null
column follow_up.revision: bigint not null
column follow_up.state: integer not null
column notification.disclosures: text
column notification.document: text not null
column notification.id: uuid not null
column notification.originator: character varying not null
column notification.revision: bigint not null
column notification.source_key: character varying
column operator_key.notification: uuid not null
column operator_key.operator_key: character varying not null
column operator_key.source: character varying not null
column operator_key.viewer: character varying not null
column request.caller: character varying not null
column request.create_time: bigint not null
column request.fingerprint: bytea not null
column request.method: character varying not null
column request.request_id: uuid not null
column request.response: bytea not null
column sandbox.document: text not null
column sandbox.id: integer not null
column sandbox.revision: bigint not null
column seaql_migrations.applied_at: bigint not null
column seaql_migrations.version: character varying not null
column sight.additional_origins: character varying
column sight.arrangement: character varying
column sight.category: integer
column sight.country_of_origin: character varying
column sight.index_version: integer not null default 0
column sight.notification: uuid not null
column sight.originator: character varying not null
column sight.risk_types: bigint not null
column sight.sold_online: boolean
column sight.state: integer not null
column sight.status: integer not null default 1
column sight.update_time: bigint not null
column sight.viewer: character varying not null
column sight.words: text not null
column sight_text.notification: uuid not null
column sight_text.viewer: character varying not null
column sight_text.words: tsvector not null
column storage_proof.id: smallint not null
column storage_proof.trial: bytea not null
column transmission.acknowledge_time: bigint
column transmission.arrangement: character varying not null
column transmission.automatic: boolean not null
column transmission.closed_rank: smallint not null default 0
column transmission.deadline_rule: character varying
column transmission.due_time: bigint not null
column transmission.first_reaction_time: bigint
column transmission.notification: uuid not null
column transmission.online_rank: smallint not null
column transmission.originator: character varying not null
column transmission.recipient: character varying not null
column transmission.revision: bigint not null
column transmission.send_time: bigint not null
column transmission.sender: character varying not null
column transmission.serious_rank: smallint not null
column transmission.state: integer not null
column transmission.status: integer not null
column transmission.version: integer not null
index CREATE INDEX case_record_notification ON case_record USING btree (kind, notification, sort_order, name)
index CREATE INDEX case_record_originator ON case_record USING btree (kind, originator, sort_order, name)
index CREATE INDEX case_record_party ON case_record USING btree (kind, party, sort_order, name)
index CREATE INDEX case_record_state ON case_record USING btree (kind, state, sort_order, name)
index CREATE INDEX clock_next_mark ON clock USING btree (next_mark)
index CREATE INDEX clock_recipient ON clock USING btree (recipient, status, due)
index CREATE INDEX evidence_unsigned ON evidence USING btree ("time") WHERE (receipt IS NULL)
index CREATE INDEX feed_entitlement_position ON feed_entitlement USING btree ("position")
index CREATE INDEX feed_event_position_type ON feed_event USING btree ("position", event_type)
index CREATE INDEX feed_event_subject ON feed_event USING btree (subject, "position")
index CREATE INDEX feed_event_subject_bytes ON feed_event USING btree (subject COLLATE "C", "position")
index CREATE INDEX operator_key_notification ON operator_key USING btree (notification, source)
index CREATE INDEX request_create_time ON request USING btree (create_time)
index CREATE INDEX sight_drills ON sight USING btree (viewer, status, notification) WHERE (status <> 1)
index CREATE INDEX sight_not_indexed ON sight USING btree (notification) WHERE (index_version < 1)
index CREATE INDEX sight_not_indexed_2 ON sight USING btree (viewer, notification) WHERE (index_version < 2)
index CREATE INDEX sight_notification ON sight USING btree (notification)
index CREATE INDEX sight_text_words ON sight_text USING gin (words)
index CREATE INDEX transmission_inbox ON transmission USING btree (recipient, status, online_rank, serious_rank, due_time, notification)
index CREATE INDEX transmission_inbox_open_first ON transmission USING btree (recipient, status, closed_rank, online_rank, serious_rank, due_time, notification)
index CREATE UNIQUE INDEX case_record_pkey ON case_record USING btree (kind, name)
index CREATE UNIQUE INDEX clock_pkey ON clock USING btree (notification, recipient, rule)
index CREATE UNIQUE INDEX evidence_delivery_pkey ON evidence_delivery USING btree (authority)
index CREATE UNIQUE INDEX evidence_pkey ON evidence USING btree (notification, recipient, number)
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
index CREATE UNIQUE INDEX file_content_pkey ON file_content USING btree (sha256)
index CREATE UNIQUE INDEX file_reference_pkey ON file_reference USING btree (sha256, attachment)
index CREATE UNIQUE INDEX follow_up_pkey ON follow_up USING btree (notification, authority)
index CREATE UNIQUE INDEX notification_pkey ON notification USING btree (id)
index CREATE UNIQUE INDEX notification_source_key ON notification USING btree (source_key)
index CREATE UNIQUE INDEX operator_key_pkey ON operator_key USING btree (viewer, operator_key, notification, source)
index CREATE UNIQUE INDEX request_pkey ON request USING btree (caller, request_id)
index CREATE UNIQUE INDEX sandbox_pkey ON sandbox USING btree (id)
index CREATE UNIQUE INDEX seaql_migrations_pkey ON seaql_migrations USING btree (version)
index CREATE UNIQUE INDEX sight_pkey ON sight USING btree (viewer, notification)
index CREATE UNIQUE INDEX sight_text_pkey ON sight_text USING btree (viewer, notification)
index CREATE UNIQUE INDEX storage_proof_pkey ON storage_proof USING btree (id)
index CREATE UNIQUE INDEX transmission_pkey ON transmission USING btree (notification, recipient)
constraint case_record case_record_pkey: PRIMARY KEY (kind, name)
constraint clock clock_pkey: PRIMARY KEY (notification, recipient, rule)
constraint evidence evidence_pkey: PRIMARY KEY (notification, recipient, number)
constraint evidence_delivery evidence_delivery_pkey: PRIMARY KEY (authority)
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
constraint file_content file_content_pkey: PRIMARY KEY (sha256)
constraint file_reference file_reference_pkey: PRIMARY KEY (sha256, attachment)
constraint follow_up follow_up_pkey: PRIMARY KEY (notification, authority)
constraint notification notification_pkey: PRIMARY KEY (id)
constraint operator_key operator_key_pkey: PRIMARY KEY (viewer, operator_key, notification, source)
constraint request request_pkey: PRIMARY KEY (caller, request_id)
constraint sandbox sandbox_pkey: PRIMARY KEY (id)
constraint seaql_migrations seaql_migrations_pkey: PRIMARY KEY (version)
constraint sight sight_pkey: PRIMARY KEY (viewer, notification)
constraint sight_text sight_text_pkey: PRIMARY KEY (viewer, notification)
constraint sight_text sight_text_viewer_notification_fkey: FOREIGN KEY (viewer, notification) REFERENCES sight(viewer, notification) ON DELETE CASCADE
constraint storage_proof storage_proof_pkey: PRIMARY KEY (id)
constraint transmission transmission_pkey: PRIMARY KEY (notification, recipient)
