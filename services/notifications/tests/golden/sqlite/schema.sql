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
CREATE INDEX "case_record_notification" ON "case_record" ("kind", "notification", "sort_order", "name")
CREATE INDEX "case_record_originator" ON "case_record" ("kind", "originator", "sort_order", "name")
CREATE INDEX "case_record_party" ON "case_record" ("kind", "party", "sort_order", "name")
CREATE INDEX "case_record_state" ON "case_record" ("kind", "state", "sort_order", "name")
CREATE INDEX "clock_next_mark" ON "clock" ("next_mark")
CREATE INDEX "clock_recipient" ON "clock" ("recipient", "status", "due")
CREATE INDEX "evidence_unsigned" ON "evidence" ("time") WHERE "receipt" IS NULL
CREATE INDEX "feed_entitlement_position" ON "feed_entitlement" ("position")
CREATE INDEX "feed_event_position_type" ON "feed_event" ("position", "event_type")
CREATE INDEX "feed_event_subject" ON "feed_event" ("subject", "position")
CREATE UNIQUE INDEX "notification_source_key" ON "notification" ("source_key")
CREATE INDEX "operator_key_notification" ON "operator_key" ("notification", "source")
CREATE INDEX "request_create_time" ON "request" ("create_time")
CREATE INDEX sight_drills ON sight (viewer, status, notification) WHERE status <> 1
CREATE INDEX sight_not_indexed ON sight (notification) WHERE index_version < 1
CREATE INDEX sight_not_indexed_2 ON sight (viewer, notification) WHERE index_version < 2
CREATE INDEX sight_notification ON sight (notification)
CREATE UNIQUE INDEX sight_viewer ON sight (viewer, notification)
CREATE INDEX "transmission_inbox" ON "transmission" ("recipient", "status", "online_rank", "serious_rank", "due_time", "notification")
CREATE INDEX "transmission_inbox_open_first" ON "transmission" ("recipient", "status", "closed_rank", "online_rank", "serious_rank", "due_time", "notification")
CREATE TABLE "case_record" ( "kind" varchar NOT NULL, "name" varchar NOT NULL, "notification" uuid_text NOT NULL, "originator" varchar NOT NULL, "party" varchar NULL, "state" integer NOT NULL, "sort_order" integer NOT NULL, "revision" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("kind", "name") )
CREATE TABLE "clock" ( "notification" uuid_text NOT NULL, "recipient" varchar NOT NULL, "rule" varchar NOT NULL, "arrangement" varchar NOT NULL, "status" integer NOT NULL, "state" integer NOT NULL, "due" integer NOT NULL, "next_mark" integer NULL, "revision" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("notification", "recipient", "rule") )
CREATE TABLE "evidence" ( "notification" uuid_text NOT NULL, "recipient" varchar NOT NULL, "number" integer NOT NULL, "kind" integer NOT NULL, "version" integer NOT NULL, "time" integer NOT NULL, "authority" varchar NOT NULL, "principal" varchar NOT NULL, "principal_salt" blob(1) NOT NULL, "content_sha256" blob(1) NOT NULL, "unreadable_reason" integer NOT NULL, "note" text NOT NULL, "step" integer NOT NULL, "status" integer NOT NULL, "previous" blob(1) NULL, "entry_sha256" blob(1) NOT NULL, "receipt" text NULL, PRIMARY KEY ("notification", "recipient", "number") )
CREATE TABLE "evidence_delivery" ( "authority" varchar NOT NULL PRIMARY KEY, "position" integer NOT NULL )
CREATE TABLE "feed_acknowledgement" ( "authority" text NOT NULL PRIMARY KEY, "position" integer NOT NULL, "time_us" integer NOT NULL , "epoch_number" integer, "counted_position" integer)
CREATE TABLE "feed_acknowledgement_log" ( "authority" text NOT NULL, "position" integer NOT NULL, "time_us" integer NOT NULL, "principal" text NOT NULL DEFAULT '', "epoch_number" integer, PRIMARY KEY ("authority", "position") )
CREATE TABLE "feed_checkpoint" ( "source" text NOT NULL PRIMARY KEY, "position" integer NOT NULL , "epoch" text, "event_id" text, "generation" integer NOT NULL DEFAULT 0)
CREATE TABLE "feed_entitlement" ( "authority" text NOT NULL, "position" integer NOT NULL, PRIMARY KEY ("authority", "position") )
CREATE TABLE "feed_epoch" ( "number" integer NOT NULL PRIMARY KEY, "epoch" uuid_text NOT NULL UNIQUE, "begins_after_position" integer NOT NULL, "common_position" integer NOT NULL, "cause" text NOT NULL, "home" text, "time_us" integer )
CREATE TABLE "feed_event" ( "position" integer NOT NULL PRIMARY KEY, "event_id" uuid_text NOT NULL UNIQUE, "event_type" text NOT NULL, "subject" text NOT NULL, "occur_time_us" integer NOT NULL, "arrangement" text, "status" smallint NOT NULL, "data" blob(1) NOT NULL, "traceparent" text, "chain_digest" blob(1) NOT NULL )
CREATE TABLE "feed_head" ( "id" smallint NOT NULL PRIMARY KEY, "position" integer NOT NULL, "chain_digest" blob(1) NOT NULL )
CREATE TABLE "feed_rebuild" ( "source" text NOT NULL PRIMARY KEY, "position" integer NOT NULL, "epoch" text NOT NULL, "event_id" text )
CREATE TABLE "file_content" ( "sha256" varchar NOT NULL PRIMARY KEY, "revision" integer NOT NULL )
CREATE TABLE "file_reference" ( "sha256" varchar NOT NULL, "attachment" varchar NOT NULL, PRIMARY KEY ("sha256", "attachment") )
CREATE TABLE "follow_up" ( "notification" uuid_text NOT NULL, "authority" varchar NOT NULL, "state" integer NOT NULL, "revision" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("notification", "authority") )
CREATE TABLE "notification" ( "id" uuid_text NOT NULL PRIMARY KEY, "originator" varchar NOT NULL, "source_key" varchar NULL, "revision" integer NOT NULL, "document" text NOT NULL, "disclosures" text NULL )
CREATE TABLE "operator_key" ( "viewer" varchar NOT NULL, "operator_key" varchar NOT NULL, "notification" uuid_text NOT NULL, "source" varchar NOT NULL, PRIMARY KEY ("viewer", "operator_key", "notification", "source") )
CREATE TABLE "request" ( "caller" varchar NOT NULL, "request_id" uuid_text NOT NULL, "method" varchar NOT NULL, "fingerprint" blob(1) NOT NULL, "response" blob(1) NOT NULL, "create_time" integer NOT NULL, PRIMARY KEY ("caller", "request_id") )
CREATE TABLE "sandbox" ( "id" integer NOT NULL PRIMARY KEY, "revision" integer NOT NULL, "document" text NOT NULL )
CREATE TABLE "seaql_migrations" ( "version" varchar NOT NULL PRIMARY KEY, "applied_at" integer NOT NULL )
CREATE TABLE "sight" ( "id" integer PRIMARY KEY, "viewer" varchar NOT NULL, "notification" uuid_text NOT NULL, "originator" varchar NOT NULL, "arrangement" varchar NULL, "state" integer NOT NULL, "update_time" integer NOT NULL, "category" integer NULL, "risk_types" integer NOT NULL, "country_of_origin" varchar NULL, "sold_online" boolean NULL, "words" text NOT NULL, "index_version" integer NOT NULL DEFAULT 0 , "additional_origins" varchar NULL, "status" integer NOT NULL DEFAULT 1)
CREATE VIRTUAL TABLE sight_text USING fts5(viewer, keys, names, rest, content='', contentless_delete=1, tokenize='ascii')
CREATE TABLE "storage_proof" ( "id" smallint NOT NULL PRIMARY KEY, "trial" blob(1) NOT NULL )
CREATE TABLE "transmission" ( "notification" uuid_text NOT NULL, "recipient" varchar NOT NULL, "sender" varchar NOT NULL, "originator" varchar NOT NULL, "arrangement" varchar NOT NULL, "state" integer NOT NULL, "automatic" boolean NOT NULL, "version" integer NOT NULL, "send_time" integer NOT NULL, "acknowledge_time" integer NULL, "first_reaction_time" integer NULL, "deadline_rule" varchar NULL, "due_time" integer NOT NULL, "status" integer NOT NULL, "revision" integer NOT NULL, "online_rank" smallint NOT NULL, "serious_rank" smallint NOT NULL, "closed_rank" smallint NOT NULL DEFAULT 0, PRIMARY KEY ("notification", "recipient") )
CREATE TRIGGER sight_text_leaves AFTER DELETE ON sight BEGIN DELETE FROM sight_text WHERE rowid = old.id; END
