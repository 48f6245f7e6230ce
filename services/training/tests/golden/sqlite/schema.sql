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
CREATE INDEX "activity_begins" ON "activity" ("begins", "id")
CREATE INDEX "alert_time" ON "alert" ("authority", "status", "time")
CREATE INDEX "feed_entitlement_position" ON "feed_entitlement" ("position")
CREATE INDEX "feed_event_position_type" ON "feed_event" ("position", "event_type")
CREATE INDEX "feed_event_subject" ON "feed_event" ("subject", "position")
CREATE INDEX "mail_outbox_address" ON "mail_outbox" ("address")
CREATE INDEX "mail_outbox_due" ON "mail_outbox" ("due", "id")
CREATE INDEX "mail_outbox_parent" ON "mail_outbox" ("parent", "id")
CREATE INDEX "mail_outbox_state" ON "mail_outbox" ("state", "update_time")
CREATE INDEX "mail_outbox_subject" ON "mail_outbox" ("subject", "id")
CREATE UNIQUE INDEX "mail_outbox_token" ON "mail_outbox" ("token")
CREATE INDEX "partner_report_owner" ON "partner_report" ("owner")
CREATE INDEX "record_order" ON "record" ("kind", "sort_order", "name")
CREATE INDEX "record_parent" ON "record" ("kind", "parent", "sort_order")
CREATE UNIQUE INDEX "registration_address_of_registrar" ON "registration" ("activity", "session", "address", "registrar")
CREATE INDEX "registration_due" ON "registration" ("due")
CREATE INDEX "registration_person" ON "registration" ("registrar", "person")
CREATE UNIQUE INDEX "registration_position" ON "registration" ("activity", "session", "position")
CREATE INDEX "registration_state" ON "registration" ("activity", "session", "state", "position")
CREATE INDEX "request_create_time" ON "request" ("create_time")
CREATE TABLE "activity" ( "id" uuid_text NOT NULL PRIMARY KEY, "organiser" varchar NOT NULL, "co_organisers" varchar NOT NULL, "arrangement" varchar NULL, "state" integer NOT NULL, "kind" integer NOT NULL, "visibility" integer NOT NULL, "status" integer NOT NULL, "announced" boolean NOT NULL, "programme" varchar NOT NULL, "product_areas" varchar NOT NULL, "audiences" varchar NOT NULL, "begins" integer NOT NULL, "ends" integer NOT NULL, "zone_data" varchar NOT NULL, "searched" text NOT NULL, "searched_openly" text NOT NULL, "revision" integer NOT NULL, "document" text NOT NULL )
CREATE TABLE "alert" ( "authority" varchar NOT NULL, "name" varchar NOT NULL, "status" integer NOT NULL, "told" integer NOT NULL, "time" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("authority", "name") )
CREATE TABLE "alert_feed" ( "authority" varchar NOT NULL PRIMARY KEY, "told_until" integer NOT NULL )
CREATE TABLE "alert_rebuilt" ( "authority" varchar NOT NULL, "name" varchar NOT NULL, "status" integer NOT NULL, "told" integer NOT NULL, "time" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("authority", "name") )
CREATE TABLE "feed_acknowledgement" ( "authority" text NOT NULL PRIMARY KEY, "position" integer NOT NULL, "time_us" integer NOT NULL , "epoch_number" integer, "counted_position" integer)
CREATE TABLE "feed_acknowledgement_log" ( "authority" text NOT NULL, "position" integer NOT NULL, "time_us" integer NOT NULL, "principal" text NOT NULL DEFAULT '', "epoch_number" integer, PRIMARY KEY ("authority", "position") )
CREATE TABLE "feed_checkpoint" ( "source" text NOT NULL PRIMARY KEY, "position" integer NOT NULL , "epoch" text, "event_id" text, "generation" integer NOT NULL DEFAULT 0)
CREATE TABLE "feed_entitlement" ( "authority" text NOT NULL, "position" integer NOT NULL, PRIMARY KEY ("authority", "position") )
CREATE TABLE "feed_epoch" ( "number" integer NOT NULL PRIMARY KEY, "epoch" uuid_text NOT NULL UNIQUE, "begins_after_position" integer NOT NULL, "common_position" integer NOT NULL, "cause" text NOT NULL, "home" text, "time_us" integer )
CREATE TABLE "feed_event" ( "position" integer NOT NULL PRIMARY KEY, "event_id" uuid_text NOT NULL UNIQUE, "event_type" text NOT NULL, "subject" text NOT NULL, "occur_time_us" integer NOT NULL, "arrangement" text, "status" smallint NOT NULL, "data" blob(1) NOT NULL, "traceparent" text, "chain_digest" blob(1) NOT NULL )
CREATE TABLE "feed_head" ( "id" smallint NOT NULL PRIMARY KEY, "position" integer NOT NULL, "chain_digest" blob(1) NOT NULL )
CREATE TABLE "feed_rebuild" ( "source" text NOT NULL PRIMARY KEY, "position" integer NOT NULL, "epoch" text NOT NULL, "event_id" text )
CREATE TABLE "mail_due" ( "registration" uuid_text NOT NULL PRIMARY KEY, "wanted" integer NOT NULL )
CREATE TABLE "mail_outbox" ( "id" uuid_text NOT NULL PRIMARY KEY, "owner" varchar NOT NULL, "co_owner" varchar NOT NULL, "parent" varchar NOT NULL, "subject" varchar NOT NULL, "kind" integer NOT NULL, "state" integer NOT NULL, "token" varchar NOT NULL, "sender" varchar NOT NULL, "recipient" varchar NOT NULL, "address" varchar NOT NULL, "message_id" varchar NOT NULL, "content" blob(1) NOT NULL, "attempts" integer NOT NULL, "due" integer NULL, "claim" uuid_text NULL, "lease" integer NULL, "status" varchar NOT NULL, "create_time" integer NOT NULL, "update_time" integer NOT NULL, "revision" integer NOT NULL , "meeting" varchar NOT NULL DEFAULT '')
CREATE TABLE "partner_report" ( "authority" varchar NOT NULL, "name" varchar NOT NULL, "owner" varchar NOT NULL, "document" text NOT NULL, PRIMARY KEY ("authority", "name") )
CREATE TABLE "partner_report_rebuilt" ( "authority" varchar NOT NULL, "name" varchar NOT NULL, "owner" varchar NOT NULL, "document" text NOT NULL, PRIMARY KEY ("authority", "name") )
CREATE TABLE "record" ( "kind" varchar NOT NULL, "name" varchar NOT NULL, "owner" varchar NOT NULL, "party" varchar NULL, "arrangement" varchar NULL, "parent" varchar NOT NULL, "state" integer NOT NULL, "sort_order" integer NOT NULL, "revision" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("kind", "name") )
CREATE TABLE "registration" ( "id" uuid_text NOT NULL PRIMARY KEY, "activity" uuid_text NOT NULL, "session" varchar NOT NULL, "organiser" varchar NOT NULL, "registrar" varchar NOT NULL, "state" integer NOT NULL, "position" integer NOT NULL, "due" integer NULL, "address" varchar NULL, "revision" integer NOT NULL, "document" text NOT NULL , "person" varchar NULL)
CREATE TABLE "request" ( "caller" varchar NOT NULL, "request_id" uuid_text NOT NULL, "method" varchar NOT NULL, "fingerprint" blob(1) NOT NULL, "response" blob(1) NOT NULL, "create_time" integer NOT NULL, PRIMARY KEY ("caller", "request_id") )
CREATE TABLE "sandbox_clock" ( "id" integer NOT NULL PRIMARY KEY, "ahead_us" integer NOT NULL )
CREATE TABLE "seaql_migrations" ( "version" varchar NOT NULL PRIMARY KEY, "applied_at" integer NOT NULL )
CREATE TABLE "storage_proof" ( "id" smallint NOT NULL PRIMARY KEY, "trial" blob(1) NOT NULL )
