//! Docker's frames around output, where they are and where they are wanted.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

/// The stream, three zero bytes, the length.
const HEAD: usize = 8;
/// Standard output, of which is all that a terminal shows.
const STDOUT: u8 = 1;

/// What is done with output on its way to a client.
#[derive(Debug)]
pub(crate) enum Frames {
    /// It comes as the client wants it.
    Kept,
    /// A terminal's bytes go into frames.
    Put,
    /// Frames are taken off.
    Taken {
        rest: BytesMut,
        /// How much of the present frame is still to come.
        left: usize,
    },
}

impl Frames {
    pub(crate) fn taken() -> Self {
        Self::Taken {
            rest: BytesMut::new(),
            left: 0,
        }
    }

    /// `framed` is how it comes, `wanted` how the client reads it.
    pub(crate) fn between(framed: bool, wanted: bool) -> Self {
        match (framed, wanted) {
            (true, false) => Self::taken(),
            (false, true) => Self::Put,
            (true, true) | (false, false) => Self::Kept,
        }
    }

    /// A part of the output as the client gets it; it may be cut anywhere.
    pub(crate) fn of(&mut self, part: &[u8]) -> Bytes {
        match self {
            Self::Kept => Bytes::copy_from_slice(part),
            Self::Put => {
                let mut out = BytesMut::with_capacity(HEAD + part.len());
                out.put_slice(&[STDOUT, 0, 0, 0]);
                // Parts are as long as a buffer at most.
                out.put_u32(u32::try_from(part.len()).unwrap_or(u32::MAX));
                out.put_slice(part);
                out.freeze()
            }
            Self::Taken { rest, left } => {
                rest.extend_from_slice(part);
                let mut out = BytesMut::new();
                loop {
                    if *left > 0 {
                        let length = (*left).min(rest.len());
                        out.extend_from_slice(&rest.split_to(length));
                        *left -= length;
                    }
                    if *left > 0 || rest.len() < HEAD {
                        return out.freeze();
                    }
                    rest.advance(4);
                    *left = rest.get_u32() as usize;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_taken_off_wherever_they_are_cut() {
        let mut stream = Vec::new();
        for (kind, text) in [(1_u8, "hello "), (2, ""), (1, "world")] {
            stream.extend_from_slice(&[kind, 0, 0, 0]);
            stream.extend_from_slice(&u32::try_from(text.len()).unwrap().to_be_bytes());
            stream.extend_from_slice(text.as_bytes());
        }
        for cut in 1..stream.len() {
            let mut frames = Frames::taken();
            let out: Vec<u8> = stream.chunks(cut).flat_map(|part| frames.of(part)).collect();
            assert_eq!(out, b"hello world", "cut {cut}");
        }
    }

    #[test]
    fn frames_that_are_put_on_come_off_again() {
        let (mut put, mut taken) = (Frames::between(false, true), Frames::between(true, false));
        let framed: Vec<u8> = [&b"a"[..], b"bc"].iter().flat_map(|part| put.of(part)).collect();
        assert_eq!(framed, b"\x01\0\0\0\0\0\0\x01a\x01\0\0\0\0\0\0\x02bc");
        assert_eq!(taken.of(&framed), &b"abc"[..]);
        assert_eq!(Frames::between(true, true).of(b"x"), &b"x"[..]);
    }
}
