//! Issues certificates to those who were there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::{IdentifierError, LanguageTag, LanguageVersion, LocalizedText, TextState};
use seamless_identity::AuthorityId;

use super::{
    coverage::{Attended, Coverage},
    tell_counts,
};
use crate::domain::{
    ChangeSet, DomainError, Violation,
    error::Refusal,
    model::{
        Activity, ActivityState, Attendance, BookEntry, Certificate, CertificateBook, CertificateCode,
        CertificateDocument, CertificateFacts, CertificateState, Holder, Meeting, RegisteredPerson,
        Registration, RegistrationState, SessionId, address_key, attendance_name, book_name,
    },
    records::record,
    use_cases::Merging,
};

/// The days of the first and the last meeting, and all of them.
type Times = (Date, Date, Vec<(SessionId, Meeting)>);

/// What is printed follows from the attendance, merged anew with the registrations of now, so that nobody gets one in the place of
/// somebody else; what is signed and stored, from what was printed.
#[derive(Clone, Copy)]
pub struct IssueCertificates<'a> {
    pub merging: Merging<'a>,
    /// The most that are made at once.
    pub at_once: usize,
}

/// A certificate before it is printed and signed.
#[derive(Clone, Debug)]
pub struct CertificateDraft {
    pub code: CertificateCode,
    pub who: RegisteredPerson,
    pub holder: Holder,
    pub facts: CertificateFacts,
    order: i64,
    registration: Registration,
}

/// What is to be printed, and who gets none.
#[derive(Debug)]
pub struct Drafts {
    pub drafts: Vec<CertificateDraft>,
    pub remaining: u32,
    pub below_minimum: u32,
    pub already_issued: u32,
    book: CertificateBook,
    /// Where it is another one than was merged last.
    attendance: Option<Attendance>,
}

impl CertificateDraft {
    /// The certificate, once it is printed and signed.
    #[must_use]
    pub fn printed(self, documents: Vec<CertificateDocument>, signature: String) -> (Certificate, BookEntry) {
        let entry = BookEntry {
            code: self.code.clone(),
            who: self.who.clone(),
            country: self.registration.content.country,
            audience: self.registration.content.audience,
            is_revoked: false,
            order: self.order,
        };
        let certificate = Certificate {
            code: self.code,
            activity: self.registration.pool.activity,
            who: self.who,
            organiser: self.registration.organiser,
            registrar: self.registration.registrar,
            state: CertificateState::Issued,
            holder: Some(self.holder),
            facts: self.facts,
            documents,
            signature,
            revoke_time: None,
            revoke_reason: String::new(),
            erase_time: None,
            order: self.order,
            revision: 1,
        };
        (certificate, entry)
    }
}

