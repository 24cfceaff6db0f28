//! Uses the network: `tcp-connect HOST:PORT TEXT` sends and prints the answer; `tcp-listen ADDR:PORT` prints where it
//! listens and echoes one connection; `udp-send HOST:PORT TEXT`; `resolve HOST`; `tcp-many HOST:PORT COUNT` opens that many
//! at a time. `serve-tcp ADDR:PORT` and `serve-udp ADDR:PORT` echo to everybody, with their own name in front
//! (`HOSTNAME`), and have no end; `udp-ask HOST:PORT TEXT` (`udp-ask6`) asks from every address, and `tcp-until` does as `tcp-connect` when it goes. An error is
//! printed by its kind and ends with 1.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

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
        ["tcp-connect", to, text] => {
            let mut stream = TcpStream::connect(to)?;
            stream.write_all(text.as_bytes())?;
            stream.shutdown(Shutdown::Write)?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            println!("{answer}");
            Ok(())
        }
        ["tcp-listen", at] => {
            let listener = TcpListener::bind(at)?;
            println!("{}", listener.local_addr()?);
            let (mut stream, _) = listener.accept()?;
            let mut text = Vec::new();
            stream.read_to_end(&mut text)?;
            stream.write_all(&text)
        }
        ["serve-tcp", at] => {
            let listener = TcpListener::bind(at)?;
            println!("listening on {}", listener.local_addr()?);
            let name = std::env::var("HOSTNAME").unwrap_or_default();
            loop {
                let (mut stream, from) = listener.accept()?;
                println!("heard {}", from.ip());
                let mut text = name.clone().into_bytes();
                text.push(b':');
                // Who goes away is not worth an end.
                if stream.read_to_end(&mut text).is_ok() {
                    let _ = stream.write_all(&text);
                }
            }
        }
        ["serve-udp", at] => {
            let socket = UdpSocket::bind(at)?;
            println!("listening on {}", socket.local_addr()?);
            let name = std::env::var("HOSTNAME").unwrap_or_default();
            let mut bytes = [0; 65536];
            loop {
                let (n, from) = socket.recv_from(&mut bytes)?;
                let text = format!("{name}:{}", String::from_utf8_lossy(&bytes[..n]));
                let _ = socket.send_to(text.as_bytes(), from);
            }
        }
        ["tcp-until", to, text] => loop {
            match TcpStream::connect(to) {
                Ok(mut stream) => {
                    stream.write_all(text.as_bytes())?;
                    stream.shutdown(Shutdown::Write)?;
                    let mut answer = String::new();
                    stream.read_to_string(&mut answer)?;
                    println!("{answer}");
                    return Ok(());
                }
                Err(_) => {
                    println!("not yet");
                    std::thread::sleep(std::time::Duration::from_millis(50));
                }
            }
        },
        ["udp-ask" | "udp-ask6", to, text] => {
            let from = if args[0] == "udp-ask" { "0.0.0.0:0" } else { "[::]:0" };
            let socket = UdpSocket::bind(from)?;
            let to = to.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
            socket.send_to(text.as_bytes(), to)?;
            let mut answer = [0; 65536];
            let (n, _) = socket.recv_from(&mut answer)?;
            println!("{}", String::from_utf8_lossy(&answer[..n]));
            Ok(())
        }
        ["tcp-many", to, count] => {
            let count: usize = count.parse().map_err(|_| io::ErrorKind::InvalidInput)?;
            let mut held = Vec::new();
            for _ in 0..count {
                held.push(TcpStream::connect(to)?);
            }
            println!("{}", held.len());
            Ok(())
        }
        ["udp-send", to, text] => {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.connect(to)?;
            socket.send(text.as_bytes())?;
            let mut answer = [0; 65536];
            let n = socket.recv(&mut answer)?;
            println!("{}", String::from_utf8_lossy(&answer[..n]));
            Ok(())
        }
        ["resolve", host] => {
            let mut found: Vec<_> = (*host, 80).to_socket_addrs()?.map(|a| a.ip()).collect();
            found.sort();
            found.dedup();
            for address in found {
                println!("{address}");
            }
            Ok(())
        }
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}
