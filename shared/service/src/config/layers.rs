//! Defaults in the binary < file < environment < command line, merged key by key.

use std::collections::HashMap;
use std::path::PathBuf;

use ::config::builder::{ConfigBuilder, DefaultState};
use ::config::{Config, Environment, File, FileFormat, Source, Value, ValueKind};
use seamless_identifiers::{toml_fault, toml_wanted};
use serde::de::DeserializeOwned;
use toml::Table;

use super::error::{ConfigError, InvalidSetting, Origin};
use super::named_files::NamedFile;
use super::secret::{self, HIDDEN};

/// What stands between two levels in the name of an environment variable.
const LEVEL_SEPARATOR: &str = "__";

/// The layers with their origins, weakest first.
type Stack = Vec<(Origin, Config)>;

/// Settings that check what their types cannot say.
pub trait Validate {
    /// Refuses the first value that is not allowed.
    ///
    /// # Errors
    /// The key, its value, and what is allowed.
    fn validate(&self) -> Result<(), InvalidSetting>;

    /// The files that must be there before the service starts.
    fn files(&self) -> Vec<NamedFile> {
        Vec::new()
    }
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
        let merged = stack
            .iter()
            .fold(Config::builder(), |builder, (_, layer)| builder.add_source(layer.clone()))
            .build()
            .map_err(|fault| malformed(Origin::Default, fault))?;
        let mut merged = table_of(merged);
        let settings: T = loop {
            match merged.clone().try_into() {
                Ok(settings) => break settings,
                Err(fault) if read_as_wanted(&stack, &mut merged, &fault) => {}
                Err(fault) => return Err(self.explain(&stack, &merged, &fault)),
            }
        };
        settings.validate().map_err(|fault| self.refusal(&stack, fault.key, fault.value, fault.allowed))?;
        secret::hide(&mut merged, self.secrets);
        let effective = toml::to_string_pretty(&merged)
            .map_err(|fault| ConfigError::Malformed { origin: Origin::Default, fault: fault.to_string() })?;
        Ok(Loaded { settings, effective })
    }

    /// The layers, weakest first. Each variable and each flag is a layer of its own: so a complaint can name it, and which
    /// of two overlapping ones wins does not depend on the order of a hash map.
    fn stack(&self) -> Result<Stack, ConfigError> {
        let defaults = from_toml(self.defaults, &Origin::Default)?;
        let mut stack = vec![(Origin::Default, defaults.clone())];
        if let Some(path) = &self.file {
            let text = std::fs::read_to_string(path)
                .map_err(|fault| ConfigError::Unreadable { path: path.clone(), fault })?;
            let origin = Origin::File(path.clone());
            let layer = from_toml(&text, &origin)?;
            stack.push((origin, layer));
        }
        let prefix = format!("{}{LEVEL_SEPARATOR}", self.env_prefix);
        let mut variables: Vec<_> = self.environment.iter().collect();
        variables.sort();
        for (variable, text) in variables {
            // `config` would take the prefix in any case of letters.
            let Some(levels) = variable.strip_prefix(&prefix) else { continue };
            let origin = Origin::Environment(variable.clone());
            refuse_expressions(levels.split(LEVEL_SEPARATOR), &origin)?;
            let source = Environment::with_prefix(self.env_prefix)
                .separator(LEVEL_SEPARATOR)
                .source(Some(HashMap::from([(variable.clone(), text.clone())])));
            let layer = from_text(Config::builder().add_source(source), &defaults, &origin)?;
            stack.push((origin, layer));
        }
        for (key, text) in &self.flags {
            let origin = Origin::Flag;
            refuse_expressions(key.split('.'), &origin)?;
            let flag = Config::builder().set_override(key, text.as_str());
            let layer = flag.map_err(|fault| malformed(origin.clone(), fault))?;
            let layer = from_text(layer, &defaults, &origin)?;
            stack.push((origin, layer));
        }
        Ok(stack)
    }

    /// What the deserializer says, as key, value and what is allowed.
    fn explain(&self, stack: &[(Origin, Config)], merged: &Table, fault: &toml::de::Error) -> ConfigError {
        let message = fault.message();
        let section = path_of(fault);
        let section = section.as_str();
        let below =
            |name: &str| if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };

        if let Some((name, expected)) = quoted_after(message, "unknown field ") {
            let key = below(name);
            let allowed = match expected.strip_prefix(", expected ") {
                Some(known) => known.trim_start_matches("one of ").to_owned(),
                None => "no key".to_owned(),
            };
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
        // What is shown may be a list or a table with secrets in it.
        let mut merged = merged.clone();
        secret::hide(&mut merged, self.secrets);
        let value = find(&merged, &path).map(shown).unwrap_or_default();
        self.refusal(stack, section.to_owned(), value, toml_wanted(message))
    }

    fn refusal(
        &self,
        stack: &[(Origin, Config)],
        key: String,
        value: String,
        allowed: String,
    ) -> ConfigError {
        let is_secret = self.secrets.iter().any(|secret| *secret == key);
        let shown = if is_secret { HIDDEN.to_owned() } else { secret::without_password(&value) };
        let allowed = if value.is_empty() { allowed } else { allowed.replace(&value, &shown) };
        ConfigError::Invalid { origin: origin_of(stack, &key), key, value: shown, allowed }
    }
}

