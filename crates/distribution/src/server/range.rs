//! `Range` of downloads (RFC 9110 §14) and `Content-Range` of chunks (distribution spec §Pushing a blob in
//! chunks). Pure parsing; whether a range fits is decided against a size that the caller gives.

/// What a `Range` header asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// No usable range: the whole content with 200, as RFC 9110 lets a server do.
    Whole,
    /// From and to, both inclusive, inside the content.
    Part(u64, u64),
    /// 416.
    Unsatisfiable,
}

/// Reads a `Range` header against content of `size` bytes.
///
/// Several ranges at once and units other than bytes get the whole content. A range that ends before it
/// begins gets 416, which the conformance suite wants although RFC 9110 would let it pass.
pub(crate) fn wanted(header: &str, size: u64) -> Wanted {
    let Some(spec) = header.trim().strip_prefix("bytes=") else {
        return Wanted::Whole;
    };
    if spec.contains(',') {
        return Wanted::Whole;
    }
    let Some((first, last)) = spec.trim().split_once('-') else {
        return Wanted::Whole;
    };
    match (first, last) {
        ("", suffix) => match number(suffix) {
            Some(0) => Wanted::Unsatisfiable,
            Some(_) if size == 0 => Wanted::Unsatisfiable,
            Some(length) => Wanted::Part(size.saturating_sub(length), size - 1),
            None => Wanted::Whole,
        },
        (first, last) => {
            let Some(first) = number(first) else {
                return Wanted::Whole;
            };
            let last = match last {
                "" => u64::MAX,
                text => match number(text) {
                    Some(last) => last,
                    None => return Wanted::Whole,
                },
            };
            if first >= size || last < first {
                Wanted::Unsatisfiable
            } else {
                Wanted::Part(first, last.min(size - 1))
            }
        }
    }
}

/// The place of a chunk within a blob, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl Chunk {
    /// Reads `<first>-<last>`, the only form that the spec allows.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let (first, last) = header.trim().split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        // `u64::MAX` as the last byte would make a length that does not fit.
        (first <= last && last < u64::MAX).then_some(Self { first, last })
    }

    pub(crate) const fn length(self) -> u64 {
        self.last - self.first + 1
    }
}

/// The `Range` header that tells how much of an upload is there. Nothing yet reads as `0-0`, as
/// docker-registry writes it, because the form has no way to say "none".
pub(crate) fn received(offset: u64) -> String {
    format!("0-{}", offset.saturating_sub(1))
}

fn number(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cases_of_the_conformance_suite() {
        for (header, want) in [
            ("bytes=500-1499", Wanted::Part(500, 1499)),
            ("bytes=500-", Wanted::Part(500, 2047)),
            ("bytes=-500", Wanted::Part(1548, 2047)),
            ("bytes=2000-5000", Wanted::Part(2000, 2047)),
            ("bytes=500-0", Wanted::Unsatisfiable),
            ("bytes=5000-10000", Wanted::Unsatisfiable),
        ] {
            assert_eq!(wanted(header, 2048), want, "{header}");
        }
    }

    #[test]
    fn odd_headers() {
        for (header, size, want) in [
            ("bytes=0-0", 1, Wanted::Part(0, 0)),
            ("bytes=0-", 0, Wanted::Unsatisfiable),
            ("bytes=-1", 0, Wanted::Unsatisfiable),
            ("bytes=-0", 9, Wanted::Unsatisfiable),
            ("bytes=-99", 9, Wanted::Part(0, 8)),
            ("bytes=0-1,3-4", 9, Wanted::Whole),
            ("lines=0-1", 9, Wanted::Whole),
            ("bytes=", 9, Wanted::Whole),
            ("bytes=-", 9, Wanted::Whole),
            ("bytes=+1-2", 9, Wanted::Whole),
            ("bytes=1-99999999999999999999999", 9, Wanted::Whole),
            ("bytes=18446744073709551615-", 9, Wanted::Unsatisfiable),
        ] {
            assert_eq!(wanted(header, size), want, "{header}");
        }
    }

    #[test]
    fn chunks_have_one_form() {
        assert_eq!(Chunk::parse("0-9").map(Chunk::length), Some(10));
        for bad in [
            "",
            "-",
            "1-",
            "-1",
            "2-1",
            "a-b",
            "bytes 0-1/2",
            "0-1/*",
            "0--1",
            "+0-1",
            "0 - 1",
            "0-18446744073709551615",
        ] {
            assert_eq!(Chunk::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_part_is_always_inside(header in "(bytes=)?[0-9]{0,20}-?[0-9]{0,20}", size in any::<u64>()) {
            if let Wanted::Part(first, last) = wanted(&header, size) {
                prop_assert!(first <= last && last < size);
            }
        }

        #[test]
        fn a_well_formed_range_means_its_bytes(first in 0u64..500, length in 1u64..500, size in 1u64..1000) {
            let last = first + length - 1;
            let expected = if first >= size { Wanted::Unsatisfiable } else { Wanted::Part(first, last.min(size - 1)) };
            prop_assert_eq!(wanted(&format!("bytes={first}-{last}"), size), expected);
            prop_assert_eq!(Chunk::parse(&format!("{first}-{last}")), Some(Chunk { first, last }));
        }

        #[test]
        fn any_text_is_a_chunk_or_none(text in "\\PC{0,40}") {
            if let Some(chunk) = Chunk::parse(&text) {
                prop_assert!(chunk.length() > 0);
            }
        }
    }
}
