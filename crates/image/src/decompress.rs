//! Streams that are decompressed, measured and hashed on the way.
//!
//! What the compression is, is told from the first bytes. A stream that expands past its limits ends in an
//! error before its bytes are used.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use sampan_types::{Algorithm, Digest};
use sha2::{Digest as _, Sha256};

use crate::error::UnpackError;
use crate::tarstream::TarError;
use crate::unpack::{UnpackLimit, UnpackLimits};

/// xz may ask for this much: what its highest usual setting needs, twice.
const XZ_MEMORY: u64 = 192 << 20;
/// zstd may ask for this much memory as a power of two: 128 MiB, what the zstd tools themselves grant.
const ZSTD_WINDOW_LOG: u32 = 27;

/// What a stream is compressed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// From the first six bytes, or fewer where there are no more.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            // A zstd frame, or a skippable frame in front of one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// How much came out so far, over all streams of one job, also when several threads read them.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    limits: Arc<UnpackLimits>,
    total: Arc<AtomicU64>,
    entries: Arc<AtomicU64>,
}

impl Meter {
    pub(crate) fn new(limits: &UnpackLimits) -> Self {
        Self {
            limits: Arc::new(limits.clone()),
            total: Arc::default(),
            entries: Arc::default(),
        }
    }

    pub(crate) fn limits(&self) -> &UnpackLimits {
        &self.limits
    }

    /// Counts bytes against [`UnpackLimits::bytes`].
    pub(crate) fn add(&self, bytes: u64) -> Result<(), LimitHit> {
        // Nothing adds more than the limit at once without ending there, so this does not wrap.
        let add = bytes.min(i64::MAX.cast_unsigned());
        let total = self.total.fetch_add(add, Ordering::Relaxed).saturating_add(add);
        if total > self.limits.bytes.get() {
            Err(LimitHit(UnpackLimit::Bytes))
        } else {
            Ok(())
        }
    }

    /// Counts an entry against [`UnpackLimits::entries`].
    pub(crate) fn entry(&self) -> Result<(), UnpackError> {
        if self.entries.fetch_add(1, Ordering::Relaxed) >= self.limits.entries {
            return Err(UnpackError::limit(UnpackLimit::Entries, &self.limits));
        }
        Ok(())
    }

    /// Turns a reader's error into ours, the limits that were smuggled through included.
    pub(crate) fn error(&self, error: io::Error) -> UnpackError {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<LimitHit>()) {
            Some(LimitHit(limit)) => UnpackError::limit(*limit, &self.limits),
            None => UnpackError::Stream(error),
        }
    }

    pub(crate) fn tar_error(&self, error: TarError) -> UnpackError {
        match error {
            TarError::Io(error) => self.error(error),
            TarError::Malformed(offset, why) => UnpackError::Malformed { offset, why },
            TarError::HeaderTooLarge => UnpackError::limit(UnpackLimit::Header, &self.limits),
        }
    }
}

/// A limit on its way through [`Read`], whose errors are [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("over the limit on {0}")]
pub(crate) struct LimitHit(pub(crate) UnpackLimit);

impl From<LimitHit> for io::Error {
    fn from(hit: LimitHit) -> Self {
        Self::other(hit)
    }
}

/// The bytes of a stream that may be compressed with gzip, zstd, bzip2 or xz. One that expands past its limits ends in an error.
pub fn decompressed<'a>(source: impl Read + 'a, limits: &UnpackLimits) -> io::Result<impl Read + 'a> {
    Unpacked::new(source, &Meter::new(limits))
}

/// The uncompressed bytes of a stream.
pub(crate) struct Unpacked<'a> {
    inner: Box<dyn Read + 'a>,
    compressed: bool,
    input: Rc<Cell<u64>>,
    output: u64,
    meter: Meter,
    hasher: Sha256,
}

impl<'a> Unpacked<'a> {
    pub(crate) fn new(source: impl Read + 'a, meter: &Meter) -> io::Result<Self> {
        let input = Rc::new(Cell::new(0));
        let mut source = BufReader::with_capacity(
            128 << 10,
            Counted {
                inner: source,
                count: input.clone(),
            },
        );
        let head = peek(&mut source)?;
        let compression = Compression::of(&head);
        let source = Cursor::new(head).chain(source);
        let inner: Box<dyn Read + 'a> = match compression {
            Compression::None => Box::new(source),
            Compression::Gzip => Box::new(MultiGzDecoder::new(source)),
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(source)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                Box::new(decoder)
            }
            Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(source)),
            Compression::Xz => {
                let stream =
                    liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
                Box::new(liblzma::bufread::XzDecoder::new_stream(source, stream))
            }
        };
        Ok(Self {
            inner,
            compressed: compression != Compression::None,
            input,
            output: 0,
            meter: meter.clone(),
            hasher: Sha256::new(),
        })
    }

    /// The SHA-256 of everything that was read.
    pub(crate) fn digest(self) -> Digest {
        Digest::from_bytes(Algorithm::Sha256, &self.hasher.finalize())
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.output = self.output.saturating_add(n as u64);
        self.meter.add(n as u64)?;
        let allowed = self.input.get().saturating_mul(self.meter.limits.ratio);
        if self.compressed && self.output > UnpackLimits::RATIO_FREE.get().max(allowed) {
            return Err(LimitHit(UnpackLimit::Ratio).into());
        }
        self.hasher.update(&buffer[..n]);
        Ok(n)
    }
}

/// The first six bytes, taken out of the reader.
fn peek(source: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(6);
    source.take(6).read_to_end(&mut head)?;
    Ok(head)
}

struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count.set(self.count.get().saturating_add(n as u64));
        Ok(n)
    }
}

/// Reads to the end, for the digest's and the limits' sake.
pub(crate) fn drain(reader: &mut impl Read) -> io::Result<()> {
    io::copy(reader, &mut io::sink()).map(drop)
}
