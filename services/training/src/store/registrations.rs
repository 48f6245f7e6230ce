//! Registrations.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use seamless_commit::behind;
use seamless_identity::AuthorityId;

use super::{
    Store,
    entities::{
        activity,
        registration::{self, Column},
    },
    fault,
};
use crate::domain::{
    DomainError,
    error::Refusal,
    model::{Pool, Registration, RegistrationId, RegistrationState, SessionId},
    ports::{PersonQuery, RegistrationQuery, RegistrationReader},
};

/// The most registrations under one address: an authority has one, and there are fewer authorities than that.
const MOST_OF_ADDRESS: u64 = 1_000;
/// What another registration is called in a query.
const TWIN: &str = "twin";

pub(super) fn registration_row(
    registration: &Registration,
) -> Result<registration::ActiveModel, DomainError> {
    let document = serde_json::to_string(registration)
        .map_err(|error| Refusal::Fault(format!("a registration has no document: {error}")))?;
    Ok(registration::ActiveModel {
        id: Set(registration.id),
        activity: Set(registration.pool.activity),
        session: Set(session_key(registration.pool.session.as_ref())),
        organiser: Set(registration.organiser.to_string()),
        registrar: Set(registration.registrar.to_string()),
        state: Set(registration.state as i32),
        position: Set(registration.position),
        due: Set(registration.offer_until.map(Timestamp::as_microsecond)),
        address: Set(registration.address()),
        person: Set(registration.person()),
        revision: Set(registration.revision),
        document: Set(document),
    })
}

fn session_key(session: Option<&SessionId>) -> String {
    session.map(ToString::to_string).unwrap_or_default()
}

fn parse(document: &str) -> Result<Registration, DomainError> {
    serde_json::from_str(document)
        .map_err(|error| Refusal::Fault(format!("damaged registration: {error}")).into())
}

fn of(pool: &Pool) -> Condition {
    Condition::all()
        .add(Column::Activity.eq(pool.activity))
        .add(Column::Session.eq(session_key(pool.session.as_ref())))
}

/// Other registrations of these owners that go on for the same seats under the same address.
fn twins(owners: &[&str]) -> SelectStatement {
    let own = |column: Column| Expr::col((TWIN, column));
    let same = |column: Column| own(column).equals((registration::Entity, column));
    let of_one = |column: Column| own(column).is_in(owners.iter().copied());
    Query::select()
        .expr(Expr::val(1))
        .from_as(registration::Entity, TWIN)
        .and_where(same(Column::Activity))
        .and_where(same(Column::Session))
        .and_where(same(Column::Address))
        .and_where(own(Column::Id).ne(Expr::col((registration::Entity, Column::Id))))
        .and_where(of_one(Column::Organiser).or(of_one(Column::Registrar)))
        .to_owned()
}

impl Store {
    async fn registrations(
        &self,
        condition: Condition,
        order: [Column; 2],
        limit: u64,
    ) -> Result<Vec<Registration>, DomainError> {
        let rows = registration::Entity::find()
            .filter(condition)
            .order_by_asc(order[0])
            .order_by_asc(order[1])
            .limit(limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.iter().map(|row| parse(&row.document)).collect()
    }
}

#[async_trait]
impl RegistrationReader for Store {
    async fn registration_get(&self, id: RegistrationId) -> Result<Option<Registration>, DomainError> {
        let row = registration::Entity::find_by_id(id).one(self.database.read()).await.map_err(fault)?;
        row.map(|row| parse(&row.document)).transpose()
    }

    async fn registrations_by_address(
        &self,
        pool: &Pool,
        addresses: &[&str],
    ) -> Result<Vec<Registration>, DomainError> {
        let known = of(pool).add(Column::Address.is_in(addresses.iter().copied()));
        let most = MOST_OF_ADDRESS.saturating_mul(addresses.len() as u64);
        // Sorted here: asked for the order of positions, SQLite reads everybody who is registered instead of the index of addresses.
        let mut found = self.registrations(known, [Column::Address, Column::Registrar], most).await?;
        found.sort_by_key(|one| (one.position, one.id));
        Ok(found)
    }

    async fn registration_waiting(
        &self,
        pool: &Pool,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Registration>, DomainError> {
        let waiting = of(pool)
            .add(Column::State.eq(RegistrationState::Waiting as i32))
            .add_option(after.map(|after| Column::Position.gt(after)));
        // All are in this state: so the index of states gives the order, and nobody is read who does not wait.
        self.registrations(waiting, [Column::State, Column::Position], limit).await
    }

    async fn registration_offers_due(
        &self,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Registration>, DomainError> {
        let due = Condition::all().add(Column::Due.lte(now.as_microsecond()));
        self.registrations(due, [Column::Due, Column::Id], limit).await
    }

    async fn registration_all(
        &self,
        authority: &AuthorityId,
        after: Option<RegistrationId>,
        limit: u64,
    ) -> Result<Vec<Registration>, DomainError> {
        let own = Condition::any()
            .add(Column::Organiser.eq(authority.as_str()))
            .add(Column::Registrar.eq(authority.as_str()));
        let all = Condition::all().add(own).add_option(after.map(|after| Column::Id.gt(after)));
        self.registrations(all, [Column::Id, Column::Position], limit).await
    }

    async fn registration_of_person(&self, query: &PersonQuery) -> Result<Vec<Registration>, DomainError> {
        let going_on = Query::select()
            .column(activity::Column::Id)
            .from(activity::Entity)
            .and_where(Expr::col(activity::Column::Ends).gte(query.from.as_microsecond()))
            .to_owned();
        let of_person = Condition::all()
            .add(Column::Registrar.eq(query.registrar.as_str()))
            .add(Column::Person.eq(query.address.as_str()))
            .add(Column::State.is_in(query.states.iter().map(|state| *state as i32)))
            .add(Column::Activity.in_subquery(going_on));
        self.registrations(of_person, [Column::Position, Column::Id], query.limit).await
    }

    async fn registration_list(&self, query: &RegistrationQuery) -> Result<Vec<Registration>, DomainError> {
        let owners: Vec<&str> = query.owners.iter().map(|owner| owner.as_str()).collect();
        let seen = Condition::any()
            .add(Column::Organiser.is_in(owners.clone()))
            .add(Column::Registrar.is_in(owners.clone()));
        let mut condition = Condition::all().add(Column::Activity.eq(query.activity)).add(seen);
        if let Some(session) = &query.session {
            condition = condition.add(Column::Session.eq(session_key(session.as_ref())));
        }
        if !query.states.is_empty() {
            condition = condition.add(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
        }
        if query.is_twice {
            condition = condition.add(Expr::exists(twins(&owners)));
        }
        if let Some((position, id)) = query.after {
            let last = [position.into(), id.into()];
            condition = condition.add(behind(&Order::Asc, [Column::Position, Column::Id], last));
        }
        self.registrations(condition, [Column::Position, Column::Id], query.limit).await
    }
}
