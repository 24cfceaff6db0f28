//! Counts the primes below its argument: work for a processor, with a known answer (78,498 below a million).

fn main() {
    let below: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(1_000_000);
    let mut composite = vec![false; below.max(2)];
    let mut count = 0;
    for n in 2..below {
        if !composite[n] {
            count += 1;
            for multiple in (2 * n..below).step_by(n) {
                composite[multiple] = true;
            }
        }
    }
    println!("{count}");
}
