//! Room on the stack in linear memory for as deep a nesting as the shell allows (`shell::DEPTH`).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-zstack-size=2097152");
}
