//! The coarsest partition that a way of telling elements apart leaves stable (Paige and Tarjan, *SIAM J. Comput.* 16,
//! 1987, by signatures as of Blom and Orzan, *STTT* 7, 2005).

use std::ops::Range;

use crate::budget::{Budget, Exhausted};

/// Elements `0..count` in classes.
#[derive(Debug)]
pub(super) struct Partition {
    class_of: Vec<u32>,
    /// The elements, class by class.
    elements: Vec<u32>,
    /// Where each element is in `elements`.
    place: Vec<u32>,
    classes: Vec<Range<usize>>,
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Partition {
    /// Elements with the same key are in one class.
    pub(super) fn by_key(keys: &[u8]) -> Self {
        let mut elements: Vec<u32> = (0..narrow(keys.len())).collect();
        elements.sort_by_key(|&element| keys[element as usize]);
        let mut partition =
            Self { class_of: vec![0; keys.len()], place: vec![0; keys.len()], classes: Vec::new(), elements };
        let mut begin = 0;
        for group in partition.elements.chunk_by(|&left, &right| keys[left as usize] == keys[right as usize]) {
            for (offset, &element) in group.iter().enumerate() {
                partition.class_of[element as usize] = narrow(partition.classes.len());
                partition.place[element as usize] = narrow(begin + offset);
            }
            partition.classes.push(begin..begin + group.len());
            begin += group.len();
        }
        partition
    }

    /// The number of the class of each element.
    pub(super) fn class_of(&self) -> &[u32] {
        &self.class_of
    }

    /// The elements of each class.
    pub(super) fn classes(&self) -> impl ExactSizeIterator<Item = &[u32]> + '_ {
        self.classes.iter().map(|range| &self.elements[range.clone()])
    }

    /// Splits classes until all elements of a class have the same signature, given the classes. `sources` tells whose
    /// signatures depend on the class of an element.
    pub(super) fn refine<S: Ord, I: IntoIterator<Item = u32>>(
        &mut self,
        mut signature: impl FnMut(u32, &[u32]) -> S,
        sources: impl Fn(u32) -> I,
        budget: &Budget,
    ) -> Result<(), Exhausted> {
        let mut doubtful: Vec<u32> = (0..narrow(self.class_of.len())).collect();
        let mut is_doubtful = vec![true; doubtful.len()];
        while !doubtful.is_empty() {
            budget.check()?;
            doubtful.sort_unstable_by_key(|&element| (self.class_of[element as usize], element));
            for &element in &doubtful {
                is_doubtful[element as usize] = false;
            }
            // All classes are looked at before any is renamed: signatures then mean the same throughout.
            let mut parts: Vec<Range<usize>> = Vec::new();
            let mut begin = 0;
            while let Some(&first) = doubtful.get(begin) {
                let class = self.class_of[first as usize];
                let same = doubtful[begin..].iter().take_while(|&&element| self.class_of[element as usize] == class);
                let end = begin + same.count();
                self.split(&doubtful[begin..end], &mut signature, &mut parts);
                begin = end;
            }
            doubtful.clear();
            for part in parts {
                let number = narrow(self.classes.len());
                for &element in &self.elements[part.clone()] {
                    self.class_of[element as usize] = number;
                    for source in sources(element) {
                        if !std::mem::replace(&mut is_doubtful[source as usize], true) {
                            doubtful.push(source);
                        }
                    }
                }
                self.classes.push(part);
            }
        }
        Ok(())
    }

