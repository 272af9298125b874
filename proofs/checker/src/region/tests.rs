//! Families and regions: what is in them, and which bounds are proved.

use super::{Family, Region, belongs, mixture};
use crate::condition::{Broken, Condition};
use crate::example::{LAVA, model};
use crate::explicit::distribution;
use crate::model::{Distribution, Model};
use crate::number::Number;
use crate::rational::Rational;
use crate::read::Reader;

fn deploying(set: &str) -> Model {
    model(&LAVA.replace("deploy point 2 0 1/2 1 1/2", &format!("deploy {set}")))
}

fn masses(text: &str) -> Distribution {
    distribution(&mut Reader::new(text.as_bytes()).expect("characters"), 4).expect("a distribution")
}

#[test]
fn members_of_families() {
    // Training is all at `g`. Each set with distributions in it, and out of it.
    let table: [(&str, &[&str], &[&str]); 8] = [
        ("point 2 0 1/2 1 1/2", &["2 0 2/4 1 1/2"], &["1 0 1", "2 0 1/3 1 2/3"]),
        ("over 1 1", &["1 1 1"], &["1 0 1", "2 0 1/2 1 1/2"]),
        ("tv 1/4 1 0 1 2 0 1", &["1 0 1", "2 0 3/4 1 1/4"], &["2 0 74/100 1 26/100", "1 1 1"]),
        ("tv 1 1 0 1 1 1", &["1 1 1"], &["1 0 1"]),
        ("tv 0 2 0 1/2 1 1/2 2 0 1", &["2 0 1/2 1 1/2"], &["1 0 1"]),
        ("ratio 3/2 2 0 1/2 1 1/2 2 0 1", &["2 0 3/4 1 1/4"], &["2 0 4/5 1 1/5"]),
        ("ratio 9 1 0 1 2 0 1", &["1 0 1"], &["2 0 99/100 1 1/100"]),
        ("polytope 2 1 0 2 >= 1/3 1 0 1 <= 1/2 1 0 1", &["2 0 1/2 1 1/2", "2 0 2/3 1 1/3"], &["1 0 1", "1 1 1"]),
    ];
    for (set, inside, outside) in table {
        let model = deploying(set);
        for (list, expected) in [(inside, true), (outside, false)] {
            for one in list {
                assert_eq!(belongs(&model, Family::Deploy, &masses(one)).is_ok(), expected, "{set}: {one}");
                let mixed = mixture(&model.train, &masses(one));
                assert_eq!(belongs(&model, Family::Encountered, &mixed).is_ok(), expected, "{set}: half of {one}");
            }
        }
    }
    let lava = model(LAVA);
    let rest = [
        (Family::Train, "1 0 1", true),
        (Family::Train, "1 1 1", false),
        (Family::All, "2 0 1/9 1 8/9", true),
        (Family::All, "2 0 1/2 2 1/2", false),
        (Family::Situations, "1 1 1", true),
        (Family::Situations, "1 2 1", false),
        (Family::Situations, "2 0 1/2 1 1/2", false),
        (Family::Encountered, "1 1 1", false),
        (Family::Encountered, "1 0 1", false),
    ];
    for (family, text, expected) in rest {
        assert_eq!(belongs(&lava, family, &masses(text)).is_ok(), expected, "{family:?}: {text}");
    }
}

/// The bound that multipliers prove for 4 at `g` and 6 at `l`.
fn bound(region: &Region<'_>, multipliers: &[i64]) -> Result<Rational, Condition> {
    let multipliers: Vec<Rational> = multipliers.iter().map(|number| Rational::from(*number)).collect();
    let value = |state| match state {
        0 => Ok(Rational::from(4)),
        1 => Ok(Rational::from(6)),
        _ => Err(Broken::at(Condition::OutsideDomain, state)),
    };
    region.bound(value, &multipliers).map_err(|broken| broken.condition)
}

fn whole(model: &Model, family: Family) -> Region<'_> {
    Region::pieces(model, family, true).next().expect("a piece")
}

/// A deployment set, the family, multipliers, and what they prove.
type Row = (&'static str, Family, &'static [i64], Result<Rational, Condition>);

