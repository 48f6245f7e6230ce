//! The names that prost-build and tonic give to what a contract names.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use prost_reflect::{FieldDescriptor, MessageDescriptor, OneofDescriptor, ServiceDescriptor};

/// The path of the struct: `crate::seamless::r#type::v1::CivilDate`, nested messages in the module of their parent.
#[must_use]
pub fn message_path(message: &MessageDescriptor) -> String {
    format!("{}::{}", scope(message), upper_camel(message.name()))
}

/// The path of the server of a service: `crate::seamless::feed::v1::feed_service_server::FeedServiceServer`.
#[must_use]
pub fn server_path(service: &ServiceDescriptor) -> String {
    let (package, name) = (package(service.package_name()), service.name());
    format!("{package}::{}_server::{}Server", name.to_snake_case(), upper_camel(name))
}

/// The name of the struct's member.
pub(super) fn field_name(field: &FieldDescriptor) -> String {
    snake(field.name())
}

/// The name of the struct's member that holds a oneof.
pub(super) fn oneof_name(oneof: &OneofDescriptor) -> String {
    snake(oneof.name())
}

/// The path of the enum of a oneof.
pub(super) fn oneof_path(oneof: &OneofDescriptor) -> String {
    let parent = oneof.parent_message();
    let name = upper_camel(oneof.name());
    let is_taken = parent.child_messages().any(|child| upper_camel(child.name()) == name)
        || parent.child_enums().any(|child| upper_camel(child.name()) == name);
    let suffix = if is_taken { "OneOf" } else { "" };
    format!("{}::{}::{name}{suffix}", scope(parent), snake(parent.name()))
}

/// The name of a oneof's variant.
pub(super) fn variant_name(field: &FieldDescriptor) -> String {
    upper_camel(field.name())
}

/// The prefix that the values of an enumeration have: `RISK_TYPE` for `RiskType`.
#[must_use]
pub fn screaming_snake(name: &str) -> String {
    name.to_shouty_snake_case()
}

/// The module that the struct of a message stands in.
fn scope(message: &MessageDescriptor) -> String {
    match message.parent_message() {
        Some(parent) => format!("{}::{}", scope(&parent), snake(parent.name())),
        None => package(message.package_name()),
    }
}

fn package(name: &str) -> String {
    name.split('.').fold("crate".to_owned(), |path, segment| path + "::" + &snake(segment))
}

fn snake(name: &str) -> String {
    escaped(name.to_snake_case())
}

/// The name of a type or of a value, from the contract's of either.
#[must_use]
pub fn upper_camel(name: &str) -> String {
    escaped(name.to_upper_camel_case())
}

/// As prost-build's `sanitize_identifier`.
fn escaped(name: String) -> String {
    match name.as_str() {
        "as" | "break" | "const" | "continue" | "else" | "enum" | "false" | "fn" | "for" | "if" | "impl"
        | "in" | "let" | "loop" | "match" | "mod" | "move" | "mut" | "pub" | "ref" | "return" | "static"
        | "struct" | "trait" | "true" | "type" | "unsafe" | "use" | "where" | "while" | "dyn"
        | "abstract" | "become" | "box" | "do" | "final" | "macro" | "override" | "priv" | "typeof"
        | "unsized" | "virtual" | "yield" | "async" | "await" | "try" | "gen" => format!("r#{name}"),
        "_" | "super" | "self" | "Self" | "extern" | "crate" => format!("{name}_"),
        _ if name.starts_with(char::is_numeric) => format!("_{name}"),
        _ => name,
    }
}
