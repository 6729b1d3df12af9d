// A length without a value is reported once; what has it as a type is left alone.
trait Foo {
    const ID: usize;
}
const X: [i32; <i32 as Foo>::ID] = [0, 1, 2]; //~ ERROR E0277
const BAD: usize = 1 - 2; //~ ERROR E0080
static B: [u32; 1] = [0; BAD];
const C: [(); 0.1] = [()]; //~ ERROR E0308
struct S([u8; BAD]);
fn f(s: S) -> S {
    let S(inner) = s;
    S(inner)
}
const FOREVER: () = loop {}; //~ ERROR -
