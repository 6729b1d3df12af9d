#![feature(no_core)]#![no_core]
const LIMIT: i32 = 3;
struct Unit;
struct Pair(i32, i32);
struct Named { a: i32, b: i32 }
enum E { A, B(i32, i32), C { x: i32 } }
use E::A;
fn all(n: i32, p: Pair, s: Named, e: E, r: &(i32, u8), a: [i32; 4]) {
    match n { LIMIT => {} -1 => {} 4..=6 => {} ..LIMIT => {} 'a'..='z' => {} x @ (7 | 8) => {} _ => {} }
    let Pair(first, ..) = p;
    let Pair(.., last) = p;
    match e { A => {} E::B(.., z) | E::C { x: z } if z > 1 => {} E::B(y, _) => {} E::C { .. } => {} }
    let Named { a: ref mut m, b } = s;
    let &(ref one, mut two) = r;
    let [h, .., t] = a;
    let [h2, rest @ ..] = a;
    let (x, (), true) = (1, (), true) else { return };
    match Unit { Unit => {} }
}
