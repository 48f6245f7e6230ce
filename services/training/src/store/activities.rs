//! Activities.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, LikeExpr, Query},
};
use seamless_commit::behind;

use super::{
    Store,
    entities::{
        activity::{self, Column},
        registration,
    },
    fault,
};
use crate::domain::{
    DomainError,
    error::Refusal,
    model::{Activity, ActivityId, ActivityState, ActivityVisibility, RegistrationState},
    ports::{ActivityQuery, ActivityReader},
};

/// Activities looked up in one statement.
const A_STATEMENT: usize = 500;
/// The states of registrations that go on.
const OPEN: [i32; 4] = [
    RegistrationState::Pending as i32,
    RegistrationState::Waiting as i32,
    RegistrationState::Offered as i32,
    RegistrationState::Confirmed as i32,
];
/// Those of registrations that go on and have no seat for good.
const WITHOUT_SEAT: [i32; 3] =
    [RegistrationState::Pending as i32, RegistrationState::Waiting as i32, RegistrationState::Offered as i32];

pub(super) fn activity_row(activity: &Activity) -> Result<activity::ActiveModel, DomainError> {
    let document = serde_json::to_string(activity)
        .map_err(|error| Refusal::Fault(format!("an activity has no document: {error}")))?;
    let content = &activity.content;
    let microseconds = |time: Option<Timestamp>| time.map_or(i64::MAX, Timestamp::as_microsecond);
    Ok(activity::ActiveModel {
        id: Set(activity.id),
        organiser: Set(activity.organiser.to_string()),
        co_organisers: Set(listed(content.co_organisers.iter())),
        arrangement: Set(content.arrangement.as_ref().map(ToString::to_string)),
        state: Set(activity.state as i32),
        kind: Set(content.kind as i32),
        visibility: Set(content.visibility as i32),
        status: Set(content.status as i32),
        announced: Set(activity.was_published),
        programme: Set(content.programme.clone()),
        product_areas: Set(listed(content.product_areas.iter())),
        audiences: Set(listed(content.audiences.iter().map(|audience| *audience as i32))),
        begins: Set(microseconds(activity.begins())),
        ends: Set(microseconds(activity.ends())),
        zone_data: Set(activity.zone_data.clone()),
        searched: Set(content.searched(|_| true)),
        searched_openly: Set(content.searched(|field| content.is_open_to_all(field))),
        revision: Set(activity.revision),
        document: Set(document),
    })
}

/// Items, each between commas, so that one is found as `,item,`.
fn listed(items: impl Iterator<Item = impl ToString>) -> String {
    items.fold(String::from(","), |list, item| list + &item.to_string() + ",")
}

fn lists(column: Column, item: &str) -> sea_orm::sea_query::SimpleExpr {
    column.like(format!("%,{item},%"))
}

/// Contains it, whatever signs it has.
fn contains(column: Column, word: &str) -> sea_orm::sea_query::SimpleExpr {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Expr::col(column).like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
}

fn parse(document: &str) -> Result<Activity, DomainError> {
    serde_json::from_str(document)
        .map_err(|error| Refusal::Fault(format!("damaged activity: {error}")).into())
}

impl Store {
    /// These activities as they are now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn activities_now(
        &self,
        ids: &[ActivityId],
    ) -> Result<HashMap<ActivityId, Activity>, DomainError> {
        let mut found = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(A_STATEMENT) {
            let rows = activity::Entity::find()
                .filter(Column::Id.is_in(chunk.iter().copied()))
                .all(self.database.read())
                .await
                .map_err(fault)?;
            for row in rows {
                found.insert(row.id, parse(&row.document)?);
            }
        }
        Ok(found)
    }

    async fn activities(&self, condition: Condition, limit: u64) -> Result<Vec<Activity>, DomainError> {
        let rows = activity::Entity::find()
            .filter(condition)
            .order_by_asc(Column::Begins)
            .order_by_asc(Column::Id)
            .limit(limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.iter().map(|row| parse(&row.document)).collect()
    }
}

