#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Arrays, slices, indexing, repeats, sorting in place, references into arrays.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i64) {
    unsafe {
        printf("%lld \0" as *const str as *const u8, x);
    }
}

fn line() {
    unsafe {
        printf("\n\0" as *const str as *const u8);
    }
}

fn print(s: &[i32]) {
    let mut i = 0;
    while i < LEN(s) {
        show(s[i] as i64);
        i += 1;
    }
    line();
}

// The length of a slice, without the library.
#[allow(non_snake_case)]
fn LEN<T>(s: &[T]) -> usize {
    match s {
        [] => 0,
        [_, rest @ ..] => 1 + LEN(rest),
    }
}

fn sort(s: &mut [i32], n: usize) {
    let mut i = 1;
    while i < n {
        let mut j = i;
        while j > 0 && s[j - 1] > s[j] {
            let t = s[j];
            s[j] = s[j - 1];
            s[j - 1] = t;
            j -= 1;
        }
        i += 1;
    }
}

fn sieve() -> i64 {
    let mut composite = [false; 1000];
    let mut count = 0;
    let mut i = 2;
    while i < 1000 {
        if !composite[i] {
            count += 1;
            let mut j = i * i;
            while j < 1000 {
                composite[j] = true;
                j += i;
            }
        }
        i += 1;
    }
    count
}

type Matrix = [[i64; 3]; 3];

fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    let mut r = [[0; 3]; 3];
    let mut i = 0;
    while i < 3 {
        let mut j = 0;
        while j < 3 {
            let mut k = 0;
            while k < 3 {
                r[i][j] += a[i][k] * b[k][j];
                k += 1;
            }
            j += 1;
        }
        i += 1;
    }
    r
}

struct Grid<const W: usize, const H: usize> {
    cells: [[u8; W]; H],
}

impl<const W: usize, const H: usize> Grid<W, H> {
    fn area(&self) -> usize {
        W * H
    }
    fn corner(&self) -> u8 {
        self.cells[H - 1][W - 1]
    }
}

const N: usize = 2 + 3;
static TABLE: [u16; N] = [1, 10, 100, 1000, 10000];

fn main() {
    let mut a = [5, 3, 9, -4, 0, 7];
    print(&a);
    sort(&mut a, 6);
    print(&a);
    let b = [7; N];
    print(&b);
    let z = [0x01010101u32; 20];
    show(z[19] as i64);
    let pairs = [(1u8, 2i64); 12];
    show(pairs[11].1 + pairs[0].0 as i64);
    let e: [i32; 0] = [];
    show(LEN(&e) as i64);
    line();
    show(sieve());
    let m = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
    let p = multiply(&m, &multiply(&m, &m));
    show(p[0][0] + p[1][1] + p[2][2]);
    line();
    let g = Grid::<4, 3> { cells: [[1; 4], [2; 4], [3; 4]] };
    show(g.area() as i64);
    show(g.corner() as i64);
    let mut t = 0;
    let mut i = 0;
    while i < N {
        t += TABLE[i] as i64;
        i += 1;
    }
    show(t);
    let r = &mut a[2];
    *r = 1000;
    let s: &[i32] = &a;
    show(s[2] as i64 + s[5] as i64);
    let q = s as *const [i32] as *const i32;
    show(unsafe { *q } as i64);
    line();
}
