//! The words of foreign alerts for kinds of risk.

use seamless_proto::seamless::notifications::v1::RiskType;

use super::text::{hold, words};

/// The names of risk types, as RAPEX and the Safety Gate write them.
const NAMES: [(&str, RiskType); 25] = [
    ("asphyxiation", RiskType::Asphyxiation),
    ("burns", RiskType::Burns),
    ("chemical", RiskType::Chemical),
    ("choking", RiskType::Choking),
    ("cuts", RiskType::Cuts),
    ("damage to hearing", RiskType::DamageToHearing),
    ("damage to sight", RiskType::DamageToSight),
    ("drowning", RiskType::Drowning),
    ("electric shock", RiskType::ElectricShock),
    ("electrical shock", RiskType::ElectricShock),
    ("electromagnetic disturbance", RiskType::ElectromagneticDisturbance),
    ("energy consumption", RiskType::EnergyConsumption),
    ("entrapment", RiskType::Entrapment),
    ("environment", RiskType::Environment),
    ("environmental", RiskType::Environment),
    ("fire", RiskType::Fire),
    ("health risk", RiskType::HealthRisk),
    ("health risk other", RiskType::HealthRisk),
    ("incorrect measurement", RiskType::IncorrectMeasurement),
    ("injuries", RiskType::Injuries),
    ("injury", RiskType::Injuries),
    ("microbiological", RiskType::Microbiological),
    ("security", RiskType::Security),
    ("strangulation", RiskType::Strangulation),
    ("suffocation", RiskType::Suffocation),
];

/// What the hazard texts of the CPSC say, and which risk that is. A trailing `*` stands for any ending.
const KEYWORDS: [(&str, RiskType); 47] = [
    ("fire", RiskType::Fire),
    ("ignite", RiskType::Fire),
    ("explo*", RiskType::Fire),
    ("burn*", RiskType::Burns),
    ("scald*", RiskType::Burns),
    ("electric shock", RiskType::ElectricShock),
    ("electrical shock", RiskType::ElectricShock),
    ("shock hazard", RiskType::ElectricShock),
    ("electrocut*", RiskType::ElectricShock),
    ("chok*", RiskType::Choking),
    ("lacerat*", RiskType::Cuts),
    ("strangul*", RiskType::Strangulation),
    ("entrap*", RiskType::Entrapment),
    ("suffocat*", RiskType::Suffocation),
    ("asphyx*", RiskType::Asphyxiation),
    ("carbon monoxide", RiskType::Asphyxiation),
    ("drown*", RiskType::Drowning),
    ("poison*", RiskType::Chemical),
    ("chemical*", RiskType::Chemical),
    ("toxic*", RiskType::Chemical),
    ("phthalate*", RiskType::Chemical),
    ("irritation", RiskType::Chemical),
    ("corrosive", RiskType::Chemical),
    // Not the bare word: products "can lead to" much.
    ("lead content", RiskType::Chemical),
    ("lead paint", RiskType::Chemical),
    ("levels of lead", RiskType::Chemical),
    ("level of lead", RiskType::Chemical),
    ("lead ingestion", RiskType::Chemical),
    ("lead exposure", RiskType::Chemical),
    ("lead hazard", RiskType::Chemical),
    ("ingestion of lead", RiskType::Chemical),
    ("bacteria*", RiskType::Microbiological),
    ("microb*", RiskType::Microbiological),
    ("mold", RiskType::Microbiological),
    ("hearing", RiskType::DamageToHearing),
    ("loud noise", RiskType::DamageToHearing),
    ("blindness", RiskType::DamageToSight),
    ("heat exposure", RiskType::HealthRisk),
    ("crash", RiskType::Injuries),
    ("collision", RiskType::Injuries),
    ("fall", RiskType::Injuries),
    ("tip over", RiskType::Injuries),
    ("impact", RiskType::Injuries),
    ("crush*", RiskType::Injuries),
    ("amputat*", RiskType::Injuries),
    ("ingested magnet", RiskType::Injuries),
    ("puncture", RiskType::Injuries),
];

/// The type of this name.
pub fn by_name(name: &str) -> Option<RiskType> {
    let name = words(name);
    NAMES.iter().find(|(known, _)| *known == name.trim()).map(|(_, risk)| *risk)
}

