//! The schema's history. A migration that was released is never changed; since old and new servers run side by side
//! during a roll-out, a change first adds, and removes a release later.

mod m0001_notifications;
mod m0002_cases;
mod m0003_operators;
mod m0003_search;
mod m0004_evidence;
mod m0006_sandbox;
mod m0007_attachments;
mod m0008_origins;
mod m0009_statuses;
mod m0010_inbox;
mod m0011_not_indexed;

use sea_orm_migration::prelude::*;

/// All migrations of this service's database, with those of the shared parts that live in it.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations: Vec<Box<dyn MigrationTrait>> =
            vec![Box::new(seamless_storage::requests::Migration)];
        migrations.extend(seamless_feed::migration::migrations());
        migrations.push(Box::new(m0001_notifications::Migration));
        migrations.push(Box::new(m0002_cases::Migration));
        migrations.push(Box::new(m0006_sandbox::Migration));
        migrations.push(Box::new(m0003_operators::Migration));
        migrations.push(Box::new(m0004_evidence::Migration));
        migrations.push(Box::new(m0003_search::Migration));
        migrations.push(Box::new(m0007_attachments::Migration));
        migrations.push(Box::new(seamless_storage::proof::Migration));
        migrations.push(Box::new(m0008_origins::Migration));
        migrations.push(Box::new(m0009_statuses::Migration));
        migrations.push(Box::new(m0010_inbox::Migration));
        migrations.push(Box::new(m0011_not_indexed::Migration));
        migrations
    }
}
