//! Who may see what of a notification. The transport's redaction, the search index and the inbox all ask here.

use seamless_disclosure::{Audience, Override, View};
use seamless_identity::{ArrangementId, AuthorityId, Cooperation};

use super::{
    model::{Content, Notification, ProductCategory, RiskLevel, Transmission},
    operators::Leads,
    rules::Rules,
};

/// What an authority is to a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is its own.
    Originator,
    /// The originator stands behind it.
    ContactPoint,
    /// It was transmitted to it under this arrangement.
    Recipient(ArrangementId),
}

impl Relation {
    /// What `reader` is to a notification of `originator`, apart from transmissions.
    #[must_use]
    pub fn of_side(
        cooperation: &Cooperation,
        originator: &AuthorityId,
        reader: &AuthorityId,
    ) -> Option<Self> {
        if originator == reader {
            Some(Self::Originator)
        } else if cooperation.contact_point_of(originator) == reader {
            Some(Self::ContactPoint)
        } else {
            None
        }
    }

    /// The narrowest circle to which this reader belongs.
    #[must_use]
    pub fn clearance(&self) -> Audience {
        match self {
            Self::Originator | Self::ContactPoint => Audience::Originator,
            Self::Recipient(_) => Audience::Recipients,
        }
    }

    /// The eyes with which this reader sees a notification that has these overrides.
    #[must_use]
    pub fn view<'a>(&self, rules: &'a Rules, overrides: &'a [Override]) -> View<'a> {
        let withheld = match self {
            Self::Originator | Self::ContactPoint => &[],
            Self::Recipient(arrangement) => rules.withheld_groups(arrangement),
        };
        View::new(self.clearance(), overrides, withheld)
    }
}

/// One authority's entry of a notification in lists and search: made only of what it may see.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    pub viewer: AuthorityId,
    pub relation: Relation,
    pub facets: Facets,
    /// What the makers in it are looked up by.
    pub operator_keys: Vec<String>,
}

/// What lists filter by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets {
    pub category: Option<ProductCategory>,
    /// One bit for each risk type, by its number.
    pub risk_types: i64,
    pub country_of_origin: Option<String>,
    pub sold_online: Option<bool>,
    pub serious: bool,
    /// Lower-case words to search in.
    pub text: String,
}

/// The entries of a notification for everybody who may see it.
#[must_use]
pub fn sights(rules: &Rules, notification: &Notification, transmissions: &[Transmission]) -> Vec<Sight> {
    let originator = &notification.originator;
    let contact_point = rules.cooperation.contact_point_of(originator);
    let mut sights = vec![sight(rules, notification, originator.clone(), Relation::Originator)];
    if contact_point != originator {
        sights.push(sight(rules, notification, contact_point.clone(), Relation::ContactPoint));
    }
    for transmission in transmissions.iter().filter(|transmission| transmission.is_granted()) {
        let relation = Relation::Recipient(transmission.arrangement.clone());
        sights.push(sight(rules, notification, transmission.recipient.clone(), relation));
    }
    sights
}

fn sight(rules: &Rules, notification: &Notification, viewer: AuthorityId, relation: Relation) -> Sight {
    let facets = facets(rules, &notification.content, &relation);
    let operator_keys = Leads::of(rules, &notification.content, &relation).keys();
    Sight { viewer, relation, facets, operator_keys }
}

/// What a reader in this relation may filter by.
#[must_use]
pub fn facets(rules: &Rules, content: &Content, relation: &Relation) -> Facets {
    let view = relation.view(rules, &content.disclosures);
    let shows =
        |path: &str| rules.audiences.audience(path).is_some_and(|declared| view.shows(path, declared));
    let product = &content.product;
    let mut text = Text::default();
    for (path, words) in [
        ("general.reference", &content.general.reference),
        ("general.title", &content.general.title),
        ("product.brand", &product.brand),
    ] {
        text.add(shows(path), [words.as_str()]);
    }
    text.add(
        shows("product.product_name.versions.text"),
        product.product_name.versions().iter().map(|version| version.text.as_str()),
    );
    text.add(
        shows("product.description.versions.text"),
        product.description.versions().iter().map(|version| version.text.as_str()),
    );
    text.add(shows("product.models"), product.models.iter().map(String::as_str));
    text.add(shows("product.gtins"), product.gtins.iter().map(|gtin| gtin.as_str()));
    text.add(shows("product.unparsed_barcodes"), product.unparsed_barcodes.iter().map(String::as_str));
    text.add(
        shows("traceability.operators.operator_name"),
        content.traceability.operators.iter().map(|operator| operator.operator_name.as_str()),
    );
    let risk_types = content.risk.types.iter().fold(0, |mask, kind| mask | 1 << (*kind as i32));
    Facets {
        category: product.category.filter(|_| shows("product.category")),
        risk_types: if shows("risk.types") { risk_types } else { 0 },
        country_of_origin: content
            .traceability
            .country_of_origin
            .as_ref()
            .filter(|_| shows("traceability.country_of_origin"))
            .map(ToString::to_string),
        sold_online: content.online.sold_online.filter(|_| shows("online.sold_online")),
        serious: (shows("risk.level") && content.risk.level == Some(RiskLevel::Serious))
            || (shows("risk.presumed_serious") && content.risk.presumed_serious),
        text: text.0,
    }
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn add<'a>(&mut self, shown: bool, words: impl IntoIterator<Item = &'a str>) {
        for word in words.into_iter().filter(|word| shown && !word.is_empty()) {
            self.0.push_str(&word.to_lowercase());
            self.0.push('\n');
        }
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
