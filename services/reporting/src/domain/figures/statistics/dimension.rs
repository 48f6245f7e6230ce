//! The properties by which cases are told apart, and their values.

use jiff::civil::Date;
use seamless_identifiers::CountryCode;
use seamless_identity::AuthorityId;
use seamless_labels::{Label, Labelled};
use seamless_vocabulary::Vocabulary;

use super::{
    World,
    member::Member,
    text_of::{follow_up_state, notification_state, standing},
};
use crate::domain::{
    content::Text,
    figures::{
        Question,
        case::{Case, Stands},
        words::{country_text, jurisdiction_text, text},
    },
    model::{
        FollowUpState, MeasureAction, NoMeasureReason, NotificationState, NotificationType, ProductCategory,
        RiskLevel, RiskType, StatisticsDimension,
    },
};

/// A value of a property. What is not said has the empty id, and stands last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coordinate {
    pub id: String,
    pub title: Text,
}

impl Coordinate {
    /// In which order values stand: by id, what is not said last.
    pub(super) fn order(&self) -> (bool, &str) {
        (self.id.is_empty(), &self.id)
    }

    fn same(id: impl ToString) -> Self {
        let id = id.to_string();
        Self { title: Text::same(id.clone()), id }
    }

    fn of_country(country: CountryCode) -> Self {
        Self::titled(country.as_str(), country_text(country))
    }

    fn titled(id: &str, title: Text) -> Self {
        Self { id: id.to_owned(), title }
    }

    fn labelled<V: Vocabulary + Labelled>(value: V) -> Self {
        let Label { english, chinese } = value.label();
        Self::titled(value.into(), text(english, chinese))
    }

    fn not_said() -> Self {
        Self::titled("", text("not said", "未说明"))
    }
}

/// Whether a property is of sendings alone.
pub(super) fn is_of_cases(dimension: StatisticsDimension) -> bool {
    use StatisticsDimension as Of;
    match dimension {
        Of::Category
        | Of::RiskType
        | Of::RiskLevel
        | Of::NotificationType
        | Of::Origin
        | Of::Notifier
        | Of::SoldOnline
        | Of::AlertMeasure
        | Of::AlertState
        | Of::Month
        | Of::Quarter
        | Of::Year => false,
        Of::Sender
        | Of::Recipient
        | Of::ReactingJurisdiction
        | Of::Standing
        | Of::FollowUpState
        | Of::MeasureAction
        | Of::NoMeasureReason => true,
    }
}

/// What it is called.
pub(in crate::domain) fn title(dimension: StatisticsDimension) -> Text {
    use StatisticsDimension as Of;
    match dimension {
        Of::Category => text("product category", "产品类别"),
        Of::RiskType => text("type of risk", "风险类型"),
        Of::RiskLevel => text("level of risk", "风险等级"),
        Of::NotificationType => text("type of notification", "通报类型"),
        Of::Origin => text("country of origin", "原产国"),
        Of::Notifier => text("notifying country", "通报国"),
        Of::SoldOnline => text("sold online", "网上销售"),
        Of::AlertMeasure => text("measure that the alert tells of", "通报所述措施"),
        Of::AlertState => text("state of the alert", "通报状态"),
        Of::Month => text("month", "月份"),
        Of::Quarter => text("quarter", "季度"),
        Of::Year => text("year", "年份"),
        Of::Sender => text("sender", "发送方"),
        Of::Recipient => text("recipient", "接收方"),
        Of::ReactingJurisdiction => text("reacting jurisdiction", "反应方辖区"),
        Of::Standing => text("how it stands", "案例状况"),
        Of::FollowUpState => text("state of the follow-up", "后续处理状态"),
        Of::MeasureAction => text("measure adopted", "已采取措施"),
        Of::NoMeasureReason => text("reason for no measure", "未采取措施的理由"),
    }
}

/// The values that a case has, each once, at least one: what is not said is a value.
pub(super) fn coordinates(
    dimension: StatisticsDimension,
    member: &Member<'_>,
    question: &Question<'_>,
    world: World<'_>,
) -> Vec<Coordinate> {
    let mut values = said(dimension, member, question, world);
    values.sort_by(|one, other| one.id.cmp(&other.id));
    values.dedup_by(|one, other| one.id == other.id);
    if values.is_empty() {
        values.push(Coordinate::not_said());
    }
    values
}

