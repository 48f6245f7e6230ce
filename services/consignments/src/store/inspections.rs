//! Pre-inspections and what they are found by.

use std::collections::HashMap;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, Query, Value},
};
use seamless_commit::behind;
use seamless_disclosure::Override;

use super::{
    Store,
    entities::{inspection, inspection_key, inspection_version},
    fault,
};
use crate::domain::{
    DomainError,
    model::{Inspection, InspectionBodyId, InspectionId, InspectionKey, InspectionState},
    ports::{InspectionQuery, InspectionReader},
};

/// Certificates looked up in one statement.
const CERTIFICATES_A_STATEMENT: usize = 500;

pub(super) fn inspection_row(inspection: &Inspection) -> Result<inspection::ActiveModel, DomainError> {
    let document = serde_json::to_string(inspection)
        .map_err(|error| DomainError::Fault(format!("a pre-inspection has no document: {error}")))?;
    let content = &inspection.content;
    Ok(inspection::ActiveModel {
        id: Set(inspection.id),
        originator: Set(inspection.originator.to_string()),
        arrangement: Set(content.arrangement.to_string()),
        body: Set(content.body.to_string()),
        certificate: Set(content.certificate.clone()),
        state: Set(inspection.state as i32),
        version: Set(i32::try_from(inspection.version).unwrap_or(i32::MAX)),
        create_time: Set(inspection.create_time.as_microsecond()),
        document: Set(document),
    })
}

pub(super) fn key_rows(
    id: InspectionId,
    keys: impl Iterator<Item = InspectionKey>,
) -> Vec<inspection_key::ActiveModel> {
    keys.map(|key| inspection_key::ActiveModel { key: Set(key.as_str().to_owned()), inspection: Set(id) })
        .collect()
}

pub(super) fn parse(document: &str) -> Result<Inspection, DomainError> {
    serde_json::from_str(document)
        .map_err(|error| DomainError::Fault(format!("damaged pre-inspection: {error}")))
}

impl Store {
    /// The audiences that originators have set for these pre-inspections, in their present version.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn inspection_disclosures(
        &self,
        ids: &[InspectionId],
    ) -> Result<HashMap<InspectionId, Vec<Override>>, DomainError> {
        let found = self.inspections_at(ids).await?.into_iter();
        Ok(found.map(|(id, inspection)| (id, inspection.content.disclosures)).collect())
    }

    /// These pre-inspections in their present version, as far as they are stored.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn inspections_at(
        &self,
        ids: &[InspectionId],
    ) -> Result<HashMap<InspectionId, Inspection>, DomainError> {
        let mut found = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(CERTIFICATES_A_STATEMENT) {
            let rows = inspection::Entity::find()
                .filter(inspection::Column::Id.is_in(chunk.iter().copied()))
                .all(self.database.read())
                .await
                .map_err(fault)?;
            for row in rows {
                found.insert(row.id, parse(&row.document)?);
            }
        }
        Ok(found)
    }

    /// How many pre-inspections under these arrangements count.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn inspection_count(
        &self,
        arrangements: &[seamless_identity::ArrangementId],
    ) -> Result<u64, DomainError> {
        let arrangements: Vec<String> = arrangements.iter().map(ToString::to_string).collect();
        inspection::Entity::find()
            .filter(inspection::Column::State.eq(InspectionState::Active as i32))
            .filter(inspection::Column::Arrangement.is_in(arrangements))
            .count(self.database.read())
            .await
            .map_err(fault)
    }
}

#[async_trait]
impl InspectionReader for Store {
    async fn inspection_get(&self, id: InspectionId) -> Result<Option<Inspection>, DomainError> {
        let row = inspection::Entity::find_by_id(id).one(self.database.read()).await.map_err(fault)?;
        row.map(|row| parse(&row.document)).transpose()
    }

    async fn inspection_version(
        &self,
        id: InspectionId,
        version: u32,
    ) -> Result<Option<Inspection>, DomainError> {
        let Ok(version) = i32::try_from(version) else { return Ok(None) };
        let row = inspection_version::Entity::find_by_id((id, version))
            .one(self.database.read())
            .await
            .map_err(fault)?;
        row.map(|row| parse(&row.document)).transpose()
    }

    async fn inspection_by_certificate(
        &self,
        certificates: &[(InspectionBodyId, String)],
    ) -> Result<Vec<Inspection>, DomainError> {
        use inspection::Column;
        let mut found = Vec::new();
        for chunk in certificates.chunks(CERTIFICATES_A_STATEMENT) {
            let keys = chunk.iter().map(|(body, certificate)| {
                let key: [Value; 2] = [body.as_str().into(), certificate.as_str().into()];
                Expr::tuple(key.map(Expr::val))
            });
            let key = Expr::tuple([Column::Body, Column::Certificate].map(Expr::col));
            let rows = inspection::Entity::find()
                .filter(key.is_in(keys))
                .all(self.database.read())
                .await
                .map_err(fault)?;
            found.extend(rows);
        }
        found.iter().map(|row| parse(&row.document)).collect()
    }

    async fn inspection_list(&self, query: &InspectionQuery) -> Result<Vec<Inspection>, DomainError> {
        use inspection::Column;
        let owners: Vec<String> = query.owners.iter().map(ToString::to_string).collect();
        let arrangements: Vec<String> = query.arrangements.iter().map(ToString::to_string).collect();
        let seen = Condition::any()
            .add(Column::Originator.is_in(owners))
            .add(Column::Arrangement.is_in(arrangements));
        let mut select = inspection::Entity::find()
            .filter(seen)
            .order_by_desc(Column::CreateTime)
            .order_by_desc(Column::Id)
            .limit(query.limit);
        if let Some(body) = &query.body {
            select = select.filter(Column::Body.eq(body.as_str()));
        }
        if let Some(state) = query.state {
            select = select.filter(Column::State.eq(state as i32));
        }
        if let Some(originator) = &query.originator {
            select = select.filter(Column::Originator.eq(originator.as_str()));
        }
        for key in &query.keys {
            let holders = Query::select()
                .column(inspection_key::Column::Inspection)
                .from(inspection_key::Entity)
                .and_where(Expr::col(inspection_key::Column::Key).eq(key.as_str()))
                .to_owned();
            select = select.filter(Column::Id.in_subquery(holders));
        }
        if let Some((time, id)) = query.before {
            let last = [time.into(), id.into()];
            select = select.filter(behind(&Order::Desc, [Column::CreateTime, Column::Id], last));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        rows.iter().map(|row| parse(&row.document)).collect()
    }
}
