#![feature(no_core)]#![no_core]
fn outer<T>(n: i32) -> i32 {
    use Kind::*;
    enum Kind { One, Two(i32) }
    const K: i32 = 2;
    fn helper(k: Kind) -> i32 { match k { One => K, Two(x) => x } }
    struct Local { v: i32 }
    impl Local { fn get(&self) -> i32 { self.v } }
    trait Named { fn id() -> i32; }
    impl Named for Local { fn id() -> i32 { fn deeper() -> i32 { helper(One) } deeper() } }
    { fn helper(_: i32) -> i32 { 7 } helper(1); }
    let v = Local { v: n };
    helper(Two(v.get())) + <Local as Named>::id() + Named::id()
}
fn macros() -> i32 {
    let x = 1;
    macro_rules! get { () => { x } }
    let x = 2;
    macro_rules! define { ($n:ident, $e:expr) => { fn $n() -> i32 { $e } let made = $e; } }
    define!(three, 3);
    get!() + x + three()
}
