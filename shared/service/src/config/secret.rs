//! What must not be seen when a configuration is shown.

use toml::{Table, Value};

/// What stands in the place of a secret.
pub(super) const HIDDEN: &str = "<hidden>";

/// Hides the values of the dotted paths in `secrets`, and the password of every URL.
pub(super) fn hide(table: &mut Table, secrets: &[&str]) {
    hide_below(table, "", secrets);
}

fn hide_below(table: &mut Table, prefix: &str, secrets: &[&str]) {
    for (name, value) in table.iter_mut() {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        if secrets.contains(&key.as_str()) {
            *value = Value::String(HIDDEN.to_owned());
        } else {
            hide_in_value(value, &key, secrets);
        }
    }
}

fn hide_in_value(value: &mut Value, key: &str, secrets: &[&str]) {
    match value {
        Value::Table(table) => hide_below(table, key, secrets),
        Value::Array(items) => items.iter_mut().for_each(|item| hide_in_value(item, key, secrets)),
        Value::String(text) => *text = without_password(text),
        _ => {}
    }
}

/// The text without the password of a URL: `scheme://user:password@host` and `?password=…`. When in doubt, it hides more.
pub(super) fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let rest = match rest.rsplit_once('@') {
        Some((user_info, host)) => match user_info.split_once(':') {
            Some((user, _)) => format!("{user}:{HIDDEN}@{host}"),
            None => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    let Some((address, query)) = rest.split_once('?') else {
        return format!("{scheme}://{rest}");
    };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if name.to_ascii_lowercase().contains("password") => format!("{name}={HIDDEN}"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{scheme}://{address}?{}", shown.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_urls_are_hidden_and_nothing_else() {
        for (url, shown) in [
            ("postgres://seamless:sword@db:5432/n", "postgres://seamless:<hidden>@db:5432/n"),
            ("postgres://seamless:s@w/o:rd@db/n", "postgres://seamless:<hidden>@db/n"),
            (
                "postgres://seamless@db/n?sslpassword=x&a=b",
                "postgres://seamless@db/n?sslpassword=<hidden>&a=b",
            ),
            ("sqlite:///data/n.db?mode=rwc", "sqlite:///data/n.db?mode=rwc"),
            ("https://collector:4317", "https://collector:4317"),
            ("urn:authority:eu-just", "urn:authority:eu-just"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
