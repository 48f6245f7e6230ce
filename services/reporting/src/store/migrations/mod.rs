//! The schema's history. A migration that was released is never changed; since old and new servers run side by side
//! during a roll-out, a change first adds, and removes a release later.

mod m0001_facts;
mod m0002_fact_version;
mod m0003_rights_narrowed;

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
        migrations.push(Box::new(seamless_sandbox::Migration));
        migrations.push(Box::new(m0001_facts::Migration));
        migrations.push(Box::new(m0002_fact_version::Migration));
        migrations.push(Box::new(m0003_rights_narrowed::Migration));
        migrations
    }
}
