// What is only for crates that ask for an unstable feature.
#[rustc_dummy] //~ ERROR E0658 -- use of an internal attribute
fn internal() {}
fn never(x: !) {} //~ ERROR E0658 -- the `!` type is experimental
type Never = !; //~ ERROR E0658
struct NeverField(!); //~ ERROR E0658
fn diverges() -> ! {
    loop {}
}
fn pointer(f: fn() -> !) {
    let x: !; //~ ERROR E0658
}
fn nested() -> &'static ! { //~ ERROR E0658
    loop {}
}
trait Default1 {
    type T = u8; //~ ERROR E0658 -- associated type defaults are unstable
}
struct S;
trait Marker {}
impl !Marker for S {} //~ ERROR E0658 -- negative trait bounds are not fully implemented; use marker types for now
auto trait Auto {} //~ ERROR E0658 -- auto traits are experimental and possibly buggy
extern "C" {
    type Opaque; //~ ERROR E0658 -- extern types are experimental
}
trait Special {
    fn f();
    type A;
}
impl<T> Special for T {
    default fn f() {} //~ ERROR E0658 -- specialization is unstable
    default type A = u8; //~ ERROR E0658
}
trait Part {
    fn g();
}
default impl<T> Part for &T { //~ ERROR E0658
    fn g() {}
}
trait Alias = Marker; //~ ERROR E0658 -- trait aliases are experimental
struct Defaults {
    x: u8 = 5, //~ ERROR E0658 -- default values on fields are experimental
}
const trait Const {} //~ ERROR E0658 -- const trait impls are experimental
#[needs_allocator] //~ ERROR E0658
fn allocates() {}
#[allow_internal_unstable(x)] //~ ERROR E0658
macro_rules! m {
    () => {};
}
macro item() {} //~ ERROR E0658 -- `macro` is experimental
