//! The types of events that a reader asks for.
//!
//! Invariant: each is one that the service tells, and none stands twice; so they are as many as those at most.

use seamless_service::error::FieldViolation;

/// The field of the requests.
const FIELD: &str = "types";
/// The metadata key of the refusal under which all types stand that the service tells, with commas between: longer than the
/// text of a violation may be.
pub(crate) const TOLD: &str = "event_types";
/// How much of what is no type is given back.
const SHOWN: usize = 100;

/// Some types of events, or all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Types(Vec<&'static str>);

/// Types were named that the service does not tell.
#[derive(Debug)]
pub(crate) struct UnknownTypes {
    /// One for each, as far as more help.
    pub violations: Vec<FieldViolation>,
    /// Those that it tells.
    pub told: &'static [&'static str],
}

impl Types {
    /// The types that a request names, out of those that the service tells; none named are all.
    ///
    /// # Errors
    /// What is not told.
    pub(crate) fn parse(named: &[String], told: &'static [&'static str]) -> Result<Self, UnknownTypes> {
        let mut types = Vec::new();
        let mut violations = Vec::new();
        for (index, name) in named.iter().enumerate() {
            match told.iter().find(|told| *told == name) {
                Some(told) if types.contains(told) => {}
                Some(told) => types.push(*told),
                // More would only repeat it.
                None if violations.len() == told.len().max(1) => break,
                None => {
                    let got: String = name.chars().take(SHOWN).collect();
                    let such_as = told.first().unwrap_or(&"none");
                    let wanted = format!(
                        "wants a type of event that this service tells, such as {such_as}; the metadata {TOLD} of this \
                         error names all; got {got:?}"
                    );
                    violations.push(FieldViolation::new(format!("{FIELD}[{index}]"), wanted));
                }
            }
        }
        if violations.is_empty() { Ok(Self(types)) } else { Err(UnknownTypes { violations, told }) }
    }

    /// Whether all events are asked for.
    pub(crate) fn are_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that are asked for; empty for all.
    pub(crate) fn names(&self) -> &[&'static str] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: &[&str] = &["sample.v1.Opened", "sample.v1.Closed"];

    #[test]
    fn a_type_that_is_not_told_is_refused_with_the_list_and_one_that_stands_twice_counts_once() {
        let parse = |names: &[&str]| {
            Types::parse(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), SAMPLES)
        };
        assert!(parse(&[]).unwrap().are_all());
        let twice = parse(&["sample.v1.Closed", "sample.v1.Closed"]).unwrap();
        assert_eq!(twice.names(), ["sample.v1.Closed"]);
        let wrong = parse(&["sample.v1.Opened", "Closed", "", "x", "y"]).unwrap_err();
        assert_eq!(wrong.violations.len(), 2, "no more than help");
        assert_eq!((wrong.violations[0].field.as_str(), wrong.told), ("types[1]", SAMPLES));
        assert!(wrong.violations[0].description.contains("such as sample.v1.Opened"), "{wrong:?}");
    }
}
