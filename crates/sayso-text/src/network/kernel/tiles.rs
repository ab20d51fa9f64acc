//! The kernel for x86-64 with byte tiles (AMX-INT8): products of sixteen rows of inputs with sixteen outputs at once.
//!
//! Rust has no stable functions for tiles, so they are used in one piece of assembly, which leaves no state behind. It computes
//! the same sums of integers as elsewhere.
#![allow(unsafe_code, reason = "assembly on slices whose bounds were checked")]

use std::arch::{asm, x86_64::__cpuid_count};
use std::sync::OnceLock;

use super::{GROUP, Job, LANES, level::has_avx512};

/// Rows of a tile of inputs or sums; also the groups of inputs in a tile of weights.
const TILE: usize = 16;
/// Bytes of a row of any tile.
const ROW: usize = 64;
/// Bytes of a tile of weights: sixteen groups of a block.
const WEIGHTS: usize = TILE * GROUP * LANES;

/// The configuration of the eight tiles: sixteen rows of 64 bytes each (Intel SDM vol. 1, 18.3).
#[repr(C, align(64))]
struct Shape {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    bytes: [u16; 16],
    rows: [u8; 16],
}

static SHAPE: Shape = {
    let (mut bytes, mut rows) = ([0; 16], [0; 16]);
    let mut tile = 0;
    while tile < 8 {
        bytes[tile] = ROW as u16;
        rows[tile] = TILE as u8;
        tile += 1;
    }
    Shape { palette: 1, start: 0, reserved: [0; 14], bytes, rows }
};

/// Sums of 32 rows (the upper and the lower sixteen) and two blocks of outputs: upper left, upper right, lower left, lower right.
type Sums = [[[i32; LANES]; TILE]; 4];

/// Whether the machine has byte tiles and the system lets this program use them.
pub(in crate::network) fn has_tiles() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| {
        // Leaf 7: AMX-TILE and AMX-INT8 (Intel SDM vol. 2, CPUID).
        let features = __cpuid_count(7, 0).edx;
        has_avx512() && features >> 24 & 1 == 1 && features >> 25 & 1 == 1 && allowed()
    })
}

/// Asks Linux for the tile registers (Documentation/arch/x86/xstate.rst); elsewhere they are not used.
fn allowed() -> bool {
    if cfg!(not(target_os = "linux")) {
        return false;
    }
    const ARCH_PRCTL: i64 = 158;
    const ARCH_REQ_XCOMP_PERM: i64 = 0x1023;
    const XTILEDATA: i64 = 18;
    let answer: i64;
    // SAFETY: the system call of this number reads two integers, touches no memory of the program, and destroys rcx and r11 alone,
    // which is said here. A system that does not know it answers with an error.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") ARCH_PRCTL => answer,
            in("rdi") ARCH_REQ_XCOMP_PERM,
            in("rsi") XTILEDATA,
            out("rcx") _,
            out("r11") _,
            options(nostack),
        );
    }
    answer == 0
}

impl Job<'_> {
    /// May be called only if [`has_tiles`] is true.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    pub(super) fn tiles(&self, out: &mut [f32]) {
        let blocks = self.weights.blocks() / 2 * 2;
        if !self.weights.groups.is_multiple_of(TILE) || self.rows < 2 * TILE {
            return self.avx512(out);
        }
        let mut sums: Sums = [[[0; LANES]; TILE]; 4];
        for block in (0..blocks).step_by(2) {
            for row in (0..self.rows).step_by(2 * TILE) {
                // The last ones start as far back as needed to be 32.
                let row = row.min(self.rows - 2 * TILE);
                self.product(row, block, &mut sums);
                for (quarter, sums) in sums.iter().enumerate() {
                    let (lower, right) = (quarter / 2, quarter % 2);
                    for (r, sums) in sums.iter().enumerate() {
                        self.finish(out, row + lower * TILE + r, block + right, sums);
                    }
                }
            }
        }
        // A block without a second one does not fill a tile.
        self.rectangle(out, 0..self.rows, blocks..self.weights.blocks());
    }

    /// The sums of 32 rows from `row` on and two blocks; `groups` is a multiple of 16.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    fn product(&self, row: usize, block: usize, sums: &mut Sums) {
        let groups = self.weights.groups;
        let (width, block_len) = (groups * GROUP, groups * GROUP * LANES);
        let Some(x) = self.x.get(row * width..(row + 2 * TILE) * width) else { return };
        let Some(w) = self.weights.values.get(block * block_len..(block + 2) * block_len) else { return };
        let steps = groups / TILE;
        if steps == 0 {
            return;
        }
        // SAFETY: callers check `has_tiles` first (`Packed::apply`), so the instructions exist and the system has allowed them.
        // Memory that is read: of `x`, in each of `steps` steps, 32 rows of 64 bytes, `width` apart, from 64 times the step on;
        // 64 * steps = groups * 4 = width, so the last ends with `x`. Of `w`, in each step, 1024 (WEIGHTS) bytes from 1024 times
        // the step on in each of two blocks, `block_len` apart; 1024 * steps = groups * 64 = block_len, so the last ends with `w`.
        // Of SHAPE, its 64 bytes, a shape that the manual allows. Memory that is written: four tiles of 1024 bytes, which is
        // `sums`, borrowed exclusively here. All clobbered registers are named; the tiles are released at the end, so no other
        // code sees them.
        unsafe {
            asm!(
                "ldtilecfg [{shape}]",
                "2:",
                "tileloadd tmm4, [{upper} + {width}]",
                "tileloadd tmm5, [{lower} + {width}]",
                "tileloadd tmm6, [{left} + {row}]",
                "tileloadd tmm7, [{right} + {row}]",
                "tdpbusd tmm0, tmm4, tmm6",
                "tdpbusd tmm1, tmm4, tmm7",
                "tdpbusd tmm2, tmm5, tmm6",
                "tdpbusd tmm3, tmm5, tmm7",
                "add {upper}, 64",
                "add {lower}, 64",
                "add {left}, 1024",
                "add {right}, 1024",
                "dec {steps}",
                "jnz 2b",
                "tilestored [{sums} + {row}], tmm0",
                "tilestored [{sums} + {row} + 1024], tmm1",
                "tilestored [{sums} + {row} + 2048], tmm2",
                "tilestored [{sums} + {row} + 3072], tmm3",
                "tilerelease",
                shape = in(reg) &raw const SHAPE,
                upper = inout(reg) x.as_ptr() => _,
                lower = inout(reg) x.as_ptr().add(TILE * width) => _,
                left = inout(reg) w.as_ptr() => _,
                right = inout(reg) w.as_ptr().add(block_len) => _,
                width = in(reg) width,
                row = in(reg) ROW,
                steps = inout(reg) steps => _,
                sums = in(reg) sums.as_mut_ptr(),
                out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                options(nostack),
            );
        }
    }
}

const _: () = assert!(WEIGHTS == 1024 && size_of::<Sums>() == 4096 && size_of::<Shape>() == 64);
