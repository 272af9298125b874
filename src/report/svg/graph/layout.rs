//! A layered layout: vertices in columns, edges that run between columns and through gaps of their own.
//!
//! Columns are given. Within them the order is that of the averages of the neighbours, tried for as long as there are fewer crossings, and places
//! are as close to those averages as the order and the distances allow. All of it is arithmetic of integers and happens in a fixed order, so that
//! the same graph is the same picture everywhere.

/// Space above and below a vertex.
const SEPARATION: i64 = 22;
/// Room for an edge that passes through a column.
const WAY: i64 = 8;
/// Space between columns, for edges and what is written on them.
const GAP: i64 = 64;
/// Rounds of ordering and of placing.
const ROUNDS: usize = 16;

/// A vertex to be placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vertex {
    /// Its column, from the left.
    pub column: usize,
    pub width: i64,
    pub height: i64,
}

/// A placed vertex: its upper left corner and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
}

/// Where everything is. The upper left corner of all is the origin.
#[derive(Debug)]
pub(super) struct Layout {
    pub vertices: Vec<Placed>,
    /// For each edge the points that it goes through from left to right: two for each gap between columns.
    pub routes: Vec<Vec<(i64, i64)>>,
    pub width: i64,
    pub height: i64,
}

/// Places vertices and routes edges. The ends of an edge are in different columns; in which direction it is read does not matter here.
pub(super) fn layout(vertices: &[Vertex], edges: &[(usize, usize)]) -> Layout {
    let mut graph = Graph::of(vertices, edges);
    graph.order();
    graph.place();
    graph.finished(vertices.len(), edges.len())
}

/// The vertices, and one more for each column that an edge passes through.
struct Graph {
    vertices: Vec<Vertex>,
    /// For each edge the vertices that it goes through, from left to right.
    chains: Vec<Vec<usize>>,
    /// The vertices of each column, from the top.
    columns: Vec<Vec<usize>>,
    /// Twice the height of each vertex's middle.
    middles: Vec<i64>,
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
}

impl Graph {
    fn of(given: &[Vertex], edges: &[(usize, usize)]) -> Self {
        let mut vertices = given.to_vec();
        let mut chains = Vec::with_capacity(edges.len());
        for &(one, other) in edges {
            let (first, last) = if given[one].column < given[other].column { (one, other) } else { (other, one) };
            let mut chain = vec![first];
            for column in given[first].column + 1..given[last].column {
                chain.push(vertices.len());
                vertices.push(Vertex { column, width: 0, height: WAY });
            }
            chain.push(last);
            chains.push(chain);
        }
        let count = vertices.iter().map(|vertex| vertex.column + 1).max().unwrap_or(0);
        let mut columns = vec![Vec::new(); count];
        for (at, vertex) in vertices.iter().enumerate() {
            columns[vertex.column].push(at);
        }
        let (mut left, mut right) = (vec![Vec::new(); vertices.len()], vec![Vec::new(); vertices.len()]);
        for step in chains.iter().flat_map(|chain: &Vec<usize>| chain.windows(2)) {
            right[step[0]].push(step[1]);
            left[step[1]].push(step[0]);
        }
        Self { middles: vec![0; vertices.len()], vertices, chains, columns, left, right }
    }

    /// Orders each column by the averages of its neighbours, from the left and from the right in turn, and keeps the best.
    fn order(&mut self) {
        let mut best = (self.crossings(), self.columns.clone());
        for round in 0..ROUNDS {
            let count = self.columns.len();
            let mut rank = vec![0; self.vertices.len()];
            for step in 0..count {
                let column = if round % 2 == 0 { step } else { count - 1 - step };
                for members in &self.columns {
                    members.iter().enumerate().for_each(|(place, &at)| rank[at] = place);
                }
                let neighbours = if round % 2 == 0 { &self.left } else { &self.right };
                let key = |at: &usize| {
                    let near = &neighbours[*at];
                    if near.is_empty() {
                        return 1000 * rank[*at];
                    }
                    1000 * near.iter().map(|&other| rank[other]).sum::<usize>() / near.len()
                };
                let mut members = std::mem::take(&mut self.columns[column]);
                members.sort_by_key(key);
                self.columns[column] = members;
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
            }
        }
        self.columns = best.1;
    }

