//! Optimal choices (FORMAT.md, section 1.3). Soundness: `proofs/theory/optimal-choices.md`.

use std::cmp::Ordering;

use crate::alike::Classes;
use crate::backup::{Backup, Valuation};
use crate::bound::{Behaviour, Bound, Quantity, Side, descends, inductive, read_rank};
use crate::condition::{Broken, Condition};
use crate::model::{Model, Reward, index};
use crate::policy::Policy;
use crate::rational::Rational;
use crate::read::{Reader, Unreadable};
use crate::vector::Vector;

/// The bounds from above and below, and the classes, as they are listed.
pub(crate) struct Listed {
    pub(crate) reward: Reward,
    upper: Bound,
    lower: Bound,
    classes: Option<usize>,
}

/// The choices of a reward that may be optimal, and those that are.
pub(crate) struct Optimal {
    pub(crate) possible: Vec<bool>,
    certain: Vec<bool>,
    /// The vector of the upper bound: where it says something, some policy attains the best value.
    upper: usize,
    /// The vector of the lower bound: where it says something, the best value is finite.
    lower: usize,
}

/// `REWARD`.
pub(crate) fn read_reward(r: &mut Reader<'_>) -> Result<Reward, Unreadable> {
    r.one_of(&[("specified", Reward::Specified), ("intended", Reward::Intended)])
}

impl Reward {
    pub(crate) fn quantity(self) -> Quantity {
        match self {
            Self::Specified => Quantity::Specified,
            Self::Intended => Quantity::Intended,
        }
    }
}

impl Listed {
    pub(crate) fn read(r: &mut Reader<'_>, vectors: &[Vector]) -> Result<Self, Unreadable> {
        let (reward, upper, lower) = (read_reward(r)?, Bound::read(r, vectors)?, Bound::read(r, vectors)?);
        let classes = if r.accept("alike") { Some(r.index(vectors.len(), "vector")?) } else { None };
        Ok(Self { reward, upper, lower, classes })
    }
}

impl Optimal {
    /// Legal if the upper bound is inductive for all choices, and the lower one, at each state of its domain, for some
    /// choice, with `total` under a rank; and if the classes are stable.
    pub(crate) fn new(model: &Model, vectors: &[Vector], listed: &Listed) -> Result<Self, Broken> {
        let weights = listed.reward.quantity().weights(&Rational::one());
        let all = vec![true; model.choices()];
        inductive(model, vectors, &listed.upper, &Behaviour::Mask(&all), weights.as_ref(), Side::Upper, false)?;
        let valuation = |bound| Valuation::new(model, vectors, bound, false).ok_or(Condition::OutsideDomain);
        let upper = valuation(&listed.upper)?.everywhere();
        let lower = valuation(&listed.lower)?.everywhere();
        let rank = listed.lower.rank.and_then(|rank| vectors.get(rank));
        let attains = Backup::new(&lower, &lower, weights.as_ref());
        let excludes = Backup::new(&lower, &upper, weights.as_ref());
        let secures = Backup::new(&upper, &lower, weights.as_ref());
        let mut possible = all;
        let mut certain = vec![false; model.choices()];
        for state in (0..model.states()).filter(|state| lower.has(*state)) {
            if model.is_absorbing(state) {
                if lower.compare(state, 0) == Some(Ordering::Greater) {
                    return Err(Broken::at(Condition::NotLower, state));
                }
                continue;
            }
            let attained = model.choices_of(state).any(|choice| {
                attains.compare(state, choice).is_some_and(Ordering::is_le)
                    && (!model.is_total() || descends(model, rank, state, choice))
            });
            if !attained {
                return Err(Broken::at(Condition::NotLower, state));
            }
            let bounded = upper.has(state);
            for choice in model.choices_of(state) {
                // Excluded: even the upper bounds of what follows are below what can be had.
                let excluded = bounded && excludes.compare(state, choice) == Some(Ordering::Greater);
                if excluded && let Some(slot) = possible.get_mut(choice) {
                    *slot = false;
                }
            }
        }
        let alone = Classes::new(model, None);
        let classes = Classes::new(model, listed.classes.and_then(|number| vectors.get(number)));
        classes.are_stable(model, listed.reward, &possible, |state| upper.has(state))?;
        for state in (0..model.states()).filter(|state| lower.has(*state)) {
            let bounded = upper.has(state);
            let rest: Vec<usize> = model.choices_of(state).filter(|c| possible.get(*c) == Some(&true)).collect();
            let classes = if bounded { &classes } else { &alone };
            let same = rest
                .first()
                .is_some_and(|first| rest.iter().all(|other| classes.are_alike(model, listed.reward, *first, *other)));
            for choice in rest {
                // Certain: what follows is surely worth the upper bound, or nothing else is possible.
                let secured = bounded && secures.compare(state, choice).is_some_and(Ordering::is_le);
                if (same || secured)
                    && let Some(slot) = certain.get_mut(choice)
                {
                    *slot = true;
                }
            }
        }
        Ok(Self { possible, certain, upper: listed.upper.vector, lower: listed.lower.vector })
    }

