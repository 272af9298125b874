//! Formal verification of alignment claims on finite Markov decision processes.
