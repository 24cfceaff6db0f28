//! Works with files: `walk DIR`, `cat FILE…`, `write FILE TEXT`, `append FILE TEXT`, `mkdir DIR`, `rm FILE`, `rmdir DIR`,
//! `mv FROM TO`, `ln TARGET LINK`, `size FILE`, `fill FILE BYTES`, `touch-many DIR COUNT`. An error is printed by its
//! kind and ends with 1.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if let Err(error) = run(&args) {
        eprintln!("{}: {:?}", args.join(" "), error.kind());
        std::process::exit(1);
    }
}

fn run(args: &[&str]) -> io::Result<()> {
    match args {
        ["walk", dir] => walk(Path::new(dir)),
        ["cat", files @ ..] => {
            for file in files {
                io::copy(&mut fs::File::open(file)?, &mut io::stdout())?;
            }
            Ok(())
        }
        ["write", file, text] => fs::write(file, text),
        ["append", file, text] => {
            let mut file = fs::OpenOptions::new().append(true).create(true).open(file)?;
            file.write_all(text.as_bytes())
        }
        ["mkdir", dir] => fs::create_dir(dir),
        ["rm", file] => fs::remove_file(file),
        ["rmdir", dir] => fs::remove_dir(dir),
        ["mv", from, to] => fs::rename(from, to),
        ["ln", target, link] => symlink(target, link),
        ["size", file] => {
            println!("{}", fs::metadata(file)?.len());
            Ok(())
        }
        ["fill", file, bytes] => {
            let mut left: u64 = bytes.parse().map_err(|_| io::ErrorKind::InvalidInput)?;
            let mut file = fs::File::create(file)?;
            while left > 0 {
                let part = left.min(65536) as usize;
                file.write_all(&[b'x'; 65536][..part])?;
                left -= part as u64;
            }
            Ok(())
        }
        ["touch-many", dir, count] => {
            let count: u64 = count.parse().map_err(|_| io::ErrorKind::InvalidInput)?;
            for n in 0..count {
                fs::File::create(Path::new(dir).join(n.to_string()))?;
            }
            Ok(())
        }
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

fn walk(dir: &Path) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(dir)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        let mark = if kind.is_dir() { "d" } else if kind.is_symlink() { "l" } else { "f" };
        println!("{mark} {}", entry.path().display());
        if kind.is_dir() {
            walk(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(target_env = "p1")]
fn symlink(target: &str, link: &str) -> io::Result<()> {
    // The standard library has no stable symbolic links for WASI: descriptor 3 is the first folder granted.
    #[link(wasm_import_module = "wasi_snapshot_preview1")]
    unsafe extern "C" {
        fn path_symlink(old: *const u8, old_len: usize, fd: u32, new: *const u8, new_len: usize) -> u32;
    }
    let link = link.rsplit('/').next().unwrap_or(link);
    // SAFETY: both texts live until the call returns, and their lengths are their own.
    match unsafe { path_symlink(target.as_ptr(), target.len(), 3, link.as_ptr(), link.len()) } {
        0 => Ok(()),
        errno => Err(io::Error::from_raw_os_error(errno as i32)),
    }
}

#[cfg(not(target_env = "p1"))]
fn symlink(_: &str, _: &str) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