fn from_toml(text: &str, origin: &Origin) -> Result<Config, ConfigError> {
    // `config` does not say on which line a number is too large, and takes a quoted key at the top for a path.
    let table: Table = text.parse().map_err(|fault: toml::de::Error| ConfigError::Malformed {
        origin: origin.clone(),
        fault: toml_fault(text, &fault),
    })?;
    for key in table.keys() {
        refuse_expressions(std::iter::once(key.as_str()), origin)?;
    }
    let source = File::from_str(text, FileFormat::Toml);
    Config::builder().add_source(source).build().map_err(|fault| malformed(origin.clone(), fault))
}

/// A layer whose values came as texts, read as the types that the defaults have.
fn from_text(
    builder: ConfigBuilder<DefaultState>,
    defaults: &Config,
    origin: &Origin,
) -> Result<Config, ConfigError> {
    let mut layer = builder.build().map_err(|fault| malformed(origin.clone(), fault))?;
    read_texts(&mut layer.cache, Some(&defaults.cache));
    Ok(layer)
}

fn read_texts(value: &mut Value, default: Option<&Value>) {
    match &mut value.kind {
        ValueKind::Table(table) => {
            for (name, value) in table {
                let default = default.and_then(|default| match &default.kind {
                    ValueKind::Table(defaults) => defaults.get(name),
                    _ => None,
                });
                read_texts(value, default);
            }
        }
        ValueKind::String(text) => {
            if let Some(typed) = typed(default.map(|default| &default.kind), text) {
                value.kind = typed;
            }
        }
        _ => {}
    }
}

/// Reads a text as the type that the default has. What does not fit stays a text, and the settings type refuses it.
fn typed(default: Option<&ValueKind>, text: &str) -> Option<ValueKind> {
    match default {
        Some(ValueKind::I64(_)) => text.parse().ok().map(ValueKind::I64),
        Some(ValueKind::Float(_)) => text.parse().ok().map(ValueKind::Float),
        Some(ValueKind::Boolean(_)) => text.parse().ok().map(ValueKind::Boolean),
        Some(ValueKind::Array(_)) if text.starts_with('[') => inline(text),
        Some(ValueKind::Array(_)) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(ValueKind::from(items.collect::<Vec<_>>()))
        }
        None if text.starts_with(['[', '{']) => inline(text),
        _ => None,
    }
}

/// Reads a text of a variable or flag as another type, where the setting has no default that tells which one: a number, or true or
/// false. False where that is not what was wrong.
fn read_as_wanted(stack: &[(Origin, Config)], merged: &mut Table, fault: &toml::de::Error) -> bool {
    let key = path_of(fault);
    if !matches!(origin_of(stack, &key), Origin::Environment(_) | Origin::Flag) {
        return false;
    }
    let path: Vec<String> = key.split('.').map(str::to_owned).collect();
    let Some(value) = find_mut(merged, &path) else { return false };
    let toml::Value::String(text) = &value else { return false };
    let number = || text.parse().map(toml::Value::Integer).ok();
    let float = || text.parse().map(toml::Value::Float).ok();
    let truth = || text.parse().map(toml::Value::Boolean).ok();
    let Some(typed) = number().or_else(float).or_else(truth) else { return false };
    *value = typed;
    true
}

