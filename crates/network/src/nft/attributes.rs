//! Attributes of netlink, as nftables has them: numbers are big-endian, lists are nested.

/// The bit that says that attributes are inside.
const NESTED: u16 = 1 << 15;
/// The kind of a member of a list.
const ELEMENT: u16 = 1;

/// Attributes on their way into a message.
#[derive(Debug, Default)]
pub(super) struct Attributes(Vec<u8>);

impl Attributes {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn raw(&mut self, kind: u16, value: &[u8]) {
        // Nobody asks for more than fits; batches are cut before.
        let length = u16::try_from(4 + value.len()).unwrap_or(u16::MAX);
        self.0.extend(length.to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    pub(super) fn number(&mut self, kind: u16, value: u32) {
        self.raw(kind, &value.to_be_bytes());
    }

    pub(super) fn text(&mut self, kind: u16, value: &str) {
        let mut bytes = value.as_bytes().to_vec();
        bytes.push(0);
        self.raw(kind, &bytes);
    }

    pub(super) fn nested(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        self.raw(kind | NESTED, &inner.0);
    }

    pub(super) fn element(&mut self, fill: impl FnOnce(&mut Self)) {
        self.nested(ELEMENT, fill);
    }
}
