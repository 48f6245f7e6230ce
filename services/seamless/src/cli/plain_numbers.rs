//! What the parser of the command line says of a number, in words for whoever typed it.

use std::{
    error::Error as _,
    num::{IntErrorKind, ParseFloatError, ParseIntError},
};

use clap::Parser;

use super::Cli;
use crate::{error::USAGE, output::complain};

/// The command line. What cannot be understood is told, and ends the program, as does a question for help.
pub fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|error| match plain(&error) {
        Some(told) => {
            complain(told.trim_end());
            std::process::exit(i32::from(USAGE))
        }
        None => error.exit(),
    })
}

/// The complaint in plain words; none where it is not about a number.
fn plain(error: &clap::Error) -> Option<String> {
    let source = error.source()?;
    let wanted = if source.is::<ParseFloatError>() {
        "wanted is a number, such as 0.25"
    } else {
        match source.downcast_ref::<ParseIntError>()?.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "the number is too large or too small",
            _ => "wanted is a whole number, such as 20",
        }
    };
    Some(error.render().to_string().replace(&source.to_string(), wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_told_by_option_wanted_and_got() {
        for (line, option, got, wanted) in [
            ("seamless list --limit many", "--limit", "'many'", "wanted is a whole number, such as 20"),
            ("seamless list --limit 99999999999999999999999", "--limit", "'9999", "the number is too large"),
            (
                "seamless similar x --min-probability half",
                "--min-probability",
                "'half'",
                "wanted is a number,",
            ),
            ("seamless up --port web", "--port", "'web'", "wanted is a whole number, such as 20"),
        ] {
            let told = plain(&Cli::try_parse_from(line.split(' ')).unwrap_err()).unwrap_or_default();
            for part in [option, got, wanted] {
                assert!(told.contains(part), "{line}: {part}: {told}");
            }
            let of_parsers = ["literal", "digit", "target type", "parse"];
            assert_eq!(of_parsers.iter().find(|word| told.contains(**word)), None, "{line}: {told}");
        }
    }
}