    /// Arranges one class by signatures, of which only those in doubt may have changed: the others of the class still
    /// have one in common. The largest part keeps the name of the class; the others are added to `parts`.
    fn split<S: Ord>(
        &mut self,
        group: &[u32],
        signature: &mut impl FnMut(u32, &[u32]) -> S,
        parts: &mut Vec<Range<usize>>,
    ) {
        let class = self.class_of[group[0] as usize] as usize;
        let Range { start, end } = self.classes[class];
        if end - start == 1 {
            return;
        }
        let head = end - group.len();
        let mut next = end;
        for &element in group {
            next -= 1;
            self.swap(self.place[element as usize] as usize, next);
        }
        let mut signed: Vec<(S, u32)> =
            group.iter().map(|&element| (signature(element, &self.class_of), element)).collect();
        signed.sort_unstable();
        // The signature of those that are not in doubt, if there are any.
        let common = (head > start).then(|| signature(self.elements[start], &self.class_of));
        let (same, other): (Vec<_>, Vec<_>) =
            signed.into_iter().partition(|(own, _)| common.as_ref().is_some_and(|common| own == common));
        for (at, &(_, element)) in (head..).zip(same.iter().chain(&other)) {
            self.swap(self.place[element as usize] as usize, at);
        }
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut begin = head + same.len();
        if begin > start {
            found.push(start..begin);
        }
        for run in other.chunk_by(|(left, _), (right, _)| left == right) {
            found.push(begin..begin + run.len());
            begin += run.len();
        }
        let largest = (0..found.len()).rev().max_by_key(|&index| found[index].len()).unwrap_or(0);
        self.classes[class] = found.swap_remove(largest);
        parts.append(&mut found);
    }

    fn swap(&mut self, left: usize, right: usize) {
        self.elements.swap(left, right);
        self.place[self.elements[left] as usize] = narrow(left);
        self.place[self.elements[right] as usize] = narrow(right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stable classes by renaming everything in every round.
    fn naive(successors: &[Vec<u32>], keys: &[u8]) -> Vec<usize> {
        let mut class: Vec<usize> = keys.iter().map(|&key| usize::from(key)).collect();
        loop {
            let signature = |state: usize| {
                let mut next: Vec<usize> = successors[state].iter().map(|&next| class[next as usize]).collect();
                next.sort_unstable();
                next.dedup();
                (class[state], next)
            };
            let signatures: Vec<_> = (0..class.len()).map(signature).collect();
            let first = |state: usize| (0..=state).find(|&other| signatures[other] == signatures[state]);
            let renamed: Vec<usize> = (0..class.len()).filter_map(first).collect();
            if renamed == class {
                return class;
            }
            class = renamed;
        }
    }

    #[test]
    fn the_coarsest_stable_partition() {
        let mut seed = 3u64;
        let mut next = |bound: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).expect("31 bits") % bound
        };
        let mut split = 0;
        for _ in 0..300 {
            let count = next(30) + 2;
            let successors: Vec<Vec<u32>> =
                (0..count).map(|_| (0..=next(2)).map(|_| narrow(next(count))).collect()).collect();
            let keys: Vec<u8> = (0..count).map(|_| u8::from(next(4) == 3)).collect();
            let mut partition = Partition::by_key(&keys);
            let signature = |element: u32, class_of: &[u32]| {
                let mut next: Vec<u32> =
                    successors[element as usize].iter().map(|&next| class_of[next as usize]).collect();
                next.sort_unstable();
                next.dedup();
                next
            };
            let sources = |element: u32| {
                let leads = |state: &usize| successors[*state].contains(&element);
                (0..count).filter(leads).map(narrow).collect::<Vec<_>>()
            };
            partition.refine(signature, sources, &Budget::unlimited()).expect("no limit");
            let expected = naive(&successors, &keys);
            for (left, right) in (0..count).flat_map(|left| (0..left).map(move |right| (left, right))) {
                let together = partition.class_of()[left] == partition.class_of()[right];
                assert_eq!(together, expected[left] == expected[right], "{successors:?} {keys:?}");
            }
            let listed: usize = partition.classes().map(<[u32]>::len).sum();
            assert_eq!(listed, count);
            split += usize::from(partition.classes().len() < count);
        }
        assert!(split > 100, "{split}");
    }
}