    pub(crate) fn is_certain(&self, choice: usize) -> bool {
        self.certain.get(choice) == Some(&true)
    }

    /// That the best value at each of these states is finite: legal with `total` if they are in the domain of the lower bound.
    pub(crate) fn is_finite(&self, model: &Model, vectors: &[Vector], starts: &[usize]) -> Result<(), Broken> {
        knows(model, vectors.get(self.lower), starts)
    }

    /// That some deterministic policy attains the best values from these states, with full observation: legal with `total` if
    /// they are in the domain of the upper bound.
    pub(crate) fn is_attained(&self, model: &Model, vectors: &[Vector], starts: &[usize]) -> Result<(), Broken> {
        knows(model, vectors.get(self.upper), starts)
    }

    /// That a policy loses nothing from `starts`: legal if it takes certain choices in all states that it visits, and
    /// with `total` each of its rows there has a successor of smaller rank.
    pub(crate) fn policy_loses_nothing(
        &self,
        model: &Model,
        rank: Option<&Vector>,
        starts: &[usize],
        policy: &Policy,
    ) -> Result<(), Broken> {
        visit(model, starts, |state, found| {
            let (choices, _) = policy.row(model, state);
            if choices.is_empty() {
                return Err(Broken::at(Condition::RowMissing, state));
            }
            found.extend(choices.iter().map(|choice| index(*choice)));
            if let Some(choice) = found.iter().find(|choice| !self.is_certain(**choice)) {
                return Err(Broken::choice(Condition::NotCertain, state, *choice));
            }
            let stops = !model.is_total() || found.iter().any(|choice| descends(model, rank, state, *choice));
            if stops { Ok(()) } else { Err(Broken::at(Condition::Rank, state)) }
        })
    }

    /// The same for every policy of a mask: all choices of the mask in the states that they lead to are certain and, with
    /// `total`, each has a successor of smaller rank.
    pub(crate) fn mask_loses_nothing(
        &self,
        model: &Model,
        rank: Option<&Vector>,
        starts: &[usize],
        mask: &[bool],
    ) -> Result<(), Broken> {
        visit(model, starts, |state, found| {
            found.extend(model.choices_of(state).filter(|choice| mask.get(*choice) != Some(&false)));
            for choice in found.iter() {
                if !self.is_certain(*choice) {
                    return Err(Broken::choice(Condition::NotCertain, state, *choice));
                }
                if model.is_total() && !descends(model, rank, state, *choice) {
                    return Err(Broken::choice(Condition::Rank, state, *choice));
                }
            }
            Ok(())
        })
    }
}

/// That a vector has entries for all of these states, if the criterion is `total`.
fn knows(model: &Model, vector: Option<&Vector>, starts: &[usize]) -> Result<(), Broken> {
    let missing = |state: &&usize| model.is_total() && !vector.is_some_and(|vector| vector.has(**state));
    match starts.iter().find(missing) {
        Some(state) => Err(Broken::at(Condition::OutsideDomain, *state)),
        None => Ok(()),
    }
}

/// Goes from `starts` to whatever the choices that `act` names can lead to; absorbing states are not asked about.
fn visit(
    model: &Model,
    starts: &[usize],
    mut act: impl FnMut(usize, &mut Vec<usize>) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut seen = vec![false; model.states()];
    let mut open: Vec<usize> = starts.to_vec();
    let mut found = Vec::new();
    while let Some(state) = open.pop() {
        match seen.get_mut(state) {
            Some(mark) if !*mark => *mark = true,
            _ => continue,
        }
        if model.is_absorbing(state) {
            continue;
        }
        found.clear();
        act(state, &mut found)?;
        open.extend(found.iter().flat_map(|choice| model.successors(*choice)).filter(|t| seen.get(*t) == Some(&false)));
    }
    Ok(())
}

/// `POLICYNUMBER RANK` of an attaining policy, or `-`.
pub(crate) fn read_attained(
    r: &mut Reader<'_>,
    vectors: &[Vector],
    policies: usize,
) -> Result<Option<(usize, Option<usize>)>, Unreadable> {
    let token = r.token()?;
    if token == b"-" {
        return Ok(None);
    }
    let policy = r.index_from(token, policies, "policy")?;
    Ok(Some((policy, read_rank(r, vectors)?)))
}

