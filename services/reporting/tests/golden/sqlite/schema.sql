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
CREATE INDEX "fact_alert" ON "fact" ("authority", "source", "alert")
CREATE INDEX "fact_arrangement" ON "fact" ("authority", "source", "arrangement")
CREATE INDEX "fact_rebuilt_alert" ON "fact_rebuilt" ("authority", "source", "alert")
CREATE INDEX "fact_rebuilt_arrangement" ON "fact_rebuilt" ("authority", "source", "arrangement")
CREATE INDEX "feed_entitlement_position" ON "feed_entitlement" ("position")
CREATE INDEX "feed_event_position_type" ON "feed_event" ("position", "event_type")
CREATE INDEX "feed_event_subject" ON "feed_event" ("subject", "position")
CREATE INDEX "record_order" ON "record" ("kind", "sort_order", "name")
CREATE INDEX "record_parent" ON "record" ("kind", "parent", "sort_order")
CREATE INDEX "request_create_time" ON "request" ("create_time")
CREATE TABLE "fact" ( "source" varchar NOT NULL, "authority" varchar NOT NULL, "kind" varchar NOT NULL, "name" varchar NOT NULL, "alert" varchar NOT NULL, "arrangement" varchar NULL, "document" text NOT NULL, PRIMARY KEY ("authority", "source", "name", "kind") )
CREATE TABLE "fact_input" ( "source" varchar NOT NULL, "authority" varchar NOT NULL, "events" integer NOT NULL, "position" integer NOT NULL, "last_time" integer NOT NULL, "digest" varchar NOT NULL, "lost" integer NOT NULL, "version" integer NOT NULL DEFAULT 1, "narrowed" integer NOT NULL DEFAULT 0, PRIMARY KEY ("authority", "source") )
CREATE TABLE "fact_input_rebuilt" ( "source" varchar NOT NULL, "authority" varchar NOT NULL, "events" integer NOT NULL, "position" integer NOT NULL, "last_time" integer NOT NULL, "digest" varchar NOT NULL, "lost" integer NOT NULL, "version" integer NOT NULL DEFAULT 1, "narrowed" integer NOT NULL DEFAULT 0, PRIMARY KEY ("authority", "source") )
CREATE TABLE "fact_rebuilt" ( "source" varchar NOT NULL, "authority" varchar NOT NULL, "kind" varchar NOT NULL, "name" varchar NOT NULL, "alert" varchar NOT NULL, "arrangement" varchar NULL, "document" text NOT NULL, PRIMARY KEY ("authority", "source", "name", "kind") )
CREATE TABLE "feed_acknowledgement" ( "authority" text NOT NULL PRIMARY KEY, "position" integer NOT NULL, "time_us" integer NOT NULL , "epoch_number" integer, "counted_position" integer)
CREATE TABLE "feed_acknowledgement_log" ( "authority" text NOT NULL, "position" integer NOT NULL, "time_us" integer NOT NULL, "principal" text NOT NULL DEFAULT '', "epoch_number" integer, PRIMARY KEY ("authority", "position") )
CREATE TABLE "feed_checkpoint" ( "source" text NOT NULL PRIMARY KEY, "position" integer NOT NULL , "epoch" text, "event_id" text, "generation" integer NOT NULL DEFAULT 0)
CREATE TABLE "feed_entitlement" ( "authority" text NOT NULL, "position" integer NOT NULL, PRIMARY KEY ("authority", "position") )
CREATE TABLE "feed_epoch" ( "number" integer NOT NULL PRIMARY KEY, "epoch" uuid_text NOT NULL UNIQUE, "begins_after_position" integer NOT NULL, "common_position" integer NOT NULL, "cause" text NOT NULL, "home" text, "time_us" integer )
CREATE TABLE "feed_event" ( "position" integer NOT NULL PRIMARY KEY, "event_id" uuid_text NOT NULL UNIQUE, "event_type" text NOT NULL, "subject" text NOT NULL, "occur_time_us" integer NOT NULL, "arrangement" text, "status" smallint NOT NULL, "data" blob(1) NOT NULL, "traceparent" text, "chain_digest" blob(1) NOT NULL )
CREATE TABLE "feed_head" ( "id" smallint NOT NULL PRIMARY KEY, "position" integer NOT NULL, "chain_digest" blob(1) NOT NULL )
CREATE TABLE "feed_rebuild" ( "source" text NOT NULL PRIMARY KEY, "position" integer NOT NULL, "epoch" text NOT NULL, "event_id" text )
CREATE TABLE "record" ( "kind" varchar NOT NULL, "name" varchar NOT NULL, "owner" varchar NOT NULL, "party" varchar NULL, "arrangement" varchar NULL, "parent" varchar NOT NULL, "state" integer NOT NULL, "sort_order" integer NOT NULL, "revision" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("kind", "name") )
CREATE TABLE "request" ( "caller" varchar NOT NULL, "request_id" uuid_text NOT NULL, "method" varchar NOT NULL, "fingerprint" blob(1) NOT NULL, "response" blob(1) NOT NULL, "create_time" integer NOT NULL, PRIMARY KEY ("caller", "request_id") )
CREATE TABLE "sandbox_clock" ( "id" integer NOT NULL PRIMARY KEY, "ahead_us" integer NOT NULL )
CREATE TABLE "seaql_migrations" ( "version" varchar NOT NULL PRIMARY KEY, "applied_at" integer NOT NULL )
CREATE TABLE "storage_proof" ( "id" smallint NOT NULL PRIMARY KEY, "trial" blob(1) NOT NULL )
