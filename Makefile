# The two commands of a fresh checkout. Needs Rust, a C linker and Python 3 with pip.
# After either of them plain cargo commands work too.

.PHONY: demo test setup

# Show what lavaproof does, on the smallest model.
demo: setup
	cargo run -- check --only hubinger-train models/lava.toml

# Every test of the workspace.
test: setup
	cargo test --workspace

# Put libz3 into .z3/ unless it is there; with Z3_LIBRARY_PATH_OVERRIDE set, nothing is fetched.
setup:
	@python3 scripts/setup
