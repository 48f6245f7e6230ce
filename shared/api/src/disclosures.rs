//! The audiences that an originator chose for fields of one record, from the wire.

use seamless_disclosure::{Audience, Override};
use seamless_proto::seamless::disclosure::v1 as wire;

use crate::violations::{Violations, excerpt};

/// Which fields of a record may be given another audience.
#[derive(Clone, Copy)]
pub struct Disclosable<'a> {
    /// The record, as in `a notification`.
    pub record: &'a str,
    /// How many fields at the most.
    pub most: usize,
    /// Whether the record has a field at this path.
    pub is_field: &'a dyn Fn(&str) -> bool,
    /// Whether the audience of this direct field, and of all below it, stays as declared.
    pub is_fixed: &'a dyn Fn(&str) -> bool,
}

impl Disclosable<'_> {
    /// Parses the choices; `at` is the path of the list.
    pub fn parse(
        &self,
        found: &mut Violations,
        at: &str,
        disclosures: Vec<wire::FieldDisclosure>,
    ) -> Vec<Override> {
        let disclosures = found.bounded(at, disclosures, self.most);
        let mut overrides: Vec<Override> = Vec::with_capacity(disclosures.len());
        for (index, disclosure) in disclosures.into_iter().enumerate() {
            let at = format!("{at}[{index}]");
            let path = disclosure.path;
            if !(self.is_field)(&path) {
                found.add(format!("{at}.path"), format!("{} has no field {}", self.record, excerpt(&path)));
            } else if (self.is_fixed)(path.split('.').next().unwrap_or_default()) {
                found.add(format!("{at}.path"), format!("the audience of {path} is fixed"));
            }
            if overrides.iter().any(|known| known.path == path) {
                found.add(format!("{at}.path"), format!("{path} is named twice"));
            }
            let reason = found.required_text(format!("{at}.reason"), disclosure.reason, 1_000);
            match Audience::try_from(disclosure.audience) {
                Ok(audience) => overrides.push(Override { path, audience, reason }),
                Err(_) => {
                    found.add(
                        format!("{at}.audience"),
                        "is required: PUBLIC, PARTIES, RECIPIENTS or ORIGINATOR",
                    );
                }
            }
        }
        overrides
    }
}

/// The choices that a record was told with; an audience that this program does not know is none.
#[must_use]
pub fn overrides_of(disclosures: &[wire::FieldDisclosure]) -> Vec<Override> {
    let known = disclosures.iter().filter_map(|one| {
        let audience = Audience::try_from(one.audience).ok()?;
        Some(Override { path: one.path.clone(), audience, reason: one.reason.clone() })
    });
    known.collect()
}