fn said(
    dimension: StatisticsDimension,
    member: &Member<'_>,
    question: &Question<'_>,
    world: World<'_>,
) -> Vec<Coordinate> {
    use StatisticsDimension as Of;
    let (alert, case, day) = (member.alert, member.case, member.day);
    let one = |value: Option<Coordinate>| value.into_iter().collect();
    let authority = |id: &AuthorityId| Coordinate::titled(id.as_str(), question.name_of(id));
    match dimension {
        Of::Category => one(alert.and_then(|alert| alert.category).map(Coordinate::labelled)),
        Of::RiskType => all(alert.map(|alert| alert.risks.as_slice())),
        Of::RiskLevel => one(alert.and_then(|alert| alert.level).map(Coordinate::labelled)),
        Of::NotificationType => one(alert.and_then(|alert| alert.kind).map(Coordinate::labelled)),
        Of::Origin => alert
            .map_or(&[][..], |alert| &alert.origins)
            .iter()
            .copied()
            .map(Coordinate::of_country)
            .collect(),
        Of::Notifier => one(alert.and_then(|alert| alert.notifier).map(Coordinate::of_country)),
        Of::SoldOnline => one(alert.and_then(|alert| alert.sold_online).map(|online| match online {
            true => Coordinate::titled("YES", text("sold online", "网上销售")),
            false => Coordinate::titled("NO", text("not sold online", "非网上销售")),
        })),
        Of::AlertMeasure => all(alert.map(|alert| alert.measures.as_slice())),
        Of::AlertState => {
            one(alert.map(|alert| Coordinate::titled(alert.state.into(), notification_state(alert.state))))
        }
        Of::Month | Of::Quarter | Of::Year => one(time_of(dimension, day)),
        Of::Sender => one(case.map(|case| authority(&case.sending.sender))),
        Of::Recipient => one(case.map(|case| authority(&case.sending.recipient))),
        Of::ReactingJurisdiction => {
            let jurisdiction = case.and_then(|case| world.jurisdictions.get(&case.sending.recipient));
            one(jurisdiction.map(|code| Coordinate::titled(code, jurisdiction_text(code))))
        }
        Of::Standing => one(case.map(|case| {
            let (id, title) = standing(case.stands(question.cut));
            Coordinate::titled(id, title)
        })),
        Of::FollowUpState => {
            let last = case.and_then(|case| case.steps(question.cut).last());
            one(last.map(|step| Coordinate::titled(step.state.into(), follow_up_state(step.state))))
        }
        Of::MeasureAction => {
            let adopted = case.into_iter().flat_map(|case| case.measures(question.cut));
            adopted.filter_map(|measure| measure.action).map(Coordinate::labelled).collect()
        }
        Of::NoMeasureReason => {
            // Of an alert that was sent again the reason may be that of another sending.
            let is_of_this =
                |case: &Case<'_>| case.steps(question.cut).any(|step| step.state == FollowUpState::NoMeasure);
            let follow_up = case.filter(is_of_this).and_then(|case| case.follow_up(question.cut));
            one(follow_up.and_then(|one| one.no_measure).map(Coordinate::labelled))
        }
    }
}

/// The month, quarter or year of a day; none of another dimension.
pub(super) fn time_of(dimension: StatisticsDimension, day: Date) -> Option<Coordinate> {
    let (year, month) = (day.year(), day.month());
    Some(Coordinate::same(match dimension {
        StatisticsDimension::Month => format!("{year:04}-{month:02}"),
        StatisticsDimension::Quarter => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
        StatisticsDimension::Year => format!("{year:04}"),
        _ => return None,
    }))
}

fn all<V: Vocabulary + Labelled>(values: Option<&[V]>) -> Vec<Coordinate> {
    values.unwrap_or_default().iter().copied().map(Coordinate::labelled).collect()
}

/// What is wrong with a value that a condition names: what it wants; none for one that may be. Empty is what is not said.
#[must_use]
pub fn wrong_value(dimension: StatisticsDimension, value: &str) -> Option<String> {
    use StatisticsDimension as Of;
    if value.is_empty() {
        return None;
    }
    let word = |is_known: bool, wanted: &str| (!is_known).then(|| format!("wants {wanted}; got {value:?}"));
    match dimension {
        Of::Category => word(is_of::<ProductCategory>(value), "a category such as TOYS"),
        Of::RiskType => word(is_of::<RiskType>(value), "a type of risk such as CHOKING"),
        Of::RiskLevel => word(is_of::<RiskLevel>(value), "a level such as SERIOUS"),
        Of::NotificationType => word(is_of::<NotificationType>(value), "a type such as SERIOUS_RISK"),
        Of::Origin | Of::Notifier => {
            let known = CountryCode::parse(value).is_ok_and(|country| country.as_str() == value);
            word(known, "a code of ISO 3166-1 alpha-2 such as CN")
        }
        Of::SoldOnline => word(matches!(value, "YES" | "NO"), "YES or NO"),
        Of::AlertMeasure | Of::MeasureAction => {
            word(is_of::<MeasureAction>(value), "a measure such as STOP_OF_SALES")
        }
        Of::AlertState => word(is_of::<NotificationState>(value), "a state such as TRANSMITTED"),
        Of::Month => word(is_month(value), "a month such as 2027-04"),
        Of::Quarter => word(is_quarter(value), "a quarter such as 2027-Q2"),
        Of::Year => word(is_year(value), "a year such as 2027"),
        Of::Sender | Of::Recipient => {
            word(value.parse::<AuthorityId>().is_ok(), "the id of an authority such as cn-gacc")
        }
        Of::ReactingJurisdiction => {
            let is_code = value.len() == 2 && value.bytes().all(|letter| letter.is_ascii_uppercase());
            word(is_code, "a jurisdiction such as CN or EU")
        }
        Of::Standing => {
            let all = [Stands::Open, Stands::Finished, Stands::TakenBack];
            word(all.iter().any(|one| standing(*one).0 == value), "OPEN, FINISHED or TAKEN_BACK")
        }
        Of::FollowUpState => word(is_of::<FollowUpState>(value), "a state such as INVESTIGATING"),
        Of::NoMeasureReason => word(is_of::<NoMeasureReason>(value), "a reason of the contract"),
    }
}

/// Whether a vocabulary has a value of this name. No vocabulary of the contract has a number beyond this.
fn is_of<V: Vocabulary>(value: &str) -> bool {
    (1..1_000).filter_map(V::from_number).any(|one| Into::<&'static str>::into(one) == value)
}

fn is_year(value: &str) -> bool {
    value.len() == 4 && value.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_month(value: &str) -> bool {
    let month = value.split_once('-').filter(|(year, _)| is_year(year)).map(|(_, month)| month);
    month.is_some_and(|month| {
        month.len() == 2 && month.parse().is_ok_and(|month: u8| (1..=12).contains(&month))
    })
}

fn is_quarter(value: &str) -> bool {
    let quarter = value.split_once("-Q").filter(|(year, _)| is_year(year)).map(|(_, quarter)| quarter);
    quarter.is_some_and(|quarter| matches!(quarter, "1" | "2" | "3" | "4"))
}
