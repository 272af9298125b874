//! Which sets of acceptable policies some reward expresses.

use crate::budget::Budget;
use crate::rewards::evidence::{EvidenceError, Shown, at_most, listed, written};
use crate::rewards::{Acceptance, Episodes, express};

/// More than these have more than 1023 sets.
const MOST_POLICIES: usize = 10;

/// The sets of deterministic policies that some reward expresses, with equality and with a range (Abel et al. 2021), each with a reward, or with a combination
/// that rules it out.
///
/// # Errors
/// For more than ten policies, and when the budget is exhausted.
pub fn set_evidence(episodes: &Episodes<'_>, budget: &Budget) -> Result<Shown, EvidenceError> {
    let count = at_most(episodes.mdp(), MOST_POLICIES)?;
    let measures = episodes.occupancies(budget)?;
    let sets: Vec<Vec<bool>> =
        (1..1_usize << count).map(|bits| (0..count).map(|policy| bits >> policy & 1 == 1).collect()).collect();
    let mut lines = String::new();
    let mut counts = [0_usize, 0];
    for acceptable in &sets {
        for (kind, (name, acceptance)) in
            [("equal", Acceptance::Equal), ("range", Acceptance::Range)].into_iter().enumerate()
        {
            budget.check()?;
            let separation = express(&measures, acceptable, acceptance);
            counts[kind] += usize::from(separation.exists());
            let members = acceptable.iter().map(|&own| usize::from(own));
            lines.push_str(&format!(
                "set{} {name} {}\n",
                listed(members),
                written(&separation, episodes.mdp().choices())
            ));
        }
    }
    let of = |expressed: usize| format!("{expressed} of {}", sets.len());
    let findings = vec![
        ("deterministic policies".to_owned(), count.to_string()),
        ("sets that a reward expresses with equality".to_owned(), of(counts[0])),
        ("sets that a reward expresses with a range".to_owned(), of(counts[1])),
    ];
    let evidence = format!("claim sets\ncounts{}\nsets {}\n{lines}end\n", listed(counts), 2 * sets.len());
    Ok(Shown { findings, evidence: Ok(evidence) })
}
