// Constants and statics are evaluated whether used or not; those of impls only where they are used.
const LARGE: u8 = 255;
const OVERFLOW: u8 = LARGE + 1; //~ ERROR E0080 -- attempt to compute `u8::MAX + 1_u8`, which would overflow
const FOLLOWS: u8 = OVERFLOW;
static DIVIDED: i32 = 1 / (LARGE as i32 - 255); //~ ERROR E0080 -- attempt to divide `1_i32` by zero
const fn at(values: [u8; 3], index: usize) -> u8 {
    values[index]
}
const INSIDE: u8 = at([1, 2, 3], 2);
const OUTSIDE: u8 = at([1, 2, 3], 3); //~ ERROR E0080
const _: u32 = 0 - 1; //~ ERROR E0080
const _: i32 = i32_min() / -1; //~ ERROR E0080
const fn i32_min() -> i32 {
    -2147483648
}
struct S;
impl S {
    #[allow(arithmetic_overflow)]
    const UNUSED: u8 = LARGE * 2;
}
struct G<T>(T);
impl<T> G<T> {
    #[allow(arithmetic_overflow)]
    const UNUSED: u8 = LARGE * 2;
}
fn f() {
    const LOCAL: i8 = -128 / -1; //~ ERROR E0080
    static OTHER: u16 = 1 << 16; //~ ERROR E0080
}
const LOOPS: u32 = {
    let mut i = 0;
    while i < 10 {
        i += 1;
    }
    i
};
