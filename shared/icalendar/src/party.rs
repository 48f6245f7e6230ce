//! Who invites, and who is invited.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use seamless_identifiers::LanguageTag;

use crate::InvalidObject;

/// The longest address that a mail server takes (RFC 5321, 4.5.3.1.3, without the brackets).
const LONGEST_ADDRESS: usize = 254;

/// What an address may hold and a link may not (RFC 6068, 2).
const NOT_IN_LINKS: AsciiSet = CONTROLS
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'&');

/// A mail address. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(String);

impl Address {
    /// Reads `local@domain`, of ASCII characters that need no quotes.
    ///
    /// # Errors
    ///
    /// [`InvalidObject::Address`].
    pub fn parse(text: &str) -> Result<Self, InvalidObject> {
        let is_part = |part: &str, also: &str| {
            !part.is_empty()
                && part.chars().all(|letter| letter.is_ascii_alphanumeric() || also.contains(letter))
        };
        let parts = text.split_once('@').filter(|(local, domain)| {
            is_part(local, ".!#$%&'*+-/=?^_`{|}~") && is_part(domain, ".-") && text.len() <= LONGEST_ADDRESS
        });
        match parts {
            Some(_) => Ok(Self(text.to_owned())),
            None => Err(InvalidObject::Address { most: LONGEST_ADDRESS }),
        }
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `mailto:` and the address.
    pub(crate) fn link(&self) -> String {
        format!("mailto:{}", utf8_percent_encode(&self.0, &NOT_IN_LINKS))
    }

    pub(crate) fn of_link(link: &str) -> Option<Self> {
        let (scheme, rest) = link.split_once(':')?;
        let address = percent_decode_str(rest).decode_utf8().ok()?;
        scheme.eq_ignore_ascii_case("mailto").then(|| Self::parse(&address).ok()).flatten()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// Who invites, and to whom answers go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organizer {
    /// As it is shown.
    pub name: String,
    /// Where answers go.
    pub address: Address,
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// As it is shown.
    pub name: String,
    /// Where the invitation goes.
    pub address: Address,
    /// What the attendee is known to have said.
    pub participation: Participation,
    /// Whether an answer is wanted.
    pub answer_wanted: bool,
    /// The language that the attendee reads.
    pub language: Option<LanguageTag>,
}

/// What somebody invited says [PARTSTAT].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Participation {
    /// Nothing yet.
    NeedsAction,
    /// Comes.
    Accepted,
    /// Does not come.
    Declined,
    /// May come.
    Tentative,
}

impl Participation {
    const ALL: [(&'static str, Self); 4] = [
        ("NEEDS-ACTION", Self::NeedsAction),
        ("ACCEPTED", Self::Accepted),
        ("DECLINED", Self::Declined),
        ("TENTATIVE", Self::Tentative),
    ];

    pub(crate) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, value)| *value == self).map_or("NEEDS-ACTION", |(word, _)| word)
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, value)| *value)
    }
}
