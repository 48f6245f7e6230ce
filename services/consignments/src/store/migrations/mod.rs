//! The schema's history. A migration that was released is never changed; since old and new servers run side by side
//! during a roll-out, a change first adds, and removes a release later.

mod m0001_inspections;
mod m0002_screenings;
mod m0003_rebuilt_alerts;
mod m0004_sandbox_clock;
mod m0005_counted_screenings;
mod m0006_declarations;
mod m0007_certificate_balances;
mod m0008_without_chance;
mod m0009_times_of_entry_points;
mod m0010_ports_of_arrival;

use sea_orm_migration::prelude::*;

/// All migrations of this service's database, with those of the shared parts that live in it.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations: Vec<Box<dyn MigrationTrait>> =
            vec![Box::new(seamless_storage::requests::Migration)];
        migrations.extend(seamless_feed::migration::migrations());
        migrations.push(Box::new(m0001_inspections::Migration));
        migrations.push(Box::new(m0002_screenings::Migration));
        migrations.push(Box::new(seamless_storage::proof::Migration));
        migrations.push(Box::new(m0003_rebuilt_alerts::Migration));
        migrations.push(Box::new(m0004_sandbox_clock::Migration));
        migrations.push(Box::new(m0005_counted_screenings::Migration));
        migrations.push(Box::new(m0006_declarations::Migration));
        migrations.push(Box::new(m0007_certificate_balances::Migration));
        migrations.push(Box::new(m0008_without_chance::Migration));
        migrations.push(Box::new(m0009_times_of_entry_points::Migration));
        migrations.push(Box::new(m0010_ports_of_arrival::Migration));
        migrations
    }
}
