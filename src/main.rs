//! The `lavaproof` program.

fn main() -> std::process::ExitCode {
    lavaproof::cli::run()
}
