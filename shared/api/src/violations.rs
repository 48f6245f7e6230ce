//! Parses fields of requests into values that cannot be wrong, and collects every violation on the way: the caller
//! learns of all wrong fields at once.

use std::fmt::{self, Display};

use seamless_identifiers::{
    CommodityCode, ContainerNumber, CountryCode, Eori, Gtin, LanguageTag, LanguageVersion, Lines,
    LocalizedText, PartialDate, TextState, UnifiedSocialCreditCode, Unlocode, Violation, check_web_address,
    unseen,
};
use seamless_proto::seamless::r#type::v1 as value;
use seamless_vocabulary::Vocabulary;

mod accepted;
mod mending;
mod out;

use accepted::{TRANSLATION_STATES, accepted};
use mending::mended;
pub use out::{date_out, duration_out, localized_out, timestamp_out};

/// The longest URL that is taken, in characters.
const URL_LENGTH: usize = 2_000;
/// A text that may not be longer than this is a name or a number, and has one line.
const ONE_LINE: usize = 300;
/// Nanoseconds of a second.
const NANOSECONDS: std::ops::Range<i32> = 0..1_000_000_000;
/// The first second of the year 1, where the time of a `google.protobuf.Timestamp` begins.
const FIRST_SECOND: i64 = -62_135_596_800;
/// The most language versions of a text.
const LANGUAGES: usize = 8;

/// The most violations that are told at once.
const MOST_VIOLATIONS: usize = 100;

/// A field within another. It is put into words only where something is wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct Within<P>(pub P, pub &'static str);

impl<P: Display> Display for Within<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.0, self.1)
    }
}

impl<P: Display> From<Within<P>> for String {
    fn from(field: Within<P>) -> Self {
        field.to_string()
    }
}

/// What is wrong with a request, field by field.
#[derive(Debug, Default)]
pub struct Violations {
    found: Vec<Violation>,
    /// Whether what can be read of a wrong text is kept.
    mends: bool,
}

