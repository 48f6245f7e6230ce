//! Requests about traces into values that cannot be wrong.

use jiff::Timestamp;
use seamless_api::{ResourceName, Violations, violations::excerpt};
use seamless_proto::seamless::notifications::v1 as wire;

use super::{content_in::operator_in, names::NotificationName};
use crate::domain::{
    model::{CandidateEvidence, CandidateEvidenceKind, MAX_EVIDENCE, NotificationId, OperatorRole},
    use_cases::NewCandidate,
};

/// The longest note on a piece of evidence, in characters.
const EVIDENCE_NOTE_LENGTH: usize = 2_000;
/// The longest internal note, in characters.
const INTERNAL_NOTE_LENGTH: usize = 5_000;

/// A candidate on a notification, recorded at `now`.
pub fn candidate_in(
    found: &mut Violations,
    notification: NotificationId,
    candidate: wire::TraceCandidate,
    now: Timestamp,
) -> NewCandidate {
    if candidate.operator.is_none() {
        found.add("candidate.operator", "is required");
    }
    let mut operator = candidate.operator.unwrap_or_default();
    if operator.role != 0 && operator.role != OperatorRole::Manufacturer as i32 {
        found.add("candidate.operator.role", "wants MANUFACTURER, or nothing");
    }
    operator.role = OperatorRole::Manufacturer as i32;
    let note = found.text("candidate.internal_note", candidate.internal_note, INTERNAL_NOTE_LENGTH);
    NewCandidate {
        operator: operator_in(found, "candidate.operator", operator),
        evidence: evidence_in(found, "candidate.evidence", notification, candidate.evidence, now),
        confidence: percent_in(found, "candidate.confidence", candidate.confidence),
        internal_note: note,
    }
}

/// A whole number of per cent.
pub fn percent_in(found: &mut Violations, field: &str, percent: i32) -> u8 {
    let parsed = u8::try_from(percent).ok().filter(|percent| *percent <= 100);
    parsed.unwrap_or_else(|| {
        found.add(field, format!("wants 0 to 100 per cent; got {percent}"));
        0
    })
}

/// Pieces of evidence on a notification, recorded at `now`.
pub fn evidence_in(
    found: &mut Violations,
    field: &str,
    notification: NotificationId,
    evidence: Vec<wire::TraceEvidence>,
    now: Timestamp,
) -> Vec<CandidateEvidence> {
    let evidence = found.bounded(field, evidence, MAX_EVIDENCE);
    let mut parsed = Vec::with_capacity(evidence.len());
    for (index, piece) in evidence.into_iter().enumerate() {
        let at = format!("{field}[{index}]");
        let kind = found.required_vocabulary(format!("{at}.kind"), piece.kind);
        let stands_alone = piece.uri.is_empty() && piece.attachment.is_empty();
        let wants_note = stands_alone || piece.kind == CandidateEvidenceKind::Other as i32;
        let note_at = format!("{at}.note");
        parsed.push(CandidateEvidence {
            kind,
            note: match wants_note {
                true => found.required_text(&note_at, piece.note, EVIDENCE_NOTE_LENGTH),
                false => found.text(&note_at, piece.note, EVIDENCE_NOTE_LENGTH),
            },
            uri: found.url(format!("{at}.uri"), piece.uri),
            attachment: attachment_in(found, &format!("{at}.attachment"), notification, piece.attachment),
            record_time: now,
        });
    }
    parsed
}

/// The name of an attachment of the notification; empty stays empty.
fn attachment_in(found: &mut Violations, field: &str, notification: NotificationId, name: String) -> String {
    if name.is_empty() {
        return name;
    }
    let is_id = |id: &str| {
        (1..=100).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let of_this = name.rsplit_once("/attachments/").is_some_and(|(parent, id)| {
        NotificationName::parse(field, parent).is_ok_and(|parent| parent.0 == notification) && is_id(id)
    });
    if !of_this {
        let wanted =
            format!("wants notifications/{notification}/attachments/{{attachment}}; got {}", excerpt(&name));
        found.add(field, wanted);
    }
    name
}