    fn crossings(&self) -> usize {
        let mut rank = vec![0; self.vertices.len()];
        for members in &self.columns {
            members.iter().enumerate().for_each(|(place, &at)| rank[at] = place);
        }
        let mut crossings = 0;
        for members in &self.columns {
            let steps: Vec<(usize, usize)> =
                members.iter().flat_map(|&at| self.right[at].iter().map(move |&to| (at, to))).collect();
            for (index, one) in steps.iter().enumerate() {
                for other in &steps[index + 1..] {
                    let above = rank[one.0].cmp(&rank[other.0]);
                    crossings += usize::from(above.is_ne() && above == rank[other.1].cmp(&rank[one.1]));
                }
            }
        }
        crossings
    }

    /// Moves every vertex towards the middle of its neighbours.
    fn place(&mut self) {
        for column in 0..self.columns.len() {
            let wanted: Vec<i64> = vec![0; self.columns[column].len()];
            self.settle(column, &wanted);
        }
        for round in 0..2 * ROUNDS {
            let count = self.columns.len();
            for step in 0..count {
                let column = if round % 2 == 0 { step } else { count - 1 - step };
                let wanted: Vec<i64> = self.columns[column].iter().map(|&at| self.average(at)).collect();
                self.settle(column, &wanted);
            }
        }
    }

    fn average(&self, at: usize) -> i64 {
        let near = || self.left[at].iter().chain(&self.right[at]);
        match i64::try_from(near().count()) {
            Ok(count) if count > 0 => near().map(|&other| self.middles[other]).sum::<i64>() / count,
            _ => self.middles[at],
        }
    }

    /// The places nearest to the wanted ones that keep the order and the distances: neighbours that would overlap move as one block.
    fn settle(&mut self, column: usize, wanted: &[i64]) {
        let members = &self.columns[column];
        // Twice the distance of each middle from the first one, when all stand as close as they may.
        let mut offsets = vec![0; members.len()];
        for at in 1..members.len() {
            let heights = self.vertices[members[at - 1]].height + self.vertices[members[at]].height;
            offsets[at] = offsets[at - 1] + heights + 2 * SEPARATION;
        }
        // Blocks: sum of what is wanted of the first middle, and how many want it.
        let mut blocks: Vec<(i64, i64)> = Vec::new();
        for (wish, offset) in wanted.iter().zip(&offsets) {
            let mut block = (wish - offset, 1);
            while let Some(&(sum, count)) = blocks.last().filter(|(sum, count)| sum * block.1 > block.0 * count) {
                block = (block.0 + sum, block.1 + count);
                blocks.pop();
            }
            blocks.push(block);
        }
        let starts = blocks.iter().flat_map(|&(sum, count)| (0..count).map(move |_| sum.div_euclid(count)));
        for ((at, start), offset) in members.clone().into_iter().zip(starts).zip(offsets) {
            self.middles[at] = start + offset;
        }
    }

    fn finished(self, vertices: usize, edges: usize) -> Layout {
        let top = |at: usize| (self.middles[at] - self.vertices[at].height).div_euclid(2);
        let highest = (0..self.vertices.len()).map(top).min().unwrap_or(0);
        let mut corners = Vec::new();
        let mut x = 0;
        for members in &self.columns {
            let width = members.iter().map(|&at| self.vertices[at].width).max().unwrap_or(0);
            corners.push((x, width));
            x += width + GAP;
        }
        let placed: Vec<Placed> = (0..self.vertices.len())
            .map(|at| {
                let Vertex { column, width, height } = self.vertices[at];
                let (corner, room) = corners[column];
                // What an edge passes through is as wide as its column, so that it turns in gaps only.
                let (x, width) = if at < vertices { (corner + (room - width) / 2, width) } else { (corner, room) };
                Placed { x, y: top(at) - highest, width, height }
            })
            .collect();
        let routes = (0..edges).map(|edge| self.route(edge, &placed, &corners)).collect();
        let height = placed.iter().map(|place| place.y + place.height).max().unwrap_or(0);
        Layout { vertices: placed[..vertices].to_vec(), routes, width: (x - GAP).max(0), height }
    }

