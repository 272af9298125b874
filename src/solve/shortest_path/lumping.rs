//! Systems of equations made small: unknowns whose equations look the same have the same value.

use std::collections::HashMap;

use dashu_int::IBig;

use crate::budget::{Budget, Exhausted};
use crate::solve::integer_system::{CommonFraction, IntegerSystem};
use crate::solve::shortest_path::partition::Partition;

/// The system for classes of unknowns that are equal, and the class of each unknown.
pub(super) struct Lumped {
    pub(super) system: IntegerSystem,
    class_of: Vec<u32>,
}

impl Lumped {
    /// `None` if no two unknowns are seen to be equal. The system must have one solution.
    pub(super) fn new(system: &IntegerSystem, budget: &Budget) -> Result<Option<Self>, Exhausted> {
        let count = system.rows.len();
        let mut numbers: HashMap<&IBig, u32> = HashMap::new();
        let rhs: Vec<u32> = system
            .rhs
            .iter()
            .map(|value| {
                let fresh = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *numbers.entry(value).or_insert(fresh)
            })
            .collect();
        let mut sources: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (row, entries) in (0u32..).zip(&system.rows) {
            for &(column, _) in entries {
                sources[column].push(row);
            }
        }
        let mut partition = Partition::by_key(&vec![0; count]);
        let signature = |row: u32, class_of: &[u32]| {
            let row = row as usize;
            // A class's own entries are one number: what they make of the common value.
            (rhs[row], merged(&system.rows[row], class_of))
        };
        partition.refine(signature, |row| sources[row as usize].iter().copied(), budget)?;
        if partition.classes().len() == count {
            return Ok(None);
        }
        let representatives: Vec<usize> = partition.classes().map(|class| class[0] as usize).collect();
        let rows = representatives.iter().map(|&row| {
            let entries = merged(&system.rows[row], partition.class_of()).into_iter();
            entries.map(|(class, value)| (class as usize, value)).collect()
        });
        let lumped = IntegerSystem {
            rows: rows.collect(),
            rhs: representatives.iter().map(|&row| system.rhs[row].clone()).collect(),
            scale: system.scale.clone(),
        };
        Ok(Some(Self { system: lumped, class_of: partition.class_of().to_vec() }))
    }

    /// The solution of the whole system.
    pub(super) fn lifted(&self, solution: &CommonFraction) -> CommonFraction {
        let numerators = self.class_of.iter().map(|&class| solution.numerators[class as usize].clone()).collect();
        CommonFraction { numerators, denominator: solution.denominator.clone() }
    }
}

/// A row with classes for columns.
fn merged(row: &[(usize, IBig)], class_of: &[u32]) -> Vec<(u32, IBig)> {
    let mut entries: Vec<(u32, IBig)> = row.iter().map(|(column, value)| (class_of[*column], value.clone())).collect();
    entries.sort_unstable_by_key(|&(class, _)| class);
    entries.dedup_by(|next, sum| {
        let same = next.0 == sum.0;
        if same {
            sum.1 += std::mem::take(&mut next.1);
        }
        same
    });
    entries
}
