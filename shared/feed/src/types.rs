//! The types of events that a reader asks for.
//!
//! Invariant: each is one that the service tells, and none stands twice; so they are as many as those at most.

use seamless_service::error::FieldViolation;

/// The field of the requests.
const FIELD: &str = "types";
/// How much of what is no type is given back.
const SHOWN: usize = 100;

/// Some types of events, or all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Types(Vec<&'static str>);

impl Types {
    /// The types that a request names, out of those that the service tells; none named are all.
    ///
    /// # Errors
    /// A violation for each that is not told, the first with the list of those that are.
    pub(crate) fn parse(
        named: &[String],
        told: &'static [&'static str],
    ) -> Result<Self, Vec<FieldViolation>> {
        let mut types = Vec::new();
        let mut wrong = Vec::new();
        for (index, name) in named.iter().enumerate() {
            match told.iter().find(|told| *told == name) {
                Some(told) if types.contains(told) => {}
                Some(told) => types.push(*told),
                // More would only repeat it.
                None if wrong.len() == told.len().max(1) => break,
                None => {
                    let got: String = name.chars().take(SHOWN).collect();
                    let list =
                        if wrong.is_empty() { format!(": {}", told.join(", ")) } else { String::new() };
                    let field = format!("{FIELD}[{index}]");
                    wrong.push(FieldViolation::new(
                        field,
                        format!("wants a type of event that this service tells{list}; got {got:?}"),
                    ));
                }
            }
        }
        if wrong.is_empty() { Ok(Self(types)) } else { Err(wrong) }
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

    const TOLD: &[&str] = &["sample.v1.Opened", "sample.v1.Closed"];

    #[test]
    fn a_type_that_is_not_told_is_refused_with_the_list_and_one_that_stands_twice_counts_once() {
        let parse = |names: &[&str]| {
            Types::parse(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), TOLD)
        };
        assert!(parse(&[]).unwrap().are_all());
        let twice = parse(&["sample.v1.Closed", "sample.v1.Closed"]).unwrap();
        assert_eq!(twice.names(), ["sample.v1.Closed"]);
        let wrong = parse(&["sample.v1.Opened", "Closed", "", "x", "y"]).unwrap_err();
        assert_eq!(wrong.len(), 2, "no more than help");
        assert_eq!(wrong[0].field, "types[1]");
        assert!(wrong[0].description.contains("sample.v1.Opened, sample.v1.Closed"), "{wrong:?}");
    }
}
