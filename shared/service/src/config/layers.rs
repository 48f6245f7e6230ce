//! Defaults in the binary < file < environment < command line, merged key by key.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::error::{ConfigError, InvalidSetting, Origin};
use super::secret::{self, HIDDEN};

/// What stands between two levels in the name of an environment variable.
const LEVEL_SEPARATOR: &str = "__";

/// Settings that check what their types cannot say.
pub trait Validate {
    /// Refuses the first value that is not allowed.
    ///
    /// # Errors
    /// The key, its value, and what is allowed.
    fn validate(&self) -> Result<(), InvalidSetting>;
}

/// Where the values come from. What stands further down wins.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// TOML with every key, its default and a comment, embedded in the binary. The type of a default is the type that
    /// environment and command line are read as.
    pub defaults: &'static str,
    /// A TOML file; none is fine, one that does not exist is not.
    pub file: Option<PathBuf>,
    /// The environment of the process, as `main.rs` read it.
    pub environment: HashMap<String, String>,
    /// `SEAMLESS_NOTIFICATIONS`, so that `SEAMLESS_NOTIFICATIONS__DATABASE__URL` is the key `database.url`.
    pub env_prefix: &'static str,
    /// Dotted keys and their values.
    pub flags: Vec<(String, String)>,
    /// Dotted keys whose values are shown nowhere.
    pub secrets: &'static [&'static str],
}

/// A configuration that was accepted.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The settings.
    pub settings: T,
    effective: String,
}

impl<T> Loaded<T> {
    /// The merged configuration as TOML, without secrets.
    pub fn effective(&self) -> &str {
        &self.effective
    }
}

impl Layers {
    /// Merges the layers and reads the settings from them.
    ///
    /// # Errors
    /// The first thing that is wrong, with its key, its value, what is allowed, and where it stands.
    pub fn load<T: DeserializeOwned + Validate>(&self) -> Result<Loaded<T>, ConfigError> {
        let stack = self.stack()?;
        let mut merged = Table::new();
        for (_, layer) in &stack {
            merge(&mut merged, layer);
        }
        let settings: T = merged.clone().try_into().map_err(|fault| self.explain(&stack, &merged, &fault))?;
        settings.validate().map_err(|fault| self.refusal(&stack, fault.key, fault.value, fault.allowed))?;
        secret::hide(&mut merged, self.secrets);
        let effective = toml::to_string_pretty(&merged)
            .map_err(|fault| ConfigError::Malformed { origin: Origin::Default, fault: fault.to_string() })?;
        Ok(Loaded { settings, effective })
    }

    /// The layers as tables, weakest first.
    fn stack(&self) -> Result<Vec<(Origin, Table)>, ConfigError> {
        let defaults = parse(self.defaults, Origin::Default)?;
        let mut stack = vec![(Origin::Default, defaults.clone())];
        if let Some(path) = &self.file {
            let text = std::fs::read_to_string(path)
                .map_err(|fault| ConfigError::Unreadable { path: path.clone(), fault })?;
            let origin = Origin::File(path.clone());
            stack.push((origin.clone(), parse(&text, origin)?));
        }
        let prefix = format!("{}{LEVEL_SEPARATOR}", self.env_prefix);
        let mut variables: Vec<_> = self.environment.iter().collect();
        variables.sort();
        for (variable, text) in variables {
            let Some(levels) = variable.strip_prefix(&prefix) else { continue };
            let path: Vec<String> = levels.split(LEVEL_SEPARATOR).map(str::to_ascii_lowercase).collect();
            let origin = Origin::Environment(variable.clone());
            stack.push((origin, single(&path, typed(find(&defaults, &path), text))));
        }
        for (key, text) in &self.flags {
            let path: Vec<String> = key.split('.').map(str::to_owned).collect();
            stack.push((Origin::Flag, single(&path, typed(find(&defaults, &path), text))));
        }
        Ok(stack)
    }

