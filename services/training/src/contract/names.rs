//! Resource names.

use seamless_api::{NamePart, resource_name};
use seamless_identity::{ArrangementId, AuthorityId};
use uuid::Uuid;

use crate::domain::model::CertificateCode;

resource_name! {
    /// An activity.
    ActivityName(Uuid) = "activities/{UUID}"
}
resource_name! {
    /// What was merged of the attendance of an activity.
    AttendanceName(Uuid) = "activities/{UUID}/attendance"
}
resource_name! {
    /// A registration.
    RegistrationName { activity: Uuid, registration: Uuid } = "activities/{UUID}/registrations/{UUID}"
}
resource_name! {
    /// A mail about a registration.
    MailName { activity: Uuid, registration: Uuid, mail: Uuid } = "activities/{UUID}/registrations/{UUID}/mails/{UUID}"
}
resource_name! {
    /// All feedback of an activity.
    FeedbackName(Uuid) = "activities/{UUID}/feedback"
}
resource_name! {
    /// The minutes of an activity.
    MinutesName(Uuid) = "activities/{UUID}/minutes"
}
resource_name! {
    /// An action item.
    ActionItemName { activity: Uuid, item: Uuid } = "activities/{UUID}/actionItems/{UUID}"
}
resource_name! {
    /// What an authority reported.
    ContributionName { activity: Uuid, authority: AuthorityId } = "activities/{UUID}/contributions/{authority}"
}
resource_name! {
    /// An arrangement.
    ArrangementName(ArrangementId) = "arrangements/{arrangement}"
}
resource_name! {
    /// An obligation of an arrangement.
    ObligationName { arrangement: ArrangementId, obligation: String } = "arrangements/{arrangement}/obligations/{obligation}"
}
resource_name! {
    /// An erasure.
    ErasureName(Uuid) = "erasures/{UUID}"
}
resource_name! {
    /// A link to a calendar.
    CalendarLinkName(Uuid) = "calendarLinks/{UUID}"
}
resource_name! {
    /// A material.
    MaterialName(Uuid) = "materials/{UUID}"
}
resource_name! {
    /// A certificate.
    CertificateName(CertificateCode) = "certificates/{code of 18 characters whose check digits fit}"
}

impl NamePart for CertificateCode {
    /// A code in its one spelling: in capitals, without hyphens.
    fn take<'t>(segments: &mut impl Iterator<Item = &'t str>) -> Option<Self> {
        let segment = segments.next()?;
        Self::parse(segment).ok().filter(|code| code.as_str() == segment)
    }

    fn give(&self, segments: &mut Vec<String>) {
        segments.push(self.to_string());
    }
}
