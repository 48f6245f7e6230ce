//! Writes what rules give, for whoever compares it with another reader of RFC 5545 (`tests/clients/check_rules.py`): of each
//! line of standard input, `ZONE LOCAL-TIME RULE MOST`, one line with the local times and instants, or what is wrong.

#![allow(clippy::print_stdout, reason = "it speaks to a pipe")]

use std::error::Error;
use std::io::{BufRead, stdin};

use seamless_calendar::{Rule, WallTime, Zones, zone_data_version};

fn main() -> Result<(), Box<dyn Error>> {
    println!("{}", zone_data_version());
    for line in stdin().lock().lines() {
        println!("{}", answer(&line?).unwrap_or_else(|error| format!("! {error}")));
    }
    Ok(())
}

fn answer(line: &str) -> Result<String, Box<dyn Error>> {
    let [zone, local, rule, most] = line.split(' ').collect::<Vec<_>>()[..] else {
        return Err("wants ZONE LOCAL-TIME RULE MOST".into());
    };
    let zones = Zones::bundled();
    let start = WallTime::new(local.parse()?, zone, None, &zones)?;
    let times = rule.parse::<Rule>()?.times(&start, &zones)?.take(most.parse()?);
    Ok(times.map(|(local, instant)| format!("{local}/{instant}")).collect::<Vec<_>>().join(" "))
}