/// The path of a fault: it is private to toml, and stands in the last line of its text only.
fn path_of(fault: &toml::de::Error) -> String {
    let text = fault.to_string();
    let path = text.lines().last().and_then(|line| line.strip_prefix("in `")?.strip_suffix('`'));
    path.unwrap_or_default().to_owned()
}

/// An array or a table as TOML writes it in one line.
fn inline(text: &str) -> Option<ValueKind> {
    let source = File::from_str(&format!("value = {text}"), FileFormat::Toml);
    Some(source.collect().ok()?.remove("value")?.kind)
}

/// Refuses names that `config` would take for paths, such as `items[7]`: no setting has such a key.
fn refuse_expressions<'a>(names: impl Iterator<Item = &'a str>, origin: &Origin) -> Result<(), ConfigError> {
    let is_plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    let names: Vec<&str> = names.collect();
    if names.iter().all(|name| is_plain(name)) {
        return Ok(());
    }
    let allowed = "letters, digits, `_` and `-`".to_owned();
    Err(ConfigError::UnknownKey { key: names.join("."), allowed, origin: origin.clone() })
}

/// A text was read as TOML before; what `config` refuses after that is the place of a value.
fn malformed(origin: Origin, _: ::config::ConfigError) -> ConfigError {
    let fault = "it names a key inside a plain value, or one that cannot be a key".to_owned();
    ConfigError::Malformed { origin, fault }
}

/// What was merged, as TOML: it says at which path a value does not fit, and which keys are allowed there.
fn table_of(merged: Config) -> Table {
    match toml_of(merged.cache) {
        Some(toml::Value::Table(table)) => table,
        _ => Table::new(),
    }
}

fn toml_of(value: Value) -> Option<toml::Value> {
    Some(match value.kind {
        ValueKind::Nil => return None,
        ValueKind::Boolean(value) => toml::Value::Boolean(value),
        ValueKind::I64(value) => toml::Value::Integer(value),
        ValueKind::Float(value) => toml::Value::Float(value),
        ValueKind::String(text) => toml::Value::String(text),
        ValueKind::Array(items) => toml::Value::Array(items.into_iter().filter_map(toml_of).collect()),
        ValueKind::Table(table) => toml::Value::Table(
            table.into_iter().filter_map(|(name, value)| Some((name, toml_of(value)?))).collect(),
        ),
        // Neither TOML nor a text gives such.
        wide @ (ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_)) => {
            toml::Value::String(wide.to_string())
        }
    })
}

fn find<'a>(table: &'a Table, path: &[String]) -> Option<&'a toml::Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(first)?;
    if rest.is_empty() { Some(value) } else { find(value.as_table()?, rest) }
}

fn find_mut<'a>(table: &'a mut Table, path: &[String]) -> Option<&'a mut toml::Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get_mut(first)?;
    if rest.is_empty() { Some(value) } else { find_mut(value.as_table_mut()?, rest) }
}

/// The strongest layer that has the key, or a part of its path.
fn origin_of(stack: &[(Origin, Config)], key: &str) -> Origin {
    let has = |layer: &Config, key: &str| layer.get::<Value>(key).is_ok();
    std::iter::successors(Some(key), |key| Some(key.rsplit_once('.')?.0))
        .find_map(|key| stack.iter().rev().find(|(_, layer)| has(layer, key)))
        .map_or(Origin::Default, |(origin, _)| origin.clone())
}

/// What stands in backquotes after `start`, and what follows.
fn quoted_after<'a>(message: &'a str, start: &str) -> Option<(&'a str, &'a str)> {
    message.strip_prefix(start)?.strip_prefix('`')?.split_once('`')
}

fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
