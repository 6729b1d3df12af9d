// A name is defined once in each namespace: of modules, traits, impls.
mod m {}
mod m {} //~ ERROR E0428
struct Unit;
fn Unit() {} //~ ERROR E0428
struct Named {}
fn Named() {}
trait Three {
    fn f();
    fn f(); //~ ERROR E0428 -- the name `f` is defined multiple times
    type f;
    type f; //~ ERROR E0428
    const f: u8; //~ ERROR E0428
}
macro_rules! method {
    () => {
        fn made(); //~ ERROR E0428
    };
}
trait Made {
    method!();
    method!();
}
trait Asked {
    fn f();
    type A;
    const C: u8;
}
impl Asked for u8 {
    fn f() {}
    fn f() {} //~ ERROR E0201 -- duplicate definitions with name `f`:
    type A = u8;
    type A = u16; //~ ERROR E0201
    const C: u8 = 1;
    const C: u8 = 1; //~ ERROR E0201
}
fn body() {
    struct A;
    struct A; //~ ERROR E0428
    {
        struct A;
    }
}
