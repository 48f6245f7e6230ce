//! Resource names as requests have them, and etags. A name is declared once, by its form; parsing, its spelling and what a
//! refusal wants follow from that.
//!
//! Invariant: a name has one spelling, so that what it names is found under it alone.

use percent_encoding::percent_decode_str;
use seamless_decision::Violation;
use seamless_identity::{ArrangementId, AuthorityId};
use uuid::Uuid;

use crate::violations::{Violations, excerpt};

/// A resource name of one form.
pub trait ResourceName: Sized {
    /// The form, as refusals say it: `notifications/{UUID}/listings/{32 hexadecimal digits}`.
    const FORM: &'static str;

    /// The name in a text; none where it is not of the form.
    fn of(text: &str) -> Option<Self>;

    /// The name in a field; for requests that have nothing else that can be wrong.
    ///
    /// # Errors
    /// A violation with the form that is wanted.
    fn parse(field: &str, text: &str) -> Result<Self, Vec<Violation>> {
        let mut wrong = Violations::new();
        let name = wrong.name(field, text);
        wrong.finish_some(name)
    }
}

/// What stands in a name's variable segments: one of them, or those of the name of what the resource belongs to.
pub trait NamePart: Sized {
    /// The part at the beginning of what is left of the segments.
    fn take<'t>(segments: &mut impl Iterator<Item = &'t str>) -> Option<Self>;

    /// Its segments.
    fn give(&self, segments: &mut Vec<String>);
}

macro_rules! one_segment {
    ($($part:ty),+) => {$(
        impl NamePart for $part {
            fn take<'t>(segments: &mut impl Iterator<Item = &'t str>) -> Option<Self> {
                segments.next()?.parse().ok()
            }

            fn give(&self, segments: &mut Vec<String>) {
                segments.push(self.to_string());
            }
        }
    )+};
}

one_segment!(Uuid, AuthorityId, ArrangementId, String);

impl NamePart for u32 {
    /// A number of 1 or more, in its one spelling.
    fn take<'t>(segments: &mut impl Iterator<Item = &'t str>) -> Option<Self> {
        let segment = segments.next()?;
        let number: Self = segment.parse().ok()?;
        (number > 0 && number.to_string() == segment).then_some(number)
    }

    fn give(&self, segments: &mut Vec<String>) {
        segments.push(self.to_string());
    }
}

/// What stands in the variable segments of a text of this form, none of it empty; none where it is of another.
pub fn segments<'t>(form: &'static str, text: &'t str) -> Option<impl Iterator<Item = &'t str>> {
    let is_variable = |wanted: &str| wanted.starts_with('{');
    let fits =
        |(wanted, got): (&str, &str)| if is_variable(wanted) { !got.is_empty() } else { wanted == got };
    let is_of_form =
        form.split('/').count() == text.split('/').count() && form.split('/').zip(text.split('/')).all(fits);
    let variable = form.split('/').zip(text.split('/')).filter(move |(wanted, _)| is_variable(wanted));
    is_of_form.then(|| variable.map(|(_, got)| got))
}

/// A name of this form with these variable segments.
#[must_use]
pub fn spelled(form: &'static str, segments: &[String]) -> String {
    let mut segments = segments.iter();
    let spelled = form.split('/').map(|part| match part.starts_with('{') {
        true => segments.next().map_or("", String::as_str),
        false => part,
    });
    spelled.collect::<Vec<_>>().join("/")
}