    /// What the deserializer says, as key, value and what is allowed.
    fn explain(&self, stack: &[(Origin, Table)], merged: &Table, fault: &toml::de::Error) -> ConfigError {
        let message = fault.message();
        // The path of a fault is private to toml and stands in the last line of its text only.
        let text = fault.to_string();
        let section =
            text.lines().last().and_then(|line| line.strip_prefix("in `")?.strip_suffix('`')).unwrap_or("");
        let below =
            |name: &str| if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };

        if let Some((name, expected)) = quoted_after(message, "unknown field ") {
            let key = below(name);
            let allowed = expected.trim_start_matches(", expected ").trim_start_matches("one of ").to_owned();
            return ConfigError::UnknownKey { origin: origin_of(stack, &key), key, allowed };
        }
        if let Some((name, _)) = quoted_after(message, "missing field ") {
            let key = below(name);
            let variable = format!(
                "{}{LEVEL_SEPARATOR}{}",
                self.env_prefix,
                key.replace('.', LEVEL_SEPARATOR).to_uppercase()
            );
            return ConfigError::Missing { key, variable };
        }
        let path: Vec<String> = section.split('.').map(str::to_owned).collect();
        let value = find(merged, &path).map(shown).unwrap_or_default();
        let allowed = message.rsplit_once(", expected ").map_or(message, |(_, expected)| expected).to_owned();
        self.refusal(stack, section.to_owned(), value, allowed)
    }

    fn refusal(&self, stack: &[(Origin, Table)], key: String, value: String, allowed: String) -> ConfigError {
        let is_secret = self.secrets.iter().any(|secret| *secret == key);
        let shown = if is_secret { HIDDEN.to_owned() } else { secret::without_password(&value) };
        let allowed = if value.is_empty() { allowed } else { allowed.replace(&value, &shown) };
        ConfigError::Invalid { origin: origin_of(stack, &key), key, value: shown, allowed }
    }
}

fn parse(text: &str, origin: Origin) -> Result<Table, ConfigError> {
    text.parse().map_err(|fault: toml::de::Error| ConfigError::Malformed { origin, fault: fault.to_string() })
}

/// Lays one table over another: tables are merged, everything else is replaced.
fn merge(below: &mut Table, above: &Table) {
    for (key, value) in above {
        match (below.get_mut(key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => merge(below, above),
            _ => {
                below.insert(key.clone(), value.clone());
            }
        }
    }
}

/// A table with one value, at a path.
fn single(path: &[String], value: Value) -> Table {
    let mut table = Table::new();
    if let [first, rest @ ..] = path {
        let value = if rest.is_empty() { value } else { Value::Table(single(rest, value)) };
        table.insert(first.clone(), value);
    }
    table
}

fn find<'a>(table: &'a Table, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(first)?;
    if rest.is_empty() { Some(value) } else { find(value.as_table()?, rest) }
}

/// Reads a text as the type that the default has. What does not fit stays a text, and the settings type refuses it.
fn typed(default: Option<&Value>, text: &str) -> Value {
    let as_toml =
        || format!("value = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("value"));
    let parsed = match default {
        Some(Value::Integer(_)) => text.parse().ok().map(Value::Integer),
        Some(Value::Float(_)) => text.parse().ok().map(Value::Float),
        Some(Value::Boolean(_)) => text.parse().ok().map(Value::Boolean),
        Some(Value::Array(_)) if text.starts_with('[') => as_toml(),
        Some(Value::Array(_)) => Some(Value::Array(
            text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect(),
        )),
        None if text.starts_with(['[', '{']) => as_toml(),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The strongest layer that has the key, or a part of its path.
fn origin_of(stack: &[(Origin, Table)], key: &str) -> Origin {
    let path: Vec<String> = key.split('.').map(str::to_owned).collect();
    (1..=path.len())
        .rev()
        .find_map(|length| stack.iter().rev().find(|(_, table)| find(table, &path[..length]).is_some()))
        .map_or(Origin::Default, |(origin, _)| origin.clone())
}

/// What stands in backquotes after `start`, and what follows.
fn quoted_after<'a>(message: &'a str, start: &str) -> Option<(&'a str, &'a str)> {
    message.strip_prefix(start)?.strip_prefix('`')?.split_once('`')
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
