// Constants: what may be called in them.
struct S(i32);
impl S {
    const ZERO: S = S(0);
    const fn make() -> S {
        S(1)
    }
    fn other() -> S {
        S(2)
    }
}
fn plain() -> i32 {
    1
}
const fn fine(x: i32) -> i32 {
    x + 1
}
const fn calls() -> i32 {
    plain() //~ ERROR E0015
}
const A: i32 = fine(2);
const B: i32 = plain(); //~ ERROR E0015
static C: i32 = plain() + fine(1); //~ ERROR E0015
const D: S = S::make();
const E: S = S::other(); //~ ERROR E0015
const F: [u8; 2] = [1; fine(1) as usize];
const G: i32 = 'a'; //~ ERROR E0308
static H: u8 = A; //~ ERROR E0308
struct Dropped;
trait Other {
    fn drop(&mut self);
}
impl Other for S {
    fn drop(&mut self) {}
}
fn explicit(mut s: S) {
    s.drop();
}