    fn route(&self, edge: usize, placed: &[Placed], corners: &[(i64, i64)]) -> Vec<(i64, i64)> {
        let chain = &self.chains[edge];
        let mut points = Vec::new();
        for (step, pair) in chain.windows(2).enumerate() {
            let (from, to) = (pair[0], pair[1]);
            points.push((placed[from].x + placed[from].width, self.port(from, edge, step, true, placed)));
            let (corner, room) = corners[self.vertices[from].column];
            // Narrow vertices have straight lines up to the end of their column.
            if corner + room > placed[from].x + placed[from].width {
                points.push((corner + room, self.port(from, edge, step, true, placed)));
            }
            let (next, _) = corners[self.vertices[to].column];
            if placed[to].x > next {
                points.push((next, self.port(to, edge, step, false, placed)));
            }
            points.push((placed[to].x, self.port(to, edge, step, false, placed)));
        }
        points
    }

    /// Where an edge touches a side of a vertex: the edges of the side share its height, in the order in which they leave.
    fn port(&self, at: usize, edge: usize, step: usize, right: bool, placed: &[Placed]) -> i64 {
        let mut sharing: Vec<(i64, usize, usize)> = Vec::new();
        for (other, chain) in self.chains.iter().enumerate() {
            for (place, pair) in chain.windows(2).enumerate() {
                let (own, far) = if right { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
                if own == at {
                    sharing.push((self.middles[far], other, place));
                }
            }
        }
        sharing.sort_unstable();
        let place = sharing.iter().position(|&(_, other, place)| (other, place) == (edge, step)).unwrap_or(0);
        let (place, count) = (i64::try_from(place).unwrap_or(0), i64::try_from(sharing.len()).unwrap_or(0));
        placed[at].y + placed[at].height * (2 * place + 1) / (2 * count).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vertex(column: usize) -> Vertex {
        Vertex { column, width: 40, height: 20 }
    }

    #[test]
    fn vertices_of_a_column_keep_their_distance() {
        let vertices: Vec<Vertex> = [0, 1, 1, 1, 2, 2].map(vertex).into();
        let layout = layout(&vertices, &[(0, 1), (0, 2), (0, 3), (1, 5), (2, 5), (3, 4), (5, 0)]);
        let mut corners = vec![(0, 0); vertices.len()];
        for (at, place) in layout.vertices.iter().enumerate() {
            corners[at] = (place.x, place.y);
            assert!(place.x >= 0 && place.x + place.width <= layout.width);
            assert!(place.y >= 0 && place.y + place.height <= layout.height);
            for (other, vertex) in layout.vertices.iter().enumerate().skip(at + 1) {
                let apart = (place.y - vertex.y).abs() >= 20 + SEPARATION || (place.x - vertex.x).abs() >= 40 + GAP;
                assert!(apart, "{at} and {other}");
            }
        }
    }

    #[test]
    fn crossings_that_need_not_be_are_undone() {
        let vertices: Vec<Vertex> = [0, 0, 1, 1].map(vertex).into();
        let layout = layout(&vertices, &[(0, 3), (1, 2)]);
        let above = |one: usize, other: usize| layout.vertices[one].y < layout.vertices[other].y;
        assert_eq!(above(0, 1), above(3, 2));
    }

    /// Through a column between its ends an edge is level, and no vertex is there.
    #[test]
    fn edges_pass_beside_vertices() {
        let vertices: Vec<Vertex> = [0, 1, 2].map(vertex).into();
        let layout = layout(&vertices, &[(0, 1), (1, 2), (2, 0)]);
        let way = &layout.routes[2];
        let middle = layout.vertices[1];
        let within: Vec<i64> =
            way.iter().filter(|(x, _)| *x >= middle.x && *x <= middle.x + 40).map(|(_, y)| *y).collect();
        assert_eq!(within.len(), 2);
        assert!(within.iter().all(|y| *y == within[0] && (*y < middle.y || *y > middle.y + 20)));
    }
}
