//! Who may see what of a notification. The transport's redaction, the search index and the inbox all ask here.

use std::sync::Arc;

use seamless_identity::{ArrangementId, AuthorityId};

use super::{
    model::{Content, Notification, ProductCategory, RiskLevel, Transmission},
    operators::Leads,
    relation::Relation,
    rules::Rules,
    search::SearchText,
};

/// One authority's entry of a notification in lists and search: made only of what it may see.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    pub viewer: AuthorityId,
    pub relation: Relation,
    pub facets: Facets,
    /// What the makers in it are looked up by.
    pub operator_keys: Vec<String>,
    /// What it is found by.
    pub text: Arc<SearchText>,
}

/// What lists filter by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets {
    pub category: Option<ProductCategory>,
    /// One bit for each risk type, by its number.
    pub risk_types: i64,
    pub country_of_origin: Option<String>,
    pub additional_countries_of_origin: Vec<String>,
    pub sold_online: Option<bool>,
    pub serious: bool,
    pub risk_level: Option<RiskLevel>,
}

/// The entries of a notification for everybody who may see it.
#[must_use]
pub fn sights(rules: &Rules, notification: &Notification, transmissions: &[Transmission]) -> Vec<Sight> {
    let originator = &notification.originator;
    let contact_point = rules.cooperation.contact_point_of(originator);
    let mut viewers = vec![(originator.clone(), Relation::Originator)];
    if contact_point != originator {
        viewers.push((contact_point.clone(), Relation::ContactPoint));
    }
    for transmission in transmissions.iter().filter(|transmission| transmission.is_granted()) {
        let relation = Relation::Recipient(transmission.arrangement.clone());
        viewers.push((transmission.recipient.clone(), relation));
    }
    let mut sights: Vec<Sight> = Vec::with_capacity(viewers.len());
    for (viewer, relation) in viewers {
        // Who sees the same finds by the same words: these are made once.
        let same = sights.iter().find(|sight| sight.relation.sees_as(&relation));
        let text = match same {
            Some(sight) => sight.text.clone(),
            None => {
                let view = relation.view(rules, &notification.content.disclosures);
                Arc::new(SearchText::of(&rules.audiences.shown_texts(notification, &view)))
            }
        };
        let facets = facets(rules, &notification.content, &relation);
        let operator_keys = Leads::of(rules, &notification.content, &relation).keys();
        sights.push(Sight { viewer, relation, facets, operator_keys, text });
    }
    sights
}

/// What a reader in this relation may filter by.
#[must_use]
pub fn facets(rules: &Rules, content: &Content, relation: &Relation) -> Facets {
    let view = relation.view(rules, &content.disclosures);
    let shows =
        |path: &str| rules.audiences.audience(path).is_some_and(|declared| view.shows(path, declared));
    let additional = &content.traceability.additional_countries_of_origin;
    let risk_types = content.risk.types.iter().fold(0, |mask, kind| mask | 1 << (*kind as i32));
    Facets {
        category: content.product.category.filter(|_| shows("product.category")),
        risk_types: if shows("risk.types") { risk_types } else { 0 },
        country_of_origin: content
            .traceability
            .country_of_origin
            .as_ref()
            .filter(|_| shows("traceability.country_of_origin"))
            .map(ToString::to_string),
        additional_countries_of_origin: match shows("traceability.additional_countries_of_origin") {
            true => additional.iter().map(ToString::to_string).collect(),
            false => Vec::new(),
        },
        sold_online: content.online.sold_online.filter(|_| shows("online.sold_online")),
        serious: (shows("risk.level") && content.risk.level == Some(RiskLevel::Serious))
            || (shows("risk.presumed_serious") && content.risk.presumed_serious),
        risk_level: content.risk.level.filter(|_| shows("risk.level")),
    }
}

/// The fields of the content `before` that a recipient under this arrangement was shown, and is shown no more once the
/// originator's audiences are those of `after`: because of the audiences alone, whatever became of the content. Where
/// there were `earlier` versions, fields that they may have held count as well.
#[must_use]
pub fn downgraded(
    rules: &Rules,
    before: &Content,
    after: &Content,
    earlier: bool,
    arrangement: &ArrangementId,
) -> Vec<String> {
    if before.disclosures == after.disclosures {
        return Vec::new();
    }
    let relation = Relation::Recipient(arrangement.clone());
    let then = relation.view(rules, &before.disclosures);
    let now = relation.view(rules, &after.disclosures);
    let mut lost = rules.audiences.leaves((!earlier).then_some(before));
    lost.retain(|path| {
        let declared = rules.audiences.audience(path);
        declared.is_some_and(|declared| then.shows(path, declared) && !now.shows(path, declared))
    });
    lost
}
