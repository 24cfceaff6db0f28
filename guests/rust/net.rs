//! Uses the network: `tcp-connect HOST:PORT TEXT` sends and prints the answer; `tcp-listen ADDR:PORT` prints where it
//! listens and echoes one connection; `udp-send HOST:PORT TEXT`; `resolve HOST`; `tcp-many HOST:PORT COUNT` opens that many
//! at a time. An error is printed by its kind and ends with 1.

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