#[async_trait]
impl ActivityReader for Store {
    async fn activity_get(&self, id: ActivityId) -> Result<Option<Activity>, DomainError> {
        let row = activity::Entity::find_by_id(id).one(self.database.read()).await.map_err(fault)?;
        row.map(|row| parse(&row.document)).transpose()
    }

    async fn activities_of(&self, ids: &[ActivityId]) -> Result<Vec<Activity>, DomainError> {
        Ok(self.activities_now(ids).await?.into_values().collect())
    }

    async fn activity_list(&self, query: &ActivityQuery) -> Result<Vec<Activity>, DomainError> {
        self.activities(condition(query), query.limit).await
    }

    async fn activity_by_other_zone_data(
        &self,
        zone_data: &str,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Activity>, DomainError> {
        let other = Condition::all()
            .add(Column::State.eq(ActivityState::Published as i32))
            .add(Column::ZoneData.ne(zone_data))
            .add(Column::Ends.gt(now.as_microsecond()));
        self.activities(other, limit).await
    }

    async fn activity_over_with_registrations(&self, limit: u64) -> Result<Vec<Activity>, DomainError> {
        let with = |states: &[i32]| {
            Query::select()
                .column(registration::Column::Activity)
                .from(registration::Entity)
                .and_where(Expr::col(registration::Column::State).is_in(states.iter().copied()))
                .to_owned()
        };
        let in_state = |state: ActivityState, open: &[i32]| {
            Condition::all().add(Column::State.eq(state as i32)).add(Column::Id.in_subquery(with(open)))
        };
        let over = Condition::any()
            .add(in_state(ActivityState::Cancelled, &OPEN))
            .add(in_state(ActivityState::Held, &WITHOUT_SEAT));
        self.activities(over, limit).await
    }
}

fn condition(query: &ActivityQuery) -> Condition {
    let own = || {
        let owners = query.owners.iter().map(|owner| lists(Column::CoOrganisers, owner.as_str()));
        owners.fold(
            Condition::any().add(Column::Organiser.is_in(query.owners.iter().map(|owner| owner.as_str()))),
            Condition::add,
        )
    };
    let arrangements = query.arrangements.iter().map(ToString::to_string);
    let open = Condition::any().add(Column::Visibility.eq(ActivityVisibility::Public as i32)).add(
        Column::Visibility
            .eq(ActivityVisibility::Arrangement as i32)
            .and(Column::Arrangement.is_in(arrangements)),
    );
    let announced = Condition::all().add(Column::Announced.eq(true)).add(open);
    let mut all = Condition::all().add(Condition::any().add(own()).add(announced));
    if !query.statuses.is_empty() {
        all = all.add(Column::Status.is_in(query.statuses.iter().map(|status| *status as i32)));
    }
    if !query.states.is_empty() {
        all = all.add(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
    }
    if !query.kinds.is_empty() {
        all = all.add(Column::Kind.is_in(query.kinds.iter().map(|kind| *kind as i32)));
    }
    let equals = [
        (Column::Organiser, query.organiser.as_ref().map(ToString::to_string)),
        (Column::Arrangement, query.arrangement.as_ref().map(ToString::to_string)),
        (Column::Programme, query.programme.clone()),
    ];
    for (column, wanted) in equals {
        all = all.add_option(wanted.map(|wanted| column.eq(wanted)));
    }
    all = all
        .add_option(query.product_area.as_ref().map(|area| lists(Column::ProductAreas, area.as_str())))
        .add_option(query.audience.map(|one| lists(Column::Audiences, &(one as i32).to_string())))
        .add_option(query.from.map(|from| Column::Ends.gte(from.as_microsecond())))
        .add_option(query.until.map(|until| Column::Begins.lt(until.as_microsecond())));
    for word in &query.words {
        let found = Condition::any()
            .add(Condition::all().add(own()).add(contains(Column::Searched, word)))
            .add(contains(Column::SearchedOpenly, word));
        all = all.add(found);
    }
    if let Some((begins, id)) = query.after {
        all = all.add(behind(&Order::Asc, [Column::Begins, Column::Id], [begins.into(), id.into()]));
    }
    all
}
