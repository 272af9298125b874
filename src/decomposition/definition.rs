//! Decompositions as data: the built-in ones with their sources, and those of a model file.

use crate::decomposition::formula::{Formula, PolicySet};
use crate::decomposition::parse::{FormulaError, parse_formula};
use crate::decomposition::{Half, Reading};

/// A decomposition: up to three parts, each a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its id.
    pub id: String,
    /// One sentence.
    pub summary: String,
    /// Who proposed it, where.
    pub source: String,
    /// The parts in the order outer, inner, goal.
    pub parts: Vec<(Half, Formula)>,
}

impl Definition {
    /// The readings that a part has: given only for parts about the trained policy when one is given,
    /// forall and exists for the others; parts about what can be learned have all three.
    #[must_use]
    pub fn readings(formula: &Formula, policy_is_given: bool) -> Vec<Reading> {
        match formula.each_set() {
            None => vec![Reading::Forall],
            Some(PolicySet::Trained) if policy_is_given => vec![Reading::Given],
            Some(PolicySet::Learnable) if policy_is_given => vec![Reading::Forall, Reading::Exists, Reading::Given],
            Some(_) => vec![Reading::Forall, Reading::Exists],
        }
    }
}

struct Text {
    id: &'static str,
    summary: &'static str,
    source: &'static str,
    outer: &'static str,
    inner: &'static str,
    goal: &'static str,
}

const GOOD_ON_DEPLOYMENT: &str = "each p in trained: for all m in deploy: good(p, m)";
const TRAINING_INCENTIVE: &str = "each p in optimal(specified, train, epsilon): good(p, train)";
const ROBUST: &str = "each p in learnable: for all m in deploy: optimal(p, specified, m)";
const OPTIMAL_WHEREVER_MET: &str = "each p in trained: for all m in encountered: optimal(p, specified, m)";
const INCENTIVE_WHEREVER_MET: &str = "for all m in encountered: each p in optimal(specified, m, epsilon): good(p, m)";

/// The list of built-in decompositions; a new one is one more entry.
const BUILT_IN: [Text; 10] = [
    Text {
        id: "wentworth",
        summary: "Outer: policies that the reward makes optimal on deployment are good there. Inner: policies optimal in training are optimal in deployment (robustness).",
        source: "John Wentworth, in the discussion of definitions of outer and inner alignment, LessWrong / AI Alignment Forum (2020)",
        outer: "for all m in deploy: each p in optimal(specified, m, epsilon): good(p, m)",
        inner: ROBUST,
        goal: GOOD_ON_DEPLOYMENT,
    },
    Text {
        id: "wentworth-literal",
        summary: "As `wentworth`, its outer half read to the letter: good policies get high reward. A constant reward passes.",
        source: "the literal wording of the same comment",
        outer: "for all m in deploy: each p in good(m): optimal(p, specified, m)",
        inner: ROBUST,
        goal: GOOD_ON_DEPLOYMENT,
    },
    Text {
        id: "shah-behavioural",
        summary: "Outer: the reward incentivises good behaviour on the training distribution. Inner: the trained policy is good on deployment.",
        source: "Rohin Shah, same discussion, first decomposition",
        outer: TRAINING_INCENTIVE,
        inner: GOOD_ON_DEPLOYMENT,
        goal: GOOD_ON_DEPLOYMENT,
    },
    Text {
        id: "shah-catastrophe",
        summary: "Outer: the trained policy is good on the training distribution (useful). Inner: it is not catastrophic on deployment (safe).",
        source: "Rohin Shah, same discussion, second decomposition",
        outer: "each p in trained: good(p, train)",
        inner: "each p in trained: for all m in deploy: safe(p, m)",
        goal: "each p in trained: good(p, train) and for all m in deploy: safe(p, m)",
    },
    Text {
        id: "hubinger-train",
        summary: "Outer: optimal policies are good in the limit of infinite data from the training distribution alone. Inner: the trained policy is optimal on it.",
        source: "Evan Hubinger, same discussion and 'Outer alignment and imitative amplification' (2020), with the training distribution as the only one",
        outer: TRAINING_INCENTIVE,
        inner: "each p in trained: optimal(p, specified, train)",
        goal: GOOD_ON_DEPLOYMENT,
    },
    Text {
        id: "hubinger-encountered",
        summary: "As `hubinger-train`, on everything that is ever met: the even mixtures of training and deployment.",
        source: "Evan Hubinger, same discussion: 'infinite data' on what is encountered in training and deployment",
        outer: INCENTIVE_WHEREVER_MET,
        inner: OPTIMAL_WHEREVER_MET,
        goal: GOOD_ON_DEPLOYMENT,
    },
    Text {
        id: "hubinger-all",
        summary: "As `hubinger-encountered`, its outer half for all distributions over situations.",
        source: "Rohin Shah's reading of the limit of infinite data: 'for all possible distributions'",
        outer: "for all m in all: each p in optimal(specified, m, epsilon): good(p, m)",
        inner: OPTIMAL_WHEREVER_MET,
        goal: GOOD_ON_DEPLOYMENT,
    },
    Text {
        id: "quibble",
        summary: "Outer is behavioural, on the training distribution. All possible situations are part of inner: the trained policy is good at every one.",
        source: "Rohin Shah, same discussion: 'I'd rather have any \"all possible situations\" criteria be a part of inner alignment'",
        outer: TRAINING_INCENTIVE,
        inner: "each p in trained: for all m in situations: good(p, m)",
        goal: "each p in trained: for all m in situations: good(p, m)",
    },
    Text {
        id: "quibble-safe",
        summary: "As `quibble`, with safe in place of good at every situation.",
        source: "the same remark, for catastrophes",
        outer: TRAINING_INCENTIVE,
        inner: "each p in trained: for all m in situations: safe(p, m)",
        goal: "each p in trained: for all m in situations: safe(p, m)",
    },
    Text {
        id: "mesa",
        summary: "Outer as `hubinger-encountered`. Inner: the trained policy optimises some objective of a declared feature class, and every such objective is robustly aligned with the specified reward.",
        source: "Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant: 'Risks from Learned Optimization' (2019)",
        outer: INCENTIVE_WHEREVER_MET,
        inner: "each p in trained: mesa(p)",
        goal: GOOD_ON_DEPLOYMENT,
    },
];

/// The built-in decompositions.
///
/// # Errors
/// Never for the shipped texts, which a test reads.
pub fn built_in_definitions() -> Result<Vec<Definition>, FormulaError> {
    BUILT_IN
        .iter()
        .map(|text| {
            Ok(Definition {
                id: text.id.to_owned(),
                summary: text.summary.to_owned(),
                source: text.source.to_owned(),
                parts: vec![
                    (Half::Outer, parse_formula(text.outer)?),
                    (Half::Inner, parse_formula(text.inner)?),
                    (Half::Goal, parse_formula(text.goal)?),
                ],
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_texts_are_formulas() {
        let definitions = built_in_definitions().expect("all of them parse");
        assert_eq!(definitions.len(), 10);
        for definition in definitions {
            assert_eq!(definition.parts.len(), 3, "{}", definition.id);
        }
    }
}
