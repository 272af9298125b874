//! POWER and optimality probabilities, with the pieces of the cube of rewards on each of which one option is the best.

use std::rc::Rc;

use crate::budget::Budget;
use crate::mdp::{Mdp, Rational, StateId};
use crate::rewards::bisection::{Bisection, Corner};
use crate::rewards::evidence::{EvidenceError, MOST_PIECES, Shown, at_most, listed};
use crate::rewards::{Options, Power, far_sighted_options, options};

/// The cube of as many rewards has 720 simplices, one for each order of the rewards.
const MOST_STATES: usize = 6;
const MOST_POLICIES: usize = 10_000;

/// How far the future counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// By powers of this.
    Discounted(Rational),
    /// In the limit of discounts that tend to 1.
    Far,
}

/// The POWER of a state, and with which probability each of its actions is optimal for a reward of each state drawn from `[0, 1]`, uniformly and independently (Turner et
/// al. 2021). The cube of rewards is cut into simplices on each of which one option is worth most; the sum over these has to agree with the integral of [`Power`].
/// Where options visit too many states for that, or the pieces are too many, there are the numbers of [`Power`] and no evidence.
///
/// # Errors
/// For discounts outside of `(0, 1)`, when policies are too many, and when the budget is exhausted.
pub fn power_evidence(mdp: &Mdp, state: StateId, sight: &Sight, budget: &Budget) -> Result<Shown, EvidenceError> {
    at_most(mdp, MOST_POLICIES)?;
    let options = match sight {
        Sight::Discounted(discount) => options(mdp, state, discount, budget)?,
        Sight::Far => far_sighted_options(mdp, state),
    };
    let power = Power::new(&options, budget)?;
    let value = power.expected_maximum();
    let mut findings = vec![(format!("POWER of {}", mdp.state_name(state)), value.to_string())];
    let (actions, trees) = match cut(&options, budget) {
        Ok(cut) if cut.value != value => return Err(EvidenceError::Disagreement("POWER")),
        Ok(cut) => {
            let best = |choice| options.taking(choice).iter().fold(Rational::ZERO, |sum, &own| sum + &cut.best[own]);
            let actions: Vec<(usize, Rational)> = mdp.choices_of(state).map(|choice| (choice, best(choice))).collect();
            (actions, Ok(cut.trees))
        }
        Err(EvidenceError::Exhausted(exhausted)) => return Err(exhausted.into()),
        Err(refusal) => {
            // Where actions share states no integral over one variable has their probability.
            let known = |choice| Some((choice, power.optimality_probability(&options.taking(choice))?));
            (mdp.choices_of(state).filter_map(known).collect(), Err(refusal))
        }
    };
    for (choice, probability) in &actions {
        findings.push((format!("{} is optimal with probability", mdp.action_name(*choice)), probability.to_string()));
    }
    let seen = match sight {
        Sight::Discounted(discount) => format!("discounted {discount}"),
        Sight::Far => "far".to_owned(),
    };
    let numbered = listed(actions.iter().map(|(choice, probability)| format!("{choice} {probability}")));
    let rows: String = options.vectors().iter().map(|vector| format!("option{}\n", listed(vector))).collect();
    let evidence = trees.map(|trees| {
        format!(
            "claim power {state} {seen}\nvalue {value}\nactions {}{numbered}\noptions {}\n{rows}{trees}end\n",
            actions.len(),
            options.vectors().len(),
        )
    });
    Ok(Shown { findings, evidence })
}

/// The cube of rewards in pieces on each of which one option is worth most.
struct Pieces {
    /// The expected largest worth.
    value: Rational,
    /// For each option the volume where it is worth most.
    best: Vec<Rational>,
    trees: String,
}

fn cut(options: &Options, budget: &Budget) -> Result<Pieces, EvidenceError> {
    let vectors = options.vectors();
    let states = vectors.first().map_or(0, Vec::len);
    let visits = |state: &StateId| vectors.iter().any(|vector| vector[*state] != Rational::ZERO);
    let visited: Vec<StateId> = (0..states).filter(visits).collect();
    if visited.len() > MOST_STATES {
        let what = "states that options visit";
        return Err(EvidenceError::TooMany { what, count: visited.len(), most: MOST_STATES });
    }
    let orders = permutations(visited.len());
    let share = Rational::ONE / Rational::from(orders.len());
    let corners_count = Rational::from(visited.len() + 1);
    let mut pieces = Pieces {
        value: Rational::ZERO,
        best: vec![Rational::ZERO; vectors.len()],
        trees: format!("trees {}\n", orders.len()),
    };
    let mut left = MOST_PIECES;
    for order in &orders {
        budget.check()?;
        let corners = corners(vectors, order.iter().map(|&place| visited[place]));
        let tree = Bisection::of(&corners, &mut left).ok_or(EvidenceError::TooManyPieces)?;
        tree.pieces(&corners, &share, &mut |option, part, corners| {
            let sum = corners.iter().fold(Rational::ZERO, |sum, values| sum + &values[option]);
            pieces.value += part * sum / &corners_count;
            pieces.best[option] += part;
        });
        tree.write(&corners, &mut pieces.trees, &mut |_| String::new());
    }
    Ok(pieces)
}

/// The worth of the options at the corners of the simplex of rewards that decrease in an order: nothing is worth 1, then the first state is, then the second too, and so on.
fn corners(vectors: &[Vec<Rational>], order: impl Iterator<Item = StateId>) -> Vec<Corner> {
    let mut corners = vec![Rc::new(vec![Rational::ZERO; vectors.len()])];
    let mut worth = vec![Rational::ZERO; vectors.len()];
    for state in order {
        worth.iter_mut().zip(vectors).for_each(|(sum, vector)| *sum += &vector[state]);
        corners.push(Rc::new(worth.clone()));
    }
    corners
}

/// All orders of the first numbers, in lexicographic order.
fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for _ in 0..count {
        let longer = |order: Vec<usize>| {
            let left: Vec<usize> = (0..count).filter(|place| !order.contains(place)).collect();
            left.into_iter().map(move |next| order.iter().copied().chain([next]).collect::<Vec<usize>>())
        };
        orders = orders.into_iter().flat_map(longer).collect();
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutations_are_in_order() {
        assert_eq!(permutations(0), [Vec::<usize>::new()]);
        assert_eq!(permutations(3), [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]);
    }
}
