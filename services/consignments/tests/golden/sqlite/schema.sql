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
CREATE INDEX "alert_position" ON "alert" ("position")
CREATE INDEX "examination_counted" ON "examination" ("side", "area", "selection", "entry_point", "body", "passed", "is_unsafe")
CREATE INDEX "examination_known" ON "examination" ("side", "known_time", "control")
CREATE INDEX "examination_lots" ON "examination" ("side", "area", "body", "known_time", "control")
CREATE INDEX "examination_screening" ON "examination" ("screening")
CREATE INDEX "feed_entitlement_position" ON "feed_entitlement" ("position")
CREATE INDEX "feed_event_position_type" ON "feed_event" ("position", "event_type")
CREATE INDEX "feed_event_subject" ON "feed_event" ("subject", "position")
CREATE UNIQUE INDEX "inspection_certificate" ON "inspection" ("body", "certificate")
CREATE INDEX "inspection_key_inspection" ON "inspection_key" ("inspection")
CREATE INDEX "inspection_time" ON "inspection" ("create_time", "id")
CREATE UNIQUE INDEX model_deciding ON model (side) WHERE state = 2
CREATE INDEX "record_order" ON "record" ("kind", "sort_order", "name")
CREATE INDEX "record_parent" ON "record" ("kind", "parent", "sort_order")
CREATE INDEX "request_create_time" ON "request" ("create_time")
CREATE INDEX screening_amended ON screening (entry_point, day, lane_otherwise, status, area) WHERE first IS NOT NULL
CREATE INDEX "screening_arrivals" ON "screening" ("entry_point", "day", "time", "lane_otherwise", "status", "area")
CREATE INDEX screening_arrives_day ON screening (arrives_at, arrives_day) WHERE arrives_at IS NOT NULL
CREATE INDEX screening_arrives_time ON screening (arrives_at, time, id) WHERE arrives_at IS NOT NULL
CREATE UNIQUE INDEX "screening_declared" ON "screening" ("declared", "version")
CREATE INDEX screening_entry_point_time ON screening (entry_point, time, id)
CREATE INDEX screening_selected ON screening (entry_point, day, expected_harm, id) WHERE selection > 1
CREATE INDEX "screening_time" ON "screening" ("time", "id")
CREATE INDEX screening_without_chance ON screening (entry_point, day, lane_otherwise, status, area) WHERE without_chance
CREATE TABLE "alert" ( "name" varchar NOT NULL PRIMARY KEY, "position" integer NOT NULL, "active" boolean NOT NULL, "document" text NOT NULL )
CREATE TABLE "alert_lost" ( "name" varchar NOT NULL PRIMARY KEY, "document" text NOT NULL )
CREATE TABLE "alert_rebuilt" ( "name" varchar NOT NULL PRIMARY KEY, "position" integer NOT NULL, "active" boolean NOT NULL, "document" text NOT NULL )
CREATE TABLE "certificate_balance" ( "inspection" varchar NOT NULL PRIMARY KEY, "revision" integer NOT NULL, "document" text NOT NULL )
CREATE TABLE "certificate_use" ( "inspection" varchar NOT NULL, "consignment" varchar NOT NULL, "item" integer NOT NULL, "taken" text NOT NULL, PRIMARY KEY ("inspection", "consignment", "item") )
CREATE TABLE "examination" ( "control" varchar NOT NULL PRIMARY KEY, "side" varchar NOT NULL, "entry_point" varchar NOT NULL, "day" integer NOT NULL, "examine_time" integer NOT NULL, "known_time" integer NOT NULL, "area" varchar NULL, "body" varchar NULL, "passed" boolean NOT NULL, "selection" smallint NOT NULL, "probability" double NOT NULL, "lane_otherwise" smallint NULL, "is_unsafe" boolean NOT NULL, "screening" uuid_text NULL, "document" text NOT NULL )
CREATE TABLE "feed_acknowledgement" ( "authority" text NOT NULL PRIMARY KEY, "position" integer NOT NULL, "time_us" integer NOT NULL , "epoch_number" integer, "counted_position" integer)
CREATE TABLE "feed_acknowledgement_log" ( "authority" text NOT NULL, "position" integer NOT NULL, "time_us" integer NOT NULL, "principal" text NOT NULL DEFAULT '', "epoch_number" integer, PRIMARY KEY ("authority", "position") )
CREATE TABLE "feed_checkpoint" ( "source" text NOT NULL PRIMARY KEY, "position" integer NOT NULL , "epoch" text, "event_id" text, "generation" integer NOT NULL DEFAULT 0)
CREATE TABLE "feed_entitlement" ( "authority" text NOT NULL, "position" integer NOT NULL, PRIMARY KEY ("authority", "position") )
CREATE TABLE "feed_epoch" ( "number" integer NOT NULL PRIMARY KEY, "epoch" uuid_text NOT NULL UNIQUE, "begins_after_position" integer NOT NULL, "common_position" integer NOT NULL, "cause" text NOT NULL, "home" text, "time_us" integer )
CREATE TABLE "feed_event" ( "position" integer NOT NULL PRIMARY KEY, "event_id" uuid_text NOT NULL UNIQUE, "event_type" text NOT NULL, "subject" text NOT NULL, "occur_time_us" integer NOT NULL, "arrangement" text, "status" smallint NOT NULL, "data" blob(1) NOT NULL, "traceparent" text, "chain_digest" blob(1) NOT NULL )
CREATE TABLE "feed_head" ( "id" smallint NOT NULL PRIMARY KEY, "position" integer NOT NULL, "chain_digest" blob(1) NOT NULL )
CREATE TABLE "feed_rebuild" ( "source" text NOT NULL PRIMARY KEY, "position" integer NOT NULL, "epoch" text NOT NULL, "event_id" text )
CREATE TABLE "inspection" ( "id" uuid_text NOT NULL PRIMARY KEY, "originator" varchar NOT NULL, "arrangement" varchar NOT NULL, "body" varchar NOT NULL, "certificate" varchar NOT NULL, "state" integer NOT NULL, "version" integer NOT NULL, "create_time" integer NOT NULL, "document" text NOT NULL )
CREATE TABLE "inspection_key" ( "key" varchar NOT NULL, "inspection" uuid_text NOT NULL, PRIMARY KEY ("key", "inspection") )
CREATE TABLE "inspection_version" ( "inspection" uuid_text NOT NULL, "version" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("inspection", "version") )
CREATE TABLE "model" ( "side" varchar NOT NULL, "number" integer NOT NULL, "state" integer NOT NULL, "revision" integer NOT NULL, "document" text NOT NULL, "content" blob NOT NULL, PRIMARY KEY ("side", "number") )
CREATE TABLE "plan" ( "entry_point" varchar NOT NULL, "day" integer NOT NULL, "revision" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("entry_point", "day") )
CREATE TABLE "record" ( "kind" varchar NOT NULL, "name" varchar NOT NULL, "owner" varchar NOT NULL, "party" varchar NULL, "arrangement" varchar NULL, "parent" varchar NOT NULL, "state" integer NOT NULL, "sort_order" integer NOT NULL, "revision" integer NOT NULL, "document" text NOT NULL, PRIMARY KEY ("kind", "name") )
CREATE TABLE "request" ( "caller" varchar NOT NULL, "request_id" uuid_text NOT NULL, "method" varchar NOT NULL, "fingerprint" blob(1) NOT NULL, "response" blob(1) NOT NULL, "create_time" integer NOT NULL, PRIMARY KEY ("caller", "request_id") )
CREATE TABLE "sandbox_clock" ( "id" integer NOT NULL PRIMARY KEY, "ahead_us" integer NOT NULL )
CREATE TABLE "screening" ( "id" uuid_text NOT NULL PRIMARY KEY, "authority" varchar NOT NULL, "entry_point" varchar NOT NULL, "day" integer NOT NULL, "area" varchar NULL, "lane" smallint NOT NULL, "lane_otherwise" smallint NOT NULL, "selection" smallint NOT NULL, "inspected" boolean NOT NULL, "status" smallint NOT NULL, "time" integer NOT NULL, "probability" double NOT NULL, "expected_harm" double NOT NULL, "fingerprint" integer NOT NULL, "document" text NOT NULL , "origin" varchar NULL, "alerted" boolean NOT NULL DEFAULT FALSE, "exhausted" boolean NOT NULL DEFAULT FALSE, "declared" varchar NULL, "version" integer NOT NULL DEFAULT 1, "first" uuid_text NULL, "superseded_by" uuid_text NULL, "revision" integer NOT NULL DEFAULT 1, "without_chance" boolean NOT NULL DEFAULT FALSE, "arrives_at" varchar NULL, "arrives_day" integer NULL)
CREATE TABLE "seaql_migrations" ( "version" varchar NOT NULL PRIMARY KEY, "applied_at" integer NOT NULL )
CREATE TABLE "storage_proof" ( "id" smallint NOT NULL PRIMARY KEY, "trial" blob(1) NOT NULL )
