// Fields, indexing, dereferencing, assignment.
mod m {
    pub struct Q {
        pub a: i32,
        b: i32,
    }
    impl Q {
        fn hidden(&self) {}
        fn hidden_too() {}
        pub fn new() -> Q {
            Q { a: 1, b: 2 }
        }
    }
    pub struct R(pub i32, i32);
}
struct P {
    x: i32,
    y: (u8, bool),
}
impl P {
    fn method(&self) {}
}
fn fields(p: P, r: &P, t: (i32, u8)) {
    p.z; //~ ERROR E0609
    p.x.z; //~ ERROR E0610
    p.method; //~ ERROR E0615
    t.2; //~ ERROR E0609
    t.a; //~ ERROR E0609
    let a: bool = r.y.1;
    let b: bool = (&&r).y.1;
    let c: i32 = p.y.0; //~ ERROR E0308
}
fn privacy(q: m::Q) {
    q.b; //~ ERROR E0616
    q.hidden(); //~ ERROR E0624
    m::Q::hidden_too(); //~ ERROR E0624
    q.a;
}
fn indexing(a: [i32; 3], s: &[u8], i: i32, u: usize, x: i32) {
    a[i]; //~ ERROR E0277
    s[1u8]; //~ ERROR E0277
    x[0]; //~ ERROR E0608
    let b: i32 = a[u];
    let c: i32 = s[0]; //~ ERROR E0308
    let r: &&[u8] = &s;
    let d: u8 = r[1];
}
fn deref(x: i32, y: &mut i32) {
    *x; //~ ERROR E0614
    *y = 'a'; //~ ERROR E0308
    *y = 2;
}
fn assign(mut p: P) {
    p.x = 'a'; //~ ERROR E0308
    p.x = 1;
    p.y = (1, true);
    p.y.0 = 30;
}
fn raw() {
    let a = &raw const 1; //~ ERROR E0745
}