impl IssueCertificates<'_> {
    /// What is to be printed: of those who are confirmed, were there for at least `minimum` percent of the time of the meetings
    /// that they are registered for, and have no certificate that counts, the first so many in the order of their registrations.
    /// `only` these people, if any are named.
    ///
    /// # Errors
    /// `IllegalTransition` unless the activity was held; `WantsFirst` where no attendance was merged; `Invalid` for people who
    /// were not there; those of the store.
    pub async fn drafts(
        &self,
        activity: &Activity,
        minimum: u32,
        only: &[RegisteredPerson],
        now: Timestamp,
    ) -> Result<Drafts, DomainError> {
        if activity.state != ActivityState::Held {
            return Err(DomainError::illegal(activity.name(), activity.state, "issuing certificates"));
        }
        let merging = self.merging;
        let before: Option<Attendance> = record(merging.records, &attendance_name(activity.id)).await?;
        let Some(before) = before else {
            let remedy = "import the attendance";
            return Err(DomainError::wants_first(
                activity.name(),
                activity.state,
                "issuing certificates",
                remedy,
            ));
        };
        let present: Option<CertificateBook> = record(merging.records, &book_name(activity.id)).await?;
        let book = present.unwrap_or_else(|| CertificateBook {
            activity: activity.id,
            organiser: activity.organiser.clone(),
            arrangement: activity.content.arrangement.clone(),
            status: activity.content.status,
            entries: Vec::new(),
            revision: 0,
        });
        let (start, end, meetings) = self.times(activity)?;
        let (files, registered) = (merging.files(activity).await?, merging.registered(activity, None).await?);
        let merged = merging.merge(activity, before.clone(), &files, &registered).await?;
        let people: BTreeSet<&RegisteredPerson> =
            merged.attendance.presences.iter().map(|presence| &presence.who).collect();
        let absent = only.iter().enumerate().filter(|(_, who)| !people.contains(who));
        let absent: Vec<Violation> = absent
            .map(|(place, who)| {
                let wanted = format!("wants somebody who was there; person {} was not", who.person);
                Violation::new(format!("people[{place}]"), wanted)
            })
            .collect();
        if !absent.is_empty() {
            return Err(absent.into());
        }
        let coverage = Coverage::new(&meetings, self.of_sessions(activity).await?, merged.stays);
        let by_id: BTreeMap<_, _> = registered.iter().map(|one| (one.id, one)).collect();
        let issuer = self.name_of(&activity.organiser)?;
        let mut found = Drafts {
            drafts: Vec::new(),
            remaining: 0,
            below_minimum: 0,
            already_issued: 0,
            book,
            attendance: None,
        };
        let mut earned = Vec::new();
        for who in people {
            if !only.is_empty() && !only.contains(who) {
                continue;
            }
            if found.book.of(who).is_some() {
                found.already_issued += 1;
                continue;
            }
            let Some((registration, holder)) = by_id.get(&who.registration).and_then(|one| holder(one, who))
            else {
                // Who was erased since is nobody any more.
                continue;
            };
            let attended = coverage.of(merging.rules, registration, who);
            if !attended.is_enough(minimum) {
                found.below_minimum += 1;
                continue;
            }
            earned.push((who, attended, registration, holder));
        }
        earned.sort_by_key(|(who, _, registration, _)| (registration.position, who.person));
        found.remaining = u32::try_from(earned.len().saturating_sub(self.at_once)).unwrap_or(u32::MAX);
        let orders = found.book.next_order(now)..;
        for (order, (who, attended, registration, holder)) in orders.zip(earned).take(self.at_once) {
            let Attended { seconds, .. } = attended;
            let minutes = u32::try_from(seconds / 60).unwrap_or(u32::MAX);
            found.drafts.push(CertificateDraft {
                code: CertificateCode::draw(),
                who: who.clone(),
                holder,
                facts: CertificateFacts {
                    title: activity.content.title.clone(),
                    kind: activity.content.kind,
                    start,
                    end,
                    minutes,
                    languages: activity.content.languages.clone(),
                    issuer: activity.organiser.clone(),
                    issuer_name: issuer.clone(),
                    issue_time: now,
                    status: activity.content.status,
                },
                order,
                registration: registration.clone(),
            });
        }
        found.attendance = (merged.attendance != before).then_some(merged.attendance);
        Ok(found)
    }

    /// Confirmed registrations for each session that has seats of its own.
    async fn of_sessions(
        &self,
        activity: &Activity,
    ) -> Result<BTreeMap<SessionId, Vec<Registration>>, DomainError> {
        let mut all = BTreeMap::new();
        for session in activity.content.sessions.iter().filter(|session| session.capacity.is_some()) {
            let registered = self.merging.registered(activity, Some(session.id.clone())).await?;
            all.insert(session.id.clone(), registered);
        }
        Ok(all)
    }

    /// Enters what was printed, and tells how many there are; and who was there, where that is known otherwise now.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub fn enter(
        &self,
        activity: &Activity,
        drafts: Drafts,
        printed: &[(Certificate, BookEntry)],
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        if let Some(attendance) = drafts.attendance {
            self.merging.put(activity, attendance, now, &mut changes)?;
        }
        if printed.is_empty() {
            return Ok(changes);
        }
        let mut book = drafts.book;
        book.revision += 1;
        for (certificate, entry) in printed {
            changes.put_record(certificate, true)?;
            book.entries.push(entry.clone());
        }
        changes.put_record(&book, book.revision == 1)?;
        tell_counts(self.merging.rules, activity, &book, now, &mut changes);
        Ok(changes)
    }

    /// The days of the first and the last meeting, where they are, and all of them.
    fn times(&self, activity: &Activity) -> Result<Times, DomainError> {
        let meetings = activity.meetings(&self.merging.rules.zones).map_err(DomainError::calendar)?;
        let days = meetings.iter().map(|(_, meeting)| meeting.at.local().date());
        let (Some(start), Some(end)) = (days.clone().min(), days.max()) else {
            let remedy = "say when it took place: it has no session";
            return Err(DomainError::wants_first(
                activity.name(),
                activity.state,
                "issuing certificates",
                remedy,
            ));
        };
        Ok((start, end, meetings))
    }

    /// The names of an authority; its id where it has none.
    fn name_of(&self, authority: &AuthorityId) -> Result<LocalizedText, DomainError> {
        let names = self.merging.rules.cooperation.authority(authority).map(|known| known.names.clone());
        let names = names.unwrap_or_else(|| [("en".to_owned(), authority.to_string())].into());
        let fault = |error: IdentifierError| Refusal::Fault(format!("{authority} has no names: {error}"));
        let version = |(language, text): (String, String)| {
            let language = LanguageTag::parse(&language)?;
            Ok(LanguageVersion { language, text, state: TextState::Translated })
        };
        let versions: Result<Vec<_>, IdentifierError> = names.into_iter().map(version).collect();
        Ok(versions.and_then(LocalizedText::new).map_err(fault)?)
    }
}

/// Whose the certificate is, while he is known and takes part.
fn holder<'a>(registration: &'a Registration, who: &RegisteredPerson) -> Option<(&'a Registration, Holder)> {
    if registration.state != RegistrationState::Confirmed {
        return None;
    }
    let person = registration.content.people.get(who.person as usize).filter(|person| !person.is_erased())?;
    let address = if person.email.is_empty() { String::new() } else { address_key(&person.email) };
    let holder = Holder { printed_name: person.full_name.clone(), address };
    Some((registration, holder))
}
