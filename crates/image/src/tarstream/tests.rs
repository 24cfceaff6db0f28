use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::{MemberKind, TarError, TarReader};

const MAX_HEADER: usize = 64 << 10;

fn header(name: &[u8], kind: u8, size: u64) -> [u8; 512] {
    let mut block = [0; 512];
    block[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
    block[100..107].copy_from_slice(b"0000644");
    block[108..115].copy_from_slice(b"0000000");
    block[116..123].copy_from_slice(b"0000000");
    block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    block[136..147].copy_from_slice(b"00000000000");
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    seal(&mut block);
    block
}

fn seal(block: &mut [u8; 512]) {
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

fn entry(name: &[u8], kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = header(name, kind, body.len() as u64).to_vec();
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (key, value) in records {
        let rest = format!(" {key}={value}\n");
        let mut length = rest.len() + 1;
        while length != rest.len() + length.to_string().len() {
            length += 1;
        }
        body.push_str(&format!("{length}{rest}"));
    }
    entry(b"pax", b'x', body.as_bytes())
}

/// One line for each member: path, kind, size, content by segment.
fn read(bytes: &[u8]) -> Result<Vec<String>, TarError> {
    let mut tar = TarReader::new(Cursor::new(bytes), MAX_HEADER);
    let mut lines = Vec::new();
    while let Some(member) = tar.next()? {
        let mut content = Vec::new();
        if member.kind == MemberKind::File {
            tar.read_to_end(&mut content)?;
        }
        let content = String::from_utf8_lossy(&content).into_owned();
        let segments: Vec<String> = member.segments.iter().map(|(o, l)| format!("{o}+{l}")).collect();
        lines.push(format!(
            "{} {:?} {} [{}] {content}",
            String::from_utf8_lossy(&member.path),
            member.kind,
            member.size,
            segments.join(",")
        ));
    }
    Ok(lines)
}

fn why(bytes: &[u8]) -> String {
    match read(bytes) {
        Ok(lines) => format!("{lines:?}"),
        Err(TarError::Malformed(_, why)) => why.to_owned(),
        Err(TarError::Io(e)) => e.kind().to_string(),
        Err(TarError::HeaderTooLarge) => "too large".to_owned(),
    }
}

#[test]
fn long_names_come_from_gnu_and_pax() {
    let long = "n/".repeat(80);
    let gnu = [
        entry(b"././@LongLink", b'L', format!("{long}x\0").as_bytes()),
        entry(b"././@LongLink", b'K', format!("{long}y\0").as_bytes()),
        entry(b"short", b'2', b""),
    ]
    .concat();
    let posix = [
        pax(&[("path", &format!("{long}x")), ("linkpath", &format!("{long}y"))]),
        entry(b"short", b'2', b""),
    ]
    .concat();
    assert_eq!(read(&gnu).unwrap(), read(&posix).unwrap());
    assert!(read(&gnu).unwrap()[0].starts_with(&long));
}

#[test]
fn a_pax_size_is_the_size() {
    let mut bytes = pax(&[("size", "5")]);
    bytes.extend_from_slice(&header(b"x", b'0', 0));
    bytes.extend_from_slice(b"hello");
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes.extend_from_slice(&entry(b"y", b'0', b"2"));
    assert_eq!(
        read(&bytes).unwrap(),
        ["x File 5 [0+5] hello", "y File 1 [0+1] 2"]
    );
}

#[test]
fn sizes_of_links_and_folders_have_no_body() {
    let mut bytes = header(b"d", b'5', 512).to_vec();
    bytes.extend_from_slice(&entry(b"x", b'0', b"1"));
    assert_eq!(read(&bytes).unwrap(), ["d Directory 0 [] ", "x File 1 [0+1] 1"]);
}

#[test]
fn sparse_files_in_all_forms() {
    let want = ["s File 20 [2+3,10+4] abcdefg"];
    let map = [
        pax(&[
            ("GNU.sparse.name", "s"),
            ("GNU.sparse.size", "20"),
            ("GNU.sparse.numblocks", "2"),
            ("GNU.sparse.map", "2,3,10,4"),
        ]),
        entry(b"GNUSparseFile.0/s", b'0', b"abcdefg"),
    ];
    assert_eq!(read(&map.concat()).unwrap(), want);
    let pairs = [
        pax(&[
            ("GNU.sparse.size", "20"),
            ("GNU.sparse.numblocks", "2"),
            ("GNU.sparse.offset", "2"),
            ("GNU.sparse.numbytes", "3"),
            ("GNU.sparse.offset", "10"),
            ("GNU.sparse.numbytes", "4"),
        ]),
        entry(b"s", b'0', b"abcdefg"),
    ];
    assert_eq!(read(&pairs.concat()).unwrap(), want);
    let mut body = b"2\n2\n3\n10\n4\n".to_vec();
    body.resize(512, 0);
    body.extend_from_slice(b"abcdefg");
    let in_body = [
        pax(&[
            ("GNU.sparse.major", "1"),
            ("GNU.sparse.minor", "0"),
            ("GNU.sparse.name", "s"),
            ("GNU.sparse.realsize", "20"),
        ]),
        entry(b"GNUSparseFile.0/s", b'0', &body),
    ];
    assert_eq!(read(&in_body.concat()).unwrap(), want);
    let mut old = header(b"s", b'S', 7);
    old[257..265].copy_from_slice(b"ustar  \0");
    for (at, (offset, length)) in [(2, 3), (10, 4)].iter().enumerate() {
        let slot = 386 + 24 * at;
        old[slot..slot + 11].copy_from_slice(format!("{offset:011o}").as_bytes());
        old[slot + 12..slot + 23].copy_from_slice(format!("{length:011o}").as_bytes());
    }
    old[483..494].copy_from_slice(format!("{:011o}", 20).as_bytes());
    seal(&mut old);
    let mut bytes = old.to_vec();
    bytes.extend_from_slice(b"abcdefg");
    bytes.resize(1024, 0);
    assert_eq!(read(&bytes).unwrap(), want);
}

#[test]
fn sparse_maps_that_lie_are_refused() {
    for map in [
        "2,3,4,4",
        "5,1,2,6",
        "0,8",
        "0,6",
        "18,7",
        "0,",
        "x,7",
        "9223372036854775807,7",
    ] {
        let bytes = [
            pax(&[
                ("GNU.sparse.size", "20"),
                ("GNU.sparse.numblocks", "1"),
                ("GNU.sparse.map", map),
            ]),
            entry(b"s", b'0', b"abcdefg"),
        ]
        .concat();
        assert!(
            why(&bytes).contains("sparse") || why(&bytes).contains("pax number"),
            "{map}: {}",
            why(&bytes)
        );
    }
}

#[test]
fn what_is_no_archive_is_refused() {
    let mut broken = header(b"x", b'0', 0);
    broken[0] = b'y';
    assert!(why(&broken).contains("checksum"));
    assert!(why(&[1; 100]).contains("inside a header"));
    let lone = [&[0u8; 512][..], &entry(b"x", b'0', b"")].concat();
    assert!(why(&lone).contains("follows the end"));
    assert!(why(&pax(&[("path", "x")])).contains("describes no member"));
    assert!(why(&[pax(&[]), pax(&[])].concat()).contains("two pax headers"));
    let nul = [pax(&[("path", "a\0b")]), entry(b"x", b'0', b"")].concat();
    assert!(why(&nul).contains("zero byte"));
    let mut negative = header(b"x", b'0', 0);
    negative[124..136].copy_from_slice(&[0xff; 12]);
    seal(&mut negative);
    assert!(why(&negative).contains("negative"));
    let mut huge = header(b"x", b'0', 0);
    huge[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    seal(&mut huge);
    assert_eq!(why(&huge), "unexpected end of file");
    let longer = entry(b"L", b'L', &vec![b'a'; MAX_HEADER + 1]);
    assert_eq!(why(&longer), "too large");
    // Many headers for one member share one allowance.
    let half = vec![b'a'; MAX_HEADER / 2 + 1];
    assert_eq!(
        why(&[entry(b"L", b'L', &half), entry(b"K", b'K', &half)].concat()),
        "too large"
    );
}

proptest! {
    /// What an honest writer writes, this reader and another read alike.
    #[test]
    fn honest_archives_read_as_elsewhere(
        entries in prop::collection::vec(("[a-z]{1,8}(/[a-z]{1,120}){0,2}", prop::collection::vec(any::<u8>(), 0..2_000)), 0..12)
    ) {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, content) in &entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o640);
            builder.append_data(&mut header, name, content.as_slice()).unwrap();
        }
        let bytes = builder.into_inner().unwrap();
        let mut ours = TarReader::new(bytes.as_slice(), MAX_HEADER);
        let mut theirs = tar::Archive::new(bytes.as_slice());
        for other in theirs.entries().unwrap() {
            let mut other = other.unwrap();
            let member = ours.next().unwrap().unwrap();
            prop_assert_eq!(&member.path[..], &*other.path_bytes());
            prop_assert_eq!(member.mode, 0o640);
            let (mut a, mut b) = (Vec::new(), Vec::new());
            ours.read_to_end(&mut a).unwrap();
            other.read_to_end(&mut b).unwrap();
            prop_assert_eq!(a, b);
        }
        prop_assert!(ours.next().unwrap().is_none());
    }

    /// Whatever the bytes, reading ends, without a panic.
    #[test]
    fn any_bytes_end(
        mut bytes in prop::collection::vec(any::<u8>(), 0..4_096),
        kind in prop::sample::select(b"012345679xgLKS".to_vec()),
        size in 0u64..5_000,
    ) {
        let mut block = header(b"name", kind, size);
        for (at, byte) in bytes.iter().take(40).enumerate() {
            block[380 + at] = *byte;
        }
        seal(&mut block);
        let mut archive = block.to_vec();
        archive.append(&mut bytes);
        let _ = read(&archive);
    }
}