#[cfg(test)]
mod tests {
    use super::{Listed, Optimal};
    use crate::condition::{Broken, Condition};
    use crate::example::{LAVA, STEPS, model, policy, vectors};
    use crate::model::Model;
    use crate::read::Reader;
    use crate::vector::Vector;

    fn optimal(model: &Model, vectors: &[Vector], text: &str) -> Result<Optimal, Broken> {
        let listed = Listed::read(&mut Reader::new(text.as_bytes()).expect("characters"), vectors).expect("a list");
        Optimal::new(model, vectors, &listed)
    }

    fn rejected(model: &Model, texts: &str, text: &str) -> Option<Condition> {
        optimal(model, &vectors(model, texts), text).err().map(|broken| broken.condition)
    }

    #[test]
    fn choices_are_excluded_or_certain_or_neither() {
        let lava = model(LAVA);
        let choices = |texts: &str| {
            let list = vectors(&lava, texts);
            let found = optimal(&lava, &list, "specified 0 0 - 1 0 -").expect("bounds");
            let certain: Vec<bool> = (0..3).map(|choice| found.is_certain(choice)).collect();
            (found.possible, certain)
        };
        let exact = "rational 4 10 100 0 0 ";
        assert_eq!(choices(&format!("{exact} {exact}")), (vec![true, false, true], vec![true, false, true]));
        // Rough bounds say the same where there is a gap.
        let rough = choices("rational 4 20 120 0 0 rational 4 -5 50 0 0");
        assert_eq!(rough, (vec![true, false, true], vec![true, false, true]));
        // Bounds that overlap exclude nothing; what reaches the upper bound is certain, and so is a single choice.
        assert_eq!(choices("rational 4 10 100 0 0 rational 4 5 10 0 0"), (vec![true; 3], vec![true, false, true]));
        // A tie is not excluded; outside the domains nothing is known.
        assert_eq!(choices("rational 4 10 100 0 0 rational 4 - - 0 0"), (vec![true; 3], vec![false; 3]));
        assert_eq!(choices("rational 4 - - 0 0 rational 4 10 100 0 0"), (vec![true; 3], vec![true, false, false]));
    }

    #[test]
    fn bounds_must_be_bounds() {
        let lava = model(LAVA);
        let list = |texts: &str| rejected(&lava, texts, "specified 0 0 - 1 0 -");
        assert_eq!(list("rational 4 10 99 0 0 rational 4 10 99 0 0"), Some(Condition::NotUpper));
        assert_eq!(list("rational 4 10 100 0 0 rational 4 10 101 0 0"), Some(Condition::NotLower));
        assert_eq!(list("rational 4 10 100 0 0 rational 4 10 100 1 0"), Some(Condition::NotLower));
        assert_eq!(list("rational 4 10 100 0 0 rational 4 10 100 - 0"), Some(Condition::NotLower));
        let steps = model(STEPS);
        let values = "rational 2 -2 0 rational 2 1 0 rational 2 0 1";
        assert_eq!(rejected(&steps, values, "specified 0 0 - 0 0 1"), None);
        assert_eq!(rejected(&steps, values, "specified 0 0 - 0 0 2"), Some(Condition::NotLower));
        assert_eq!(rejected(&steps, values, "specified 0 0 - 0 0 -"), Some(Condition::NotLower));
    }

    #[test]
    fn policies_that_lose_nothing() {
        let steps = model(STEPS);
        let list = vectors(&steps, "rational 2 -2 0 rational 2 1 0 rational 2 -1 0");
        let found = optimal(&steps, &list, "specified 0 0 - 0 0 1").expect("bounds");
        let loses = |rows: &str, rank: Option<usize>| {
            let rank = rank.and_then(|rank| list.get(rank));
            found.policy_loses_nothing(&steps, rank, &[0], &policy(&steps, rows)).err().map(|broken| broken.condition)
        };
        assert_eq!(loses("1 0 1", Some(1)), None);
        assert_eq!(loses("1 0 1", None), Some(Condition::Rank));
        assert_eq!(loses("1 0 1", Some(2)), Some(Condition::Rank));
        assert_eq!(loses("1 1 1", Some(1)), Some(Condition::NotCertain));
        assert_eq!(loses("2 0 1/2 2 1/2", Some(1)), Some(Condition::NotCertain));
        assert_eq!(loses("-", Some(1)), Some(Condition::RowMissing));
        let mask = |mask: &[bool], rank: Option<usize>| {
            found
                .mask_loses_nothing(&steps, rank.and_then(|rank| list.get(rank)), &[0], mask)
                .err()
                .map(|broken| broken.condition)
        };
        assert_eq!(mask(&[true, false, false], Some(1)), None);
        assert_eq!(mask(&[true, false, true], Some(1)), Some(Condition::NotCertain));
        assert_eq!(mask(&[true, false, false], None), Some(Condition::Rank));
    }
}