/// Declares a resource name: its parts in the order of the form (one alone may go without a name), and what must be true of
/// them besides.
#[macro_export]
macro_rules! resource_name {
    ($(#[$about:meta])* $name:ident($part:ty) = $form:literal $(, if $is_one:expr)?) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub $part);
        $crate::resource_name!(@ $name { 0: $part } = $form $(, if $is_one)?);
    };
    ($(#[$about:meta])* $name:ident { $($field:ident: $part:ty),+ $(,)? } = $form:literal $(, if $is_one:expr)?) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $(pub $field: $part),+
        }
        $crate::resource_name!(@ $name { $($field: $part),+ } = $form $(, if $is_one)?);
    };
    (@ $name:ident { $($field:tt: $part:ty),+ } = $form:literal $(, if $is_one:expr)?) => {
        impl $crate::NamePart for $name {
            fn take<'t>(segments: &mut impl Iterator<Item = &'t str>) -> Option<Self> {
                Some(Self { $($field: $crate::NamePart::take(segments)?),+ })
            }

            fn give(&self, segments: &mut Vec<String>) {
                $($crate::NamePart::give(&self.$field, segments);)+
            }
        }

        impl $crate::ResourceName for $name {
            const FORM: &'static str = $form;

            fn of(text: &str) -> Option<Self> {
                let name: Self = $crate::NamePart::take(&mut $crate::segments(Self::FORM, text)?)?;
                let is_one: &[fn(&Self) -> bool] = &[$($is_one)?];
                is_one.iter().all(|is_one| is_one(&name)).then_some(name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut segments = Vec::new();
                $crate::NamePart::give(self, &mut segments);
                formatter.write_str(&$crate::spelled(<Self as $crate::ResourceName>::FORM, &segments))
            }
        }
    };
}

impl Violations {
    /// A resource name.
    pub fn name<N: ResourceName>(&mut self, field: &str, text: &str) -> Option<N> {
        let name = N::of(text);
        if name.is_none() {
            self.wrong_name(field, N::FORM, text);
        }
        name
    }

    /// Adds that a name is none of this form.
    pub fn wrong_name(&mut self, field: &str, form: &str, got: &str) {
        match got.is_empty() {
            true => self.add(field, format!("is required: {form}")),
            false => self.add(field, format!("wants {form}; got {}", excerpt(got))),
        }
    }

    /// The revision that an etag stands for; empty means whichever is there.
    pub fn etag(&mut self, field: &str, etag: &str) -> Option<i64> {
        if etag.is_empty() {
            return None;
        }
        let revision = etag.trim_matches('"').parse().ok();
        if revision.is_none() {
            self.add(field, format!("wants an etag as it was given out; got {}", excerpt(etag)));
        }
        revision
    }
}

/// The etag of a revision.
#[must_use]
pub fn etag_out(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// A segment of a name as it was before percent-encoding [RFC 3986]; none if it is not encoded rightly.
#[must_use]
pub fn percent_decoded(segment: &str) -> Option<String> {
    let mut octets = segment.bytes();
    while let Some(octet) = octets.next() {
        let is_digit = |octet: Option<u8>| octet.is_some_and(|octet| octet.is_ascii_hexdigit());
        if octet == b'%' && !(is_digit(octets.next()) && is_digit(octets.next())) {
            return None;
        }
    }
    Some(percent_decode_str(segment).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::resource_name! {
        /// A case.
        CaseName(Uuid) = "cases/{UUID}"
    }
    crate::resource_name! {
        /// What an authority said of it.
        WordName { case: CaseName, of: AuthorityId, number: u32 } = "cases/{UUID}/of/{authority}/words/{number}",
        if |name| name.number < 10
    }

    const CASE: &str = "cases/0199e5a0-0000-7000-8000-000000000001";

    #[test]
    fn a_name_is_spelled_as_it_was_parsed() {
        let text = format!("{CASE}/of/cn-gacc/words/7");
        let name = WordName::of(&text).expect("it is of the form");
        assert_eq!((name.of.as_str(), name.number, name.case.to_string().as_str()), ("cn-gacc", 7, CASE));
        assert_eq!(name.to_string(), text);
    }

    #[test]
    fn what_is_not_of_the_form_is_refused_with_the_form() {
        for wrong in
            ["", "/of/cn-gacc/words/7/", "/of/cn-gacc/words/07", "/of/cn-gacc/words/0", "/of//words/7"]
        {
            assert_eq!(WordName::of(&format!("{CASE}{wrong}")), None, "{wrong}");
        }
        assert_eq!(WordName::of(&format!("{CASE}/of/cn-gacc/words/10")), None, "it must be below ten");
        let refused = CaseName::parse("name", "case/1").unwrap_err();
        assert_eq!(refused, [Violation::new("name", "wants cases/{UUID}; got \"case/1\"")]);
        let missing = CaseName::parse("name", "").unwrap_err();
        assert_eq!(missing, [Violation::new("name", "is required: cases/{UUID}")]);
    }

    #[test]
    fn a_segment_is_decoded_only_if_it_was_encoded_rightly() {
        assert_eq!(percent_decoded("A%2FB%20%E6%B0%B4").as_deref(), Some("A/B 水"));
        for wrong in ["%", "%2", "%2x", "%FF", "a%"] {
            assert_eq!(percent_decoded(wrong), None, "{wrong}");
        }
    }
}
