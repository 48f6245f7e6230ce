//! The schema's history. A migration that was released is never changed; since old and new servers run side by side
//! during a roll-out, a change first adds, and removes a release later.

mod m0001_activities;
mod m0002_person_of_registration;
mod m0003_mail_due;
mod m0004_alerts;
mod m0005_partner_reports;
mod m0006_address_of_registrar;

use sea_orm_migration::prelude::*;

/// All migrations of this service's database, with those of the shared parts that live in it.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations: Vec<Box<dyn MigrationTrait>> =
            vec![Box::new(seamless_storage::requests::Migration)];
        migrations.extend(seamless_feed::migration::migrations());
        migrations.push(Box::new(seamless_storage::proof::Migration));
        migrations.push(Box::new(seamless_commit::own_records::Migration));
        migrations.push(Box::new(m0001_activities::Migration));
        migrations.push(Box::new(seamless_sandbox::Migration));
        migrations.push(Box::new(m0002_person_of_registration::Migration));
        migrations.push(Box::new(seamless_mail::Migration));
        migrations.push(Box::new(m0003_mail_due::Migration));
        migrations.push(Box::new(m0004_alerts::Migration));
        migrations.push(Box::new(m0005_partner_reports::Migration));
        migrations.push(Box::new(m0006_address_of_registrar::Migration));
        migrations.push(Box::new(seamless_mail::MeetingMigration));
        migrations
    }
}
