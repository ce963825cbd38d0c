//! A column as long as it needs to be.

use std::sync::Arc;

use super::column::{BLOCK, Column};

/// Numbers by index, 0 until another is set. Those in a row take no room, nor do equal ones.
#[derive(Clone, Debug, Default)]
pub(super) struct LongColumn(Arc<Vec<Column<u32>>>);

/// Beyond the last chunk all are 0.
impl PartialEq for LongColumn {
    fn eq(&self, other: &Self) -> bool {
        let (shorter, longer) = if self.0.len() < other.0.len() { (self, other) } else { (other, self) };
        let (same, more) = longer.0.split_at(shorter.0.len());
        *same == **shorter.0 && more.iter().all(|chunk| *chunk == Column::default())
    }
}

impl LongColumn {
    /// That of chunks of [`BLOCK`] numbers.
    pub(super) fn of(chunks: Vec<Column<u32>>) -> Self {
        Self(Arc::new(chunks))
    }

    pub(super) fn get(&self, index: u32) -> u32 {
        let index = index as usize;
        self.0.get(index / BLOCK).map_or(0, |chunk| chunk.get(index % BLOCK))
    }

    pub(super) fn set(&mut self, index: u32, number: u32) {
        if self.get(index) == number {
            return;
        }
        let index = index as usize;
        let chunks = Arc::make_mut(&mut self.0);
        if chunks.len() <= index / BLOCK {
            chunks.resize_with(index / BLOCK + 1, Column::default);
        }
        chunks[index / BLOCK].set(index % BLOCK, number);
    }

    /// Tells `told` of each number but 0, by index.
    pub(super) fn each_set(&self, mut told: impl FnMut(u32, u32)) {
        for (first, chunk) in (0..).step_by(BLOCK).zip(self.0.iter()) {
            let mut scratch = [0; BLOCK];
            for (index, number) in (first..).zip(chunk.all(&mut scratch).into_iter().flatten()) {
                if *number != 0 {
                    told(index, *number);
                }
            }
        }
    }

    /// Bytes that it takes besides itself.
    pub(super) fn heap_bytes(&self) -> usize {
        self.0.iter().map(|chunk| size_of_val(chunk) + chunk.heap_bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_were_never_set_are_0_and_equal_those_that_were_set_to_it() {
        let (mut column, mut other) = (LongColumn::default(), LongColumn::default());
        for index in 0..3000 {
            column.set(index, index);
        }
        assert_eq!((column.get(2999), column.get(3000), column.get(u32::MAX)), (2999, 0, 0));
        assert_eq!(column.heap_bytes(), 3 * size_of::<Column<u32>>());
        let mut set = Vec::new();
        column.each_set(|index, number| set.push((index, number)));
        assert_eq!(set, (1..3000).map(|index| (index, index)).collect::<Vec<_>>());
        assert_ne!(column, other);
        for index in 0..3000 {
            column.set(index, 0);
        }
        assert_eq!(column, other);
        other.set(5000, 1);
        assert_ne!(column, other);
    }
}