#[test]
fn dual_bounds() {
    let quarter = Rational::ratio(1, 4);
    let table: [Row; 20] = [
        ("point 2 0 1/4 1 3/4", Family::Deploy, &[], Ok(Rational::ratio(11, 2))),
        ("point 2 0 1/4 1 3/4", Family::Encountered, &[], Ok(Rational::ratio(19, 4))),
        ("over 2 0 1", Family::Deploy, &[-6], Ok(Rational::from(6))),
        ("over 2 0 1", Family::Deploy, &[-7], Ok(Rational::from(7))),
        ("over 2 0 1", Family::Deploy, &[-5], Err(Condition::Dual)),
        ("over 2 0 1", Family::Deploy, &[], Err(Condition::Dual)),
        ("over 2 0 1", Family::Encountered, &[-3], Ok(Rational::from(5))),
        ("over 2 0 1", Family::Encountered, &[-2], Err(Condition::Dual)),
        (
            "tv 1/4 1 0 1 2 0 1",
            Family::Deploy,
            &[-4, 0, 2, 2],
            Ok(Rational::from(4).plus(&quarter.times(&Rational::from(2)))),
        ),
        ("tv 1/4 1 0 1 2 0 1", Family::Deploy, &[-4, 0, 2, 1], Err(Condition::Dual)),
        ("tv 1/4 1 0 1 2 0 1", Family::Deploy, &[-4, 0, 1, 2], Err(Condition::Dual)),
        ("tv 1/4 1 0 1 2 0 1", Family::Deploy, &[-4, -1, 2, 2], Err(Condition::NegativeMultiplier)),
        ("tv 0 1 0 1 2 0 1", Family::Deploy, &[-4, 0, 0], Ok(Rational::from(4))),
        ("ratio 3/2 2 0 1/2 1 1/2 2 0 1", Family::Deploy, &[-4, 0, 2], Ok(Rational::ratio(11, 2))),
        ("ratio 3/2 2 0 1/2 1 1/2 2 0 1", Family::Deploy, &[-4, 0, 1], Err(Condition::Dual)),
        ("ratio 9 1 0 1 2 0 1", Family::Deploy, &[-4, 0], Ok(Rational::from(4))),
        ("polytope 2 0 1 1 <= 1/4 1 1 1", Family::Deploy, &[-4, 2], Ok(Rational::ratio(9, 2))),
        ("polytope 2 0 1 1 = 1/4 1 0 4", Family::Deploy, &[-6, 1], Err(Condition::Dual)),
        ("polytope 2 0 1 1 = 1/4 1 1 1", Family::Deploy, &[-4, -2], Ok(Rational::ratio(9, 2))),
        ("polytope 2 0 1 1 >= 1/4 1 1 1", Family::Deploy, &[-4, -2], Err(Condition::NegativeMultiplier)),
    ];
    for (set, family, multipliers, expected) in table {
        let model = deploying(set);
        assert_eq!(bound(&whole(&model, family), multipliers), expected, "{set} {family:?} {multipliers:?}");
    }
}

#[test]
fn cuts_are_rows_of_the_mixture() {
    let model = deploying("over 2 0 1");
    let terms = [(1, Number::Small(1, 1))];
    for (family, negated, multipliers, expected) in [
        // At most a quarter at `l`: 4 + 2/4. At least: no better than 6.
        (Family::Deploy, true, [-4, 2], Ok(Rational::ratio(9, 2))),
        (Family::Deploy, false, [-6, 0], Ok(Rational::from(6))),
        (Family::Deploy, false, [-4, 2], Err(Condition::Dual)),
        // At most a quarter of the mixture at `l`, which is half of what is deployed.
        (Family::Encountered, true, [-2, 2], Ok(Rational::ratio(9, 2))),
    ] {
        let mut region = whole(&model, family);
        region.cut(&terms, &Rational::ratio(1, 4), negated).expect("a row");
        assert_eq!(bound(&region, &multipliers), expected, "{family:?} {negated}");
        region.uncut();
        assert_eq!(region.rows(), 1);
    }
    let lava = crate::example::model(LAVA);
    assert!(whole(&lava, Family::Train).cut(&terms, &Rational::zero(), false).is_err());
}

#[test]
fn pieces() {
    let lava = model(LAVA);
    assert_eq!(Region::pieces(&lava, Family::Situations, false).count(), 2);
    let starts = |family| whole(&lava, family).starts();
    assert_eq!((starts(Family::Train), starts(Family::All)), (vec![0], vec![0, 1]));
    assert_eq!(whole(&deploying("over 1 1"), Family::Encountered).starts(), [1, 0]);
    assert_eq!(whole(&deploying("ratio 9 1 0 1 2 0 1"), Family::Deploy).starts(), [0]);
}
