// Inference: expectations, fallbacks, what stays unknown.
struct V<T> {
    t: T,
}
impl<T> V<T> {
    fn new(t: T) -> V<T> {
        V { t }
    }
    fn empty() -> V<T> {
        loop {}
    }
    fn get(&self) -> &T {
        &self.t
    }
}
enum Maybe<T> {
    Yes(T),
    No,
}
fn id<T>(t: T) -> T {
    t
}
fn make<T>() -> T {
    loop {}
}
fn unknown_local() {
    let x; //~ ERROR E0282
}
fn unknown_argument() {
    let x = Maybe::No; //~ ERROR E0282
}
fn unknown_result() {
    make(); //~ ERROR E0282
}
fn unknown_method() {
    let v = V::empty(); //~ ERROR E0282
}
fn later() {
    let x;
    x = 1u8;
    let y: u8 = x;
    let mut m = Maybe::No;
    m = Maybe::Yes('a');
    let v = V::new(1);
    let n: &u64 = v.get();
    let z: i8 = id(id(5));
    let w: u16 = make();
    let f = id::<char>;
    f('a');
    let e: V<bool> = V::empty();
}
fn literals() {
    let a: u8 = 1;
    let b = 2;
    let c: i32 = b;
    let d = 1.5;
    let e: f64 = d;
    let f: f32 = 2.5;
    let g: char = 'a' as u8 as char;
    let h: u8 = b; //~ ERROR E0308
    let i: f32 = 1; //~ ERROR E0308
    let j: i32 = 1.0; //~ ERROR E0308
}
fn arrays() {
    let a = [1, 2, 3];
    let b: [u8; 3] = a;
    let c: [i32; 2] = [1, 2, 3]; //~ ERROR E0308
    let d = [0; 4];
    let e: [u64; 4] = d;
    let f = [1, 'a']; //~ ERROR E0308
    let g: &[i32] = &[];
    let h: [i32; 3] = [0; 2]; //~ ERROR E0308
    let i: [i32; 1 + 2] = [1, 2, 3];
    let j: [[u8; 2]; 2] = [[1, 2], [3, 4]];
}
fn coercions(r: &mut i32, a: [u8; 2]) {
    let s: &i32 = r;
    let t: *const i32 = r;
    let u: *mut i32 = r;
    let v: *const i32 = u;
    let w: *mut i32 = v; //~ ERROR E0308
    let x: &mut i32 = s; //~ ERROR E0308
    let y: &[u8] = &a;
    let z: *const [u8] = &a;
    let p: &i32 = &&1;
    let q: &mut i64 = r; //~ ERROR E0308
}
fn generic_mismatch<T, U>(t: T, u: U) -> T {
    let x: i32 = t; //~ ERROR E0308
    u //~ ERROR E0308
}
