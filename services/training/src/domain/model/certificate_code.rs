//! What a certificate is known by: a code that nobody guesses and that a person can type.
//!
//! Invariant: 80 random bits as 16 characters of Crockford's base 32, and two check digits of the same alphabet, by the pure
//! system of ISO/IEC 7064 with radix 32 and the largest prime below 32². So every single wrong character, and every two
//! neighbours that changed places, are found without looking anything up.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Crockford's base 32: no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The largest prime below 32².
const MODULUS: u32 = 1021;
/// Characters without the check digits.
const RANDOM: usize = 16;
/// All characters.
const LENGTH: usize = RANDOM + 2;

/// The code of a certificate: 18 characters, without hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateCode(String);

/// Why a text is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeProblem {
    /// Another number of characters.
    #[error("wants {LENGTH} characters besides hyphens and spaces, not {0}")]
    Length(usize),
    /// A character that no code has.
    #[error("wants digits and letters without U; at place {0} stands another character")]
    Character(usize),
    /// The check digits do not fit.
    #[error(
        "wants a code whose last two characters, the check digits, fit the others: one of them is wrong, or two have \
         changed places"
    )]
    CheckDigits,
}

impl CertificateCode {
    /// A new one, of random bits.
    #[must_use]
    pub fn draw() -> Self {
        // The octets 6 and 8 of a random UUID are not random throughout.
        let bytes = Uuid::new_v4().into_bytes();
        let random = bytes[..6].iter().chain(&bytes[10..14]);
        let bits = random.fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let mut values: Vec<u8> = (0..RANDOM).rev().map(|place| ((bits >> (5 * place)) & 31) as u8).collect();
        let rest = remainder(&values) * 1024 % MODULUS;
        let check = (1 + MODULUS - rest) % MODULUS;
        values.extend([(check / 32) as u8, (check % 32) as u8]);
        Self(values.into_iter().map(|value| char::from(ALPHABET[usize::from(value)])).collect())
    }

    /// Reads what a person typed: capitals, hyphens and spaces do not matter; O is read as 0, I and L as 1.
    ///
    /// # Errors
    /// Says what is wrong with it; nothing of the text is repeated.
    pub fn parse(text: &str) -> Result<Self, CodeProblem> {
        let mut values = Vec::with_capacity(LENGTH);
        for (place, one) in typed(text).enumerate() {
            let read = match one.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = ALPHABET.iter().position(|known| char::from(*known) == read);
            let value = value.and_then(|value| u8::try_from(value).ok());
            values.push(value.ok_or(CodeProblem::Character(place + 1))?);
            if values.len() > LENGTH {
                return Err(CodeProblem::Length(typed_length(text)));
            }
        }
        if values.len() != LENGTH {
            return Err(CodeProblem::Length(values.len()));
        }
        match remainder(&values) {
            1 => Ok(Self(values.into_iter().map(|value| char::from(ALPHABET[usize::from(value)])).collect())),
            _ => Err(CodeProblem::CheckDigits),
        }
    }

    /// Without hyphens.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it stands on the paper: in groups of four.
    #[must_use]
    pub fn grouped(&self) -> String {
        let characters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }
}

/// What was typed besides hyphens and spaces.
fn typed(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|one| !one.is_whitespace() && !matches!(one, '-' | '‐' | '–'))
}

fn typed_length(text: &str) -> usize {
    typed(text).count()
}

fn remainder(values: &[u8]) -> u32 {
    values.iter().fold(0, |rest, value| (rest * 32 + u32::from(*value)) % MODULUS)
}

impl std::str::FromStr for CertificateCode {
    type Err = CodeProblem;

    fn from_str(text: &str) -> Result<Self, CodeProblem> {
        Self::parse(text)
    }
}

impl fmt::Display for CertificateCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for CertificateCode {
    type Error = CodeProblem;

    fn try_from(text: String) -> Result<Self, CodeProblem> {
        Self::parse(&text)
    }
}

impl From<CertificateCode> for String {
    fn from(code: CertificateCode) -> Self {
        code.0
    }
}
