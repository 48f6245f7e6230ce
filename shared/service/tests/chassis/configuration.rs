//! Configuration in layers, and what is said of mistakes.

use std::collections::HashMap;
use std::time::Duration;

use seamless_service::client::ChannelSettings;
use seamless_service::config::{
    ConfigError, InvalidSetting, Layers, LogFormat, ServerSettings, TelemetrySettings, Validate,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

const DEFAULTS: &str = r#"
# The port that partners call.
[server]
listen = "127.0.0.1:7443"
[server.tls]
certificate = "server.pem"
key = "server.key"
[server.limits]
max_concurrent_calls = 512
default_deadline = "30s"
[telemetry]
service_name = "seamless-desk"
log_format = "json"
[database]
url = "postgres://desk:sword@db/desk"
[desk]
authorities = ["eu-just"]
pepper = "fish"
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskConfig {
    server: ServerSettings,
    telemetry: TelemetrySettings,
    database: Database,
    desk: DeskSettings,
    #[serde(default)]
    peer: Option<ChannelSettings>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Database {
    url: SecretString,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskSettings {
    authorities: Vec<String>,
    pepper: SecretString,
}

impl Validate for DeskConfig {
    fn validate(&self) -> Result<(), InvalidSetting> {
        self.server.validate().map_err(|refusal| refusal.within("server"))?;
        self.telemetry.validate().map_err(|refusal| refusal.within("telemetry"))?;
        self.peer
            .as_ref()
            .map_or(Ok(()), |peer| peer.validate().map_err(|refusal| refusal.within("peer")))?;
        if self.desk.pepper.expose_secret().len() < 4 {
            return Err(InvalidSetting::new(
                "desk.pepper",
                self.desk.pepper.expose_secret(),
                "4 characters or more",
            ));
        }
        Ok(())
    }
}

fn layers() -> Layers {
    Layers { defaults: DEFAULTS, env_prefix: "SEAMLESS_DESK", secrets: &["desk.pepper"], ..Layers::default() }
}

fn with_environment(variables: &[(&str, &str)]) -> Layers {
    let environment = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect::<HashMap<_, _>>();
    Layers { environment, ..layers() }
}

fn refusal(layers: &Layers) -> String {
    layers.load::<DeskConfig>().unwrap_err().to_string()
}

#[test]
fn each_layer_overrules_the_one_below_and_types_follow_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    std::fs::write(
        &file,
        "[server]\nreflection = true\n[server.limits]\nmax_concurrent_calls = 100\ndefault_deadline = '1m'\n",
    )
    .unwrap();
    let mut layers = with_environment(&[
        ("SEAMLESS_DESK__SERVER__LIMITS__MAX_CONCURRENT_CALLS", "200"),
        ("SEAMLESS_DESK__DESK__AUTHORITIES", "eu-just, cn-gacc"),
        ("SEAMLESS_DESK__TELEMETRY__LOG_FORMAT", "pretty"),
        ("SEAMLESS_DESK__PEER__ADDRESS", "https://consignments:7443"),
        ("SEAMLESS_DESK__PEER__CA", "ca.pem"),
        ("SEAMLESS_DESK__PEER__TOKEN", "12345"),
        // No default tells of which type these are.
        ("SEAMLESS_DESK__SERVER__FAIRNESS__LIGHT_CALLS", "48"),
        ("SEAMLESS_DESK__TELEMETRY__SAMPLE_RATIO", "0.25"),
        // Kubernetes sets such for every service; they are none of ours.
        ("SEAMLESS_DESK_PORT_7443_TCP_ADDR", "10.0.0.1"),
        ("HOME", "/root"),
    ]);
    layers.file = Some(file);
    layers.flags = [("server.listen", "127.0.0.1:0"), ("server.fairness.heavy_calls", "3")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec();
    let loaded = layers.load::<DeskConfig>().unwrap();

    let settings = &loaded.settings;
    assert_eq!(settings.server.listen.port(), 0);
    assert_eq!(settings.server.limits.max_concurrent_calls, 200);
    assert_eq!(settings.server.limits.default_deadline, Duration::from_secs(60));
    assert!(settings.server.reflection);
    assert_eq!(
        (settings.server.fairness.light_calls, settings.server.fairness.heavy_calls),
        (Some(48), Some(3))
    );
    assert!((settings.telemetry.sample_ratio - 0.25).abs() < f64::EPSILON);
    assert_eq!(settings.telemetry.log_format, LogFormat::Pretty);
    assert_eq!(settings.desk.authorities, ["eu-just", "cn-gacc"]);
    assert_eq!(settings.peer.as_ref().unwrap().token.as_ref().unwrap().expose_secret(), "12345");
    assert_eq!(settings.database.url.expose_secret(), "postgres://desk:sword@db/desk");

    let effective = loaded.effective();
    assert!(effective.contains("max_concurrent_calls = 200"), "{effective}");
    assert!(effective.contains("postgres://desk:<hidden>@db/desk"), "{effective}");
    assert!(effective.contains("pepper = \"<hidden>\""), "{effective}");
    assert!(!effective.contains("sword") && !effective.contains("fish"), "{effective}");
}

#[test]
fn a_mistake_is_named_by_key_value_what_is_allowed_and_where_it_stands() {
    for (variable, value, said) in [
        (
            "SEAMLESS_DESK__SERVER__LIMITS__MAX_CONCURRENT_CALLS",
            "many",
            ["server.limits.max_concurrent_calls", "many", "a whole number"].as_slice(),
        ),
        (
            "SEAMLESS_DESK__SERVER__LIMITS__MAX_CONCURRENT_CALLS",
            "0",
            &["server.limits.max_concurrent_calls", "is 0", "1 to 1000000"],
        ),
        (
            "SEAMLESS_DESK__SERVER__LIMITS__DEFAULT_DEADLINE",
            "30 parsecs",
            &["server.limits.default_deadline", "30 parsecs", "duration"],
        ),
        (
            "SEAMLESS_DESK__SERVER__LIMITS__DEFAULT_DEADLINE",
            "10m",
            &["server.limits.default_deadline", "600s", "at most limits.max_deadline, 300s"],
        ),
        ("SEAMLESS_DESK__SERVER__LISTEN", "somewhere", &["server.listen", "somewhere", "socket address"]),
        (
            "SEAMLESS_DESK__TELEMETRY__LOG_FORMAT",
            "xml",
            &["telemetry.log_format", "xml", "`pretty` or `json`"],
        ),
        (
            "SEAMLESS_DESK__SERVER__FAIRNESS__LIGHT_CALLS",
            "many",
            &["server.fairness.light_calls", "many", "a whole number"],
        ),
        (
            "SEAMLESS_DESK__SERVER__FAIRNESS__LIGHT_CALLS",
            "-1",
            &["server.fairness.light_calls", "-1", "a whole number"],
        ),
        ("SEAMLESS_DESK__SERVER__LIMTS__X", "1", &["server.limts", "unknown key", "`limits`"]),
        ("SEAMLESS_DESK__TELEMETRY__SAMPLE_RATIO", "[1]", &["telemetry.sample_ratio", "a number"]),
    ] {
        let said_by_us = refusal(&with_environment(&[(variable, value)]));
        for part in said.iter().chain(&[variable]) {
            assert!(said_by_us.contains(part), "{said_by_us:?} does not say {part:?}");
        }
    }
}

#[test]
fn a_mistake_in_a_file_or_flag_is_traced_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    let with_file = |text: &str| {
        std::fs::write(&file, text).unwrap();
        refusal(&Layers { file: Some(file.clone()), ..layers() })
    };
    assert!(with_file("[server.limits]\nmax_connections = 'x'").contains("desk.toml"));
    assert!(with_file("[server\n").contains("desk.toml"));
    assert!(with_file("[server.limits]\nmax_connections = 99999999999999999999").contains("line 2"));
    assert!(with_file("[databse]\nurl = 'x'").starts_with("unknown key databse in the file"));

    let absent = Layers { file: Some(folder.path().join("absent.toml")), ..layers() };
    assert!(matches!(absent.load::<DeskConfig>(), Err(ConfigError::Unreadable { .. })));
    let flag = Layers { flags: vec![("desk.pepper".to_owned(), "sal".to_owned())], ..layers() };
    assert_eq!(
        refusal(&flag),
        "desk.pepper is <hidden> in the command line: allowed is 4 characters or more"
    );
    let missing = Layers { defaults: "[server]\nlisten = '127.0.0.1:0'", ..layers() };
    assert_eq!(
        refusal(&missing),
        "server.tls has no value: set it in the configuration file or as SEAMLESS_DESK__SERVER__TLS"
    );
}

#[test]
fn keys_are_names_and_nothing_more_clever() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    std::fs::write(&file, "'server.listen' = '127.0.0.1:0'\n").unwrap();
    assert!(
        refusal(&Layers { file: Some(file), ..layers() })
            .starts_with("unknown key server.listen in the file")
    );
    for key in ["desk.authorities[0]", "server.", "", "Server.listen", "server.lis ten"] {
        let flag = Layers { flags: vec![(key.to_owned(), "eu-just".to_owned())], ..layers() };
        let said = refusal(&flag);
        assert!(said.starts_with("unknown key ") && said.contains("in the command line"), "{key}: {said}");
    }
    for variable in ["SEAMLESS_DESK__DESK__AUTHORITIES[0]", "SEAMLESS_DESK__SERVER.LISTEN", "SEAMLESS_DESK__"]
    {
        let said = refusal(&with_environment(&[(variable, "eu-just")]));
        assert!(said.starts_with("unknown key ") && said.contains(variable), "{said}");
    }
    let other_case = with_environment(&[("seamless_desk__server__listen", "somewhere")]);
    assert_eq!(other_case.load::<DeskConfig>().unwrap().settings.server.listen.port(), 7443);
}

#[test]
fn a_number_written_as_text_is_one_in_the_environment_only() {
    let variable = "SEAMLESS_DESK__SERVER__LIMITS__MAX_CONCURRENT_CALLS";
    let loaded = with_environment(&[(variable, "7")]).load::<DeskConfig>().unwrap();
    assert_eq!(loaded.settings.server.limits.max_concurrent_calls, 7);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    std::fs::write(&file, "[server.limits]\nmax_concurrent_calls = '7'\n").unwrap();
    let said = refusal(&Layers { file: Some(file), ..layers() });
    assert!(said.starts_with("server.limits.max_concurrent_calls is 7 in the file"), "{said}");
}

#[test]
fn tables_and_single_keys_of_environment_and_flags_complete_each_other_in_order() {
    let mut layers = with_environment(&[
        ("SEAMLESS_DESK__PEER", "{ address = 'https://consignments:7443', ca = 'env.pem' }"),
        ("SEAMLESS_DESK__PEER__TOKEN", "12345"),
    ]);
    layers.flags = [("peer", "{ ca = 'flag.pem', token = 'flag' }"), ("peer.token", "last")]
        .map(|(key, text)| (key.to_owned(), text.to_owned()))
        .to_vec();
    let peer = layers.load::<DeskConfig>().unwrap().settings.peer.unwrap();
    assert_eq!(peer.address, "https://consignments:7443");
    assert_eq!(peer.ca.to_str(), Some("flag.pem"));
    assert_eq!(peer.token.unwrap().expose_secret(), "last");
}

/// Words that only those know who wrote the parser.
const OF_PARSERS: [&str; 9] = [
    "expected",
    "invalid type",
    "struct",
    "a map",
    "literal",
    "digit",
    "variant",
    "without a base",
    "untagged",
];

#[test]
fn what_is_wrong_is_said_without_a_word_of_the_parser() {
    for (variable, value, said) in [
        ("SERVER", "5", "a table of keys"),
        ("PEER", "consignments:7443", "a table of keys"),
        ("DESK__AUTHORITIES", "[1]", "a text"),
        ("SERVER__REFLECTION", "perhaps", "true or false"),
        ("SERVER__LIMITS__MAX_CONCURRENT_CALLS", "-1", "a whole number, 0 or more"),
        ("SERVER__LIMITS__DEFAULT_DEADLINE", "30 parsecs", "a duration with its unit, such as 500ms"),
        ("SERVER__LISTEN", "localhost", "an IP address and a port, such as 127.0.0.1:7400"),
        ("SERVER__LISTEN__PORT", "7400", "an IP address and a port"),
        ("SERVER__TLS__CERTIFICATE__FILE", "server.pem", "a path"),
        ("TELEMETRY__SAMPLE_RATIO", "half", "a number"),
    ] {
        let told = refusal(&with_environment(&[(&format!("SEAMLESS_DESK__{variable}"), value)]));
        assert!(told.contains(said), "{variable}={value}: {told}");
        let leaked = OF_PARSERS.iter().find(|word| told.contains(**word));
        assert_eq!(leaked, None, "{variable}={value}: {told}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_told_by_line_and_column_in_one_line_and_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    for (text, place) in [
        ("[desk]\npepper = 'hot sauce\n", "line 2, column "),
        ("[server\n", "line 1, column "),
        ("[desk]\n[server]\nlisten = 1 2\n", "line 3, column "),
    ] {
        std::fs::write(&file, text).unwrap();
        let told = refusal(&Layers { file: Some(file.clone()), ..layers() });
        assert!(told.contains("desk.toml") && told.contains(place), "{told}");
        assert!(!told.contains('\n') && !told.contains("hot sauce"), "{told}");
    }
}