impl Violations {
    /// Nothing wrong so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a violation. Of very many the first hundred are kept: enough to mend a request by.
    pub fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        if self.found.len() < MOST_VIOLATIONS {
            self.found.push(Violation::new(field, description));
        }
    }

    /// Adds what another parser found wrong.
    pub fn add_all(&mut self, violations: impl IntoIterator<Item = Violation>) {
        violations.into_iter().for_each(|violation| self.add(violation.field, violation.description));
    }

    /// Adds what another parser found wrong within the field at `parent`.
    pub fn add_within(&mut self, parent: &str, violations: impl IntoIterator<Item = Violation>) {
        for Violation { field, description } in violations {
            self.add(format!("{parent}.{field}"), description);
        }
    }

    /// `value`, if nothing was wrong.
    ///
    /// # Errors
    /// All violations.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<Violation>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }

    /// The value, if nothing was wrong; that it is missing was added.
    ///
    /// # Errors
    /// All violations.
    pub fn finish_some<T>(self, value: Option<T>) -> Result<T, Vec<Violation>> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => Err(self.found),
        }
    }

    /// The value, or none after a refusal whose violations are added.
    pub fn also<T>(&mut self, parsed: Result<T, Vec<Violation>>) -> Option<T> {
        parsed.map_err(|violations| self.add_all(violations)).ok()
    }

    /// All violations.
    #[must_use]
    pub fn into_inner(self) -> Vec<Violation> {
        self.found
    }

    /// A text of at most `longest` characters, all of them seen, or needed by a script. It may have line breaks and tabs
    /// where more than 300 characters are allowed.
    pub fn text(&mut self, field: impl Display, text: String, longest: usize) -> String {
        let lines = if longest > ONE_LINE { Lines::Many } else { Lines::One };
        self.written(field, text, longest, lines)
    }

    /// A text of one line, however long it may be.
    pub fn line(&mut self, field: impl Display, text: String, longest: usize) -> String {
        self.written(field, text, longest, Lines::One)
    }

    fn written(&mut self, field: impl Display, text: String, longest: usize, lines: Lines) -> String {
        // A text of so many bytes cannot have more characters: most need no count.
        if text.len() > longest {
            let length = text.chars().count();
            if length > longest {
                self.add(
                    field.to_string(),
                    format!("has {length} characters, at most {longest} are allowed"),
                );
            }
        }
        if let Some(unseen) = unseen(&text, lines) {
            self.add(field.to_string(), unseen.to_string());
        }
        if self.mends { mended(text, longest, lines) } else { text }
    }

    /// A text that must not be empty.
    pub fn required_text(&mut self, field: impl Display, text: String, longest: usize) -> String {
        if let Some(wrong) = emptiness(&text, "is required") {
            self.add(field.to_string(), wrong);
        }
        self.text(field, text, longest)
    }

    /// A list of texts, none of them empty.
    pub fn texts(
        &mut self,
        field: impl Display,
        texts: Vec<String>,
        most: usize,
        longest: usize,
    ) -> Vec<String> {
        let texts = self.bounded(&field, texts, most);
        let parse = |(index, text): (usize, String)| {
            let field = format!("{field}[{index}]");
            if let Some(wrong) = emptiness(&text, "is empty: wants a text, or to be left out") {
                self.add(field.as_str(), wrong);
            }
            self.text(field, text, longest)
        };
        texts.into_iter().enumerate().map(parse).collect()
    }

    /// Checks the length of a list.
    pub fn count(&mut self, field: impl Display, count: usize, most: usize) {
        if count > most {
            self.add(field.to_string(), format!("has {count} items, at most {most} are allowed"));
        }
    }

    /// A list of at most `most` items; what is beyond is not looked at any more.
    pub fn bounded<T>(&mut self, field: impl Display, mut items: Vec<T>, most: usize) -> Vec<T> {
        self.count(field, items.len(), most);
        items.truncate(most);
        items
    }

    /// A value of a closed vocabulary, or `None` where it is unspecified.
    pub fn vocabulary<T: Vocabulary>(&mut self, field: impl Display, number: i32) -> Option<T> {
        let value = T::from_number(number);
        if value.is_none() && number != 0 {
            self.add(field.to_string(), not_accepted::<T>(number));
        }
        value
    }

    /// A value of a closed vocabulary that must be given. Where it is not, the first one stands in, which nobody sees,
    /// since the violation refuses the request.
    pub fn required_vocabulary<T: Vocabulary>(&mut self, field: impl Display, number: i32) -> T {
        if number == 0 {
            self.add(field.to_string(), format!("is required: {}", accepted::<T>()));
        }
        self.vocabulary(field, number).unwrap_or(T::FIRST)
    }

    /// A list of values of a closed vocabulary, each once, none unspecified.
    pub fn vocabularies<T: Vocabulary>(
        &mut self,
        field: impl Display,
        numbers: &[i32],
        most: usize,
    ) -> Vec<T> {
        self.count(&field, numbers.len(), most);
        let mut values: Vec<T> = Vec::with_capacity(numbers.len());
        for (index, number) in numbers.iter().take(most).enumerate() {
            match T::from_number(*number) {
                None => self.add(format!("{field}[{index}]"), not_accepted::<T>(*number)),
                Some(value) if values.contains(&value) => {}
                Some(value) => values.push(value),
            }
        }
        values
    }

    /// Something with a parser of its own; empty is `None`.
    pub fn parsed<T, E: Display>(
        &mut self,
        field: impl Display,
        text: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        parse(text)
            .map_err(|error| self.add(field.to_string(), format!("{error}; got {}", excerpt(text))))
            .ok()
    }

    /// A country.
    pub fn country(&mut self, field: impl Display, text: &str) -> Option<CountryCode> {
        self.parsed(field, text, CountryCode::parse)
    }

    /// A list of countries.
    pub fn countries(&mut self, field: impl Display, texts: &[String], most: usize) -> Vec<CountryCode> {
        self.count(&field, texts.len(), most);
        self.parsed_list(field, texts.get(..most).unwrap_or(texts), CountryCode::parse)
    }

    /// A list of barcodes.
    pub fn gtins(&mut self, field: impl Display, texts: &[String], most: usize) -> Vec<Gtin> {
        self.count(&field, texts.len(), most);
        let mut gtins = self.parsed_list(field, texts.get(..most).unwrap_or(texts), Gtin::parse);
        let mut seen = std::collections::HashSet::new();
        gtins.retain(|gtin| seen.insert(gtin.clone()));
        gtins
    }

    fn parsed_list<T, E: Display>(
        &mut self,
        field: impl Display,
        texts: &[String],
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let mut parsed = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            if text.is_empty() {
                self.add(format!("{field}[{index}]"), "is empty");
            } else {
                parsed.extend(self.parsed(format_args!("{field}[{index}]"), text, &parse));
            }
        }
        parsed
    }

    /// A tariff code.
    pub fn commodity_code(&mut self, field: impl Display, text: &str) -> Option<CommodityCode> {
        self.parsed(field, text, CommodityCode::parse)
    }

    /// A container number.
    pub fn container(&mut self, field: impl Display, text: &str) -> Option<ContainerNumber> {
        self.parsed(field, text, ContainerNumber::parse)
    }

    /// A place.
    pub fn unlocode(&mut self, field: impl Display, text: &str) -> Option<Unlocode> {
        self.parsed(field, text, Unlocode::parse)
    }

    /// A number of an economic operator.
    pub fn eori(&mut self, field: impl Display, text: &str) -> Option<Eori> {
        self.parsed(field, text, Eori::parse)
    }

    /// A number that is finite and not negative.
    pub fn not_negative(&mut self, field: impl Display, number: Option<f64>) -> Option<f64> {
        let number = number?;
        if !number.is_finite() || number < 0.0 {
            self.add(field.to_string(), format!("wants a number of 0 or more; got {number}"));
            return None;
        }
        Some(number)
    }

    /// A Chinese unified social credit code.
    pub fn credit_code(&mut self, field: impl Display, text: &str) -> Option<UnifiedSocialCreditCode> {
        self.parsed(field, text, UnifiedSocialCreditCode::parse)
    }

    /// A URL of scheme http or https, without user and password; empty stays empty.
    pub fn url(&mut self, field: impl Display, text: String) -> String {
        if text.is_empty() {
            return text;
        }
        match check_web_address(&text) {
            Ok(()) => self.line(field, text, URL_LENGTH),
            Err(wrong) => {
                self.add(field.to_string(), wrong.to_string());
                text
            }
        }
    }

    /// An instant.
    pub fn timestamp(
        &mut self,
        field: impl Display,
        time: Option<prost_types::Timestamp>,
    ) -> Option<jiff::Timestamp> {
        let prost_types::Timestamp { seconds, nanos } = time?;
        if !NANOSECONDS.contains(&nanos) {
            // Of a time before 1970 as well they count forward.
            self.add(field.to_string(), format!("wants 0 to 999999999 nanoseconds; got {nanos}"));
            return None;
        }
        let read = jiff::Timestamp::new(seconds, nanos).ok().filter(|_| seconds >= FIRST_SECOND);
        if read.is_none() {
            let last = jiff::Timestamp::MAX.as_second();
            let wanted =
                format!("wants seconds since 1970 from {FIRST_SECOND} (year 1) to {last} (year 9999)");
            self.add(field.to_string(), format!("{wanted}; got {seconds}"));
        }
        read
    }

    /// A date whose day or month may be unknown.
    pub fn date(&mut self, field: impl Display, date: Option<value::CivilDate>) -> Option<PartialDate> {
        let value::CivilDate { year, month, day } = date?;
        let year_wanted = u16::try_from(year).unwrap_or_default();
        let part = |number: i32| (number != 0).then(|| u8::try_from(number).unwrap_or(u8::MAX));
        PartialDate::new(year_wanted, part(month), part(day))
            .map_err(|error| {
                self.add(field.to_string(), format!("{error}; got {year:04}-{month:02}-{day:02}"))
            })
            .ok()
    }

    /// A range of dates: its start and its end.
    pub fn date_range(
        &mut self,
        field: &str,
        range: Option<value::CivilDateRange>,
    ) -> Option<(Option<PartialDate>, Option<PartialDate>)> {
        let range = range?;
        let start = self.date(format_args!("{field}.start"), range.start);
        let end = self.date(format_args!("{field}.end"), range.end);
        if let (Some(first), Some(last)) = (&start, &end)
            && last < first
        {
            self.add(format!("{field}.end"), format!("{last} lies before the start, {first}"));
        }
        Some((start, end))
    }

    /// A text in several languages; as for [`Self::text`], its length says whether it may have several lines.
    pub fn localized(
        &mut self,
        field: &str,
        text: Option<value::LocalizedText>,
        longest: usize,
    ) -> LocalizedText {
        let lines = if longest > ONE_LINE { Lines::Many } else { Lines::One };
        self.localized_written(field, text, longest, lines)
    }

    /// A name in several languages: one line, however long it may be.
    pub fn localized_line(
        &mut self,
        field: &str,
        text: Option<value::LocalizedText>,
        longest: usize,
    ) -> LocalizedText {
        self.localized_written(field, text, longest, Lines::One)
    }

    fn localized_written(
        &mut self,
        field: &str,
        text: Option<value::LocalizedText>,
        longest: usize,
        lines: Lines,
    ) -> LocalizedText {
        let versions = text.map(|text| text.versions).unwrap_or_default();
        let versions = self.bounded(format_args!("{field}.versions"), versions, LANGUAGES);
        let mut parsed = Vec::with_capacity(versions.len());
        for (index, version) in versions.into_iter().enumerate() {
            let field = format!("{field}.versions[{index}]");
            let state = match value::TranslationState::try_from(version.state) {
                Ok(value::TranslationState::Unspecified) if index == 0 => TextState::Original,
                Ok(value::TranslationState::Unspecified | value::TranslationState::Translated) => {
                    TextState::Translated
                }
                Ok(value::TranslationState::Original) => TextState::Original,
                Ok(value::TranslationState::Stale) => TextState::Stale,
                Ok(value::TranslationState::Missing) => TextState::Missing,
                Err(_) => {
                    self.add(
                        format!("{field}.state"),
                        format!("{TRANSLATION_STATES}; got {}", version.state),
                    );
                    continue;
                }
            };
            if state != TextState::Missing
                && let Some(wrong) =
                    emptiness(&version.text, "is empty: wants a text, or the version left out")
            {
                self.add(format!("{field}.text"), wrong);
            }
            let text = self.written(format_args!("{field}.text"), version.text, longest, lines);
            match LanguageTag::parse(&version.language_code) {
                Ok(language) => parsed.push(LanguageVersion { language, text, state }),
                Err(error) => self.add(
                    format!("{field}.language_code"),
                    format!("{error}; got {}", excerpt(&version.language_code)),
                ),
            }
        }
        LocalizedText::new(parsed).unwrap_or_else(|error| {
            self.add(field, error.to_string());
            LocalizedText::default()
        })
    }

    /// A text that must be there in at least one language.
    pub fn required_localized(
        &mut self,
        field: &str,
        text: Option<value::LocalizedText>,
        longest: usize,
    ) -> LocalizedText {
        let is_missing =
            |version: &value::LanguageVersion| version.state() == value::TranslationState::Missing;
        if text.as_ref().is_none_or(|text| text.versions.iter().all(is_missing)) {
            self.add(field, "is required, in at least one language");
        }
        self.localized(field, text, longest)
    }
}

/// What is wrong with a number that an enumeration does not have.
fn not_accepted<T: Vocabulary>(number: i32) -> String {
    format!("{}; got {number}", accepted::<T>())
}

/// What is wrong with a text that has nothing in it: `empty` where it has no character at all.
fn emptiness<'w>(text: &str, empty: &'w str) -> Option<&'w str> {
    match text.trim() {
        "" if text.is_empty() => Some(empty),
        "" => Some("has blanks only: wants at least one other character"),
        _ => None,
    }
}

/// The beginning of what was sent, for an error message.
#[must_use]
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?} and more", &text[..end]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests;