/// The types that a list of names says (`Burns, fire and choking / drowning`), each once, and the names that are not known.
pub fn by_names(names: &str) -> (Vec<i32>, Vec<String>) {
    let mut types = Vec::new();
    let mut unknown = Vec::new();
    for name in names.split([',', ';', '\n']) {
        // A name may have what otherwise joins two: "Health risk / other".
        if let Some(risk) = by_name(name) {
            add(&mut types, risk);
            continue;
        }
        for part in joined(name) {
            match by_name(&part) {
                Some(risk) => add(&mut types, risk),
                None => unknown.push(part),
            }
        }
    }
    (types, unknown)
}

/// The names between words and signs that join them.
fn joined(names: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for word in names.replace(['/', '&', '+', '|', '、'], " / ").split_whitespace() {
        let joins = ["/", "and", "or", "and/or"].iter().any(|join| word.eq_ignore_ascii_case(join));
        match parts.last_mut() {
            Some(part) if !joins => {
                if !part.is_empty() {
                    part.push(' ');
                }
                part.push_str(word);
            }
            _ => parts.push(String::new()),
        }
    }
    parts.retain(|part| part.chars().any(char::is_alphanumeric));
    parts
}

/// The types that a free text names. Injury counts only where nothing more exact is said.
pub fn by_keywords(text: &str) -> Vec<i32> {
    // Infection in the blood, not a chemical.
    let words = words(text).replace("blood poisoning", "");
    let mut types = Vec::new();
    for (pattern, risk) in KEYWORDS {
        if hold(&words, pattern) {
            add(&mut types, risk);
        }
    }
    if types.is_empty() && hold(&words, "injur*") {
        add(&mut types, RiskType::Injuries);
    }
    types
}

fn add(types: &mut Vec<i32>, risk: RiskType) {
    if !types.contains(&risk.into()) {
        types.push(risk.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(types: &[RiskType]) -> Vec<i32> {
        types.iter().map(|risk| i32::from(*risk)).collect()
    }

    #[test]
    fn lists_of_names_are_taken_apart() {
        use RiskType::{Burns, Chemical, Choking, ElectricShock, Fire, HealthRisk};
        assert_eq!(by_names("  Burns,  fire and Choking "), (numbers(&[Burns, Fire, Choking]), vec![]));
        assert_eq!(by_names("Electrical shock And fire and FIRE"), (numbers(&[ElectricShock, Fire]), vec![]));
        assert_eq!(by_names("Health risk /other"), (numbers(&[HealthRisk]), vec![]));
        assert_eq!(by_names("Burns / Fire"), (numbers(&[Burns, Fire]), vec![]));
        assert_eq!(
            by_names("Burns or electric shock & Choking"),
            (numbers(&[Burns, ElectricShock, Choking]), vec![])
        );
        assert_eq!(
            by_names("Fire / radiation, Burns"),
            (numbers(&[Fire, Burns]), vec!["radiation".to_owned()])
        );
        assert_eq!(by_names("Chemical, radiation"), (numbers(&[Chemical]), vec!["radiation".to_owned()]));
        assert_eq!(by_names(""), (vec![], vec![]));
    }

    #[test]
    fn hazard_texts_are_read_by_their_words() {
        use RiskType::{Burns, Chemical, Entrapment, Fire, Injuries};
        assert_eq!(by_keywords("The lamp overheats, posing fire and burn hazards."), numbers(&[Fire, Burns]));
        assert_eq!(by_keywords("A loose clamp can lead to a crash."), numbers(&[Injuries]));
        assert_eq!(by_keywords("The paint exceeds the limit on lead content."), numbers(&[Chemical]));
        assert_eq!(
            by_keywords("The shelf tips over; tip-over and entrapment."),
            numbers(&[Entrapment, Injuries])
        );
        assert_eq!(
            by_keywords("Swallowed magnets cause infection, blood poisoning and injury"),
            numbers(&[Injuries])
        );
        assert_eq!(by_keywords("Violation of the lead limits; lead ingestion"), numbers(&[Chemical]));
        assert_eq!(by_keywords("The firearm safe opens for everybody"), numbers(&[]));
    }
}
