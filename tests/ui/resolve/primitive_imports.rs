// A built-in type can be imported by its bare name; it is no module and in none.
use i32 as w;
use u8;
mod m {
    pub use i64 as q;
    pub use {bool as b, char as c};
    use self::i32 as n; //~ ERROR E0432
    use super::u16 as p; //~ ERROR E0432
    use ::i32 as r; //~ ERROR E0432
    use super::w as again;
    fn inner(x: again) -> super::w {
        x
    }
}
use bool::nope; //~ ERROR E0432
use m::*;
fn f(x: w, y: m::q, z: c, u: u8) -> b {
    let a: i32 = x;
    let b: i64 = y;
    let c: char = z;
    let e: char = u; //~ ERROR E0308
    x == a
}
impl T for w {}
trait T {}
fn g<A: T>(a: A) {
    g(1i32);
}
