//! Addresses.

/// The address as it can be handed to any server: its domain in ASCII (RFC 5890). None where its local part has other
/// characters, which only servers with SMTPUTF8 take, or where it is no address.
#[must_use]
pub fn deliverable(address: &str) -> Option<String> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    let domain = idna::domain_to_ascii(domain).ok()?;
    let address = format!("{local}@{domain}");
    (local.is_ascii() && address.parse::<lettre::Address>().is_ok()).then_some(address)
}

/// The address with a tag: `training+TAG@example.org` (RFC 5233).
#[must_use]
pub fn tagged(address: &str, tag: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}+{tag}@{domain}"),
        None => address.to_owned(),
    }
}

/// The tag of an address, where it is this address with one.
pub(crate) fn tag_of<'a>(address: &'a str, own: &str) -> Option<&'a str> {
    let (local, domain) = own.rsplit_once('@')?;
    let (theirs, their_domain) = address.trim().rsplit_once('@')?;
    let (base, tag) = theirs.split_once('+')?;
    let is_own = base.eq_ignore_ascii_case(local) && their_domain.eq_ignore_ascii_case(domain);
    (is_own && !tag.is_empty()).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_cannot_be_given_is_no_address() {
        assert_eq!(deliverable("dana@example.org").as_deref(), Some("dana@example.org"));
        assert_eq!(deliverable("dana@bücher.example").as_deref(), Some("dana@xn--bcher-kva.example"));
        assert_eq!(deliverable("丹@example.org"), None);
        assert_eq!(deliverable("dana"), None);
        assert_eq!(deliverable("da\r\nna@example.org"), None);
    }

    #[test]
    fn a_tag_comes_back_from_its_own_address_alone() {
        let own = "training@example.org";
        let sent = tagged(own, "abc");
        assert_eq!(sent, "training+abc@example.org");
        assert_eq!(tag_of("Training+abc@EXAMPLE.org", own), Some("abc"));
        for other in
            ["training@example.org", "training+@example.org", "x+abc@example.org", "training+abc@other.org"]
        {
            assert_eq!(tag_of(other, own), None, "{other}");
        }
    }
}
