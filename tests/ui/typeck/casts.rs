// Casts.
enum E {
    A,
    B = 5,
}
enum F {
    X(i32),
}
struct S;
fn func(x: i32) {}

fn pointers(p: *const i32, r: &i32, s: &mut i32, w: *const [u8], y: u64, a: [u8; 2]) {
    p as usize;
    p as *mut i64;
    r as *const i32;
    r as *mut i32; //~ ERROR E0606
    s as *mut i32;
    r as *const u8; //~ ERROR E0606
    y as *const u8;
    w as *const u8;
    w as usize; //~ ERROR E0606
    p as *const [u8]; //~ ERROR E0607
    r as usize; //~ ERROR E0606
    p as f32; //~ ERROR E0606
    p as bool; //~ ERROR E0054
    &a as *const u8;
    &a as *const [u8];
    "a" as *const str as *const u8;
    "a" as *const u8; //~ ERROR E0606
    0 as *const u8;
}
fn scalars(c: char, b: bool, x: f32) {
    c as u32;
    c as f32; //~ ERROR E0606
    b as i32;
    b as f32; //~ ERROR E0606
    b as char; //~ ERROR E0604
    1u8 as char;
    65 as char;
    1u64 as char; //~ ERROR E0604
    1.0 as char; //~ ERROR E0604
    x as bool; //~ ERROR E0054
    1 as bool; //~ ERROR E0054
    x as i32 as u8 as i64 as f64;
    x as *const u8; //~ ERROR E0606
}
fn others(e: E, f: F, t: (i32,), u: u64) {
    e as i32;
    f as i32; //~ ERROR E0605
    t as i32; //~ ERROR E0605
    S as i32; //~ ERROR E0605
    1 as S; //~ ERROR E0605
    () as i32; //~ ERROR E0605
    func as usize;
    func as fn(i32);
    func as *const ();
    u as fn(); //~ ERROR E0605
    1 as str; //~ ERROR E0620
    let x = 0 as &u8; //~ ERROR E0605
    F::X as usize;
}
fn generic<T>(t: T, p: *const T) {
    t as i32; //~ ERROR E0605
    p as usize;
    p as *const u8;
    1 as T; //~ ERROR E0605
}
