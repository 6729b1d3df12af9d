// Calls: numbers and types of arguments, what can be called.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}
struct T(i32, u8);
enum E {
    V(i32),
    U,
}
struct M;
impl M {
    fn m(&self, a: i32) {}
    fn n(a: i32) {}
    fn g<T>(&self, t: T) {}
}
fn take(a: i32, b: char, c: u8) {}

fn variadic(p: *const u8) {
    unsafe {
        printf(); //~ ERROR E0060
        printf(p, 1.0f32); //~ ERROR E0617
        printf(p, 1u8, true, 1i16); //~ ERROR E0617 E0617 E0617
        printf(p, take); //~ ERROR E0617
        printf(p, 1, 1.0, p, 1u64);
        printf(1); //~ ERROR E0308
    }
}
fn counts() {
    take(); //~ ERROR E0061
    take(1); //~ ERROR E0061
    take(1, 'a', 2, 3); //~ ERROR E0061
    take("x", 1, 2); //~ ERROR E0308
    take("x", 'a', 1); //~ ERROR E0308
    T(1); //~ ERROR E0061
    E::V(); //~ ERROR E0061
    E::V("a"); //~ ERROR E0308
}
fn methods(m: M) {
    m.m(); //~ ERROR E0061
    m.m("a"); //~ ERROR E0308
    m.m(1, 2); //~ ERROR E0061
    M::n(); //~ ERROR E0061
    M::m(&m); //~ ERROR E0061
    m.n(1); //~ ERROR E0599
    m.g::<i32>("a"); //~ ERROR E0308
    m.g::<i32, u8>(1); //~ ERROR E0107
}
fn not_functions() {
    let x = 5;
    x(1); //~ ERROR E0618
    "a"(); //~ ERROR E0618
    (1, 2)(); //~ ERROR E0618
    M.m(1);
    E::U(); //~ ERROR E0618
}
fn cascade() {
    let y = take(1); //~ ERROR E0061
    y.z; //~ ERROR E0609
}
fn pointers(f: fn(i32) -> u8) -> u8 {
    let g: fn(i32) -> u8 = f;
    let h: fn(i32) = M::n;
    g("a"); //~ ERROR E0308
    let k: fn(u8) = M::n; //~ ERROR E0308
    h(1);
    g(1) + f(2)
}
fn expectations() {
    let x: E = E::V(1);
    let a: [u8; 2] = [1, 2];
    slices(&a);
    slices(&[1, 2, 3]);
    let f = T;
    f(1, 2);
}
fn slices(x: &[u8]) {}
