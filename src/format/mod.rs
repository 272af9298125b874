//! Text and bytes ⇄ alignment problems; one file per format.
