// Operators, indexing and dereferencing through traits.
use core::ops::{Add, AddAssign, Deref, DerefMut, Index, IndexMut, Mul, Neg, Not, Sub};

struct P {
    x: i32,
    y: i32,
}
impl Clone for P {
    fn clone(&self) -> P {
        P { x: self.x, y: self.y }
    }
}
impl Copy for P {}
impl Add for P {
    type Output = P;
    fn add(self, o: P) -> P {
        P { x: self.x + o.x, y: self.y + o.y }
    }
}
impl Sub for P {
    type Output = P;
    fn sub(self, o: P) -> P {
        P { x: self.x - o.x, y: self.y - o.y }
    }
}
impl Mul<i32> for P {
    type Output = P;
    fn mul(self, k: i32) -> P {
        P { x: self.x * k, y: self.y * k }
    }
}
impl Mul<P> for i32 {
    type Output = P;
    fn mul(self, p: P) -> P {
        p * self
    }
}
impl AddAssign for P {
    fn add_assign(&mut self, o: P) {
        self.x += o.x;
        self.y += o.y;
    }
}
impl Neg for P {
    type Output = P;
    fn neg(self) -> P {
        P { x: -self.x, y: -self.y }
    }
}
impl Not for P {
    type Output = bool;
    fn not(self) -> bool {
        self.x == 0
    }
}
impl PartialEq for P {
    fn eq(&self, o: &P) -> bool {
        self.x == o.x && self.y == o.y
    }
}
struct Grid {
    cells: [u8; 4],
}
impl Index<usize> for Grid {
    type Output = u8;
    fn index(&self, i: usize) -> &u8 {
        &self.cells[i]
    }
}
impl IndexMut<usize> for Grid {
    fn index_mut(&mut self, i: usize) -> &mut u8 {
        &mut self.cells[i]
    }
}
struct Smart<T> {
    value: T,
}
impl<T> Deref for Smart<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}
impl<T> DerefMut for Smart<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
impl P {
    fn length(&self) -> i32 {
        self.x + self.y
    }
    fn reset(&mut self) {
        self.x = 0;
    }
}

fn arithmetic(a: P, b: P) -> P {
    let mut c = a + b - a * 3;
    c += -b;
    let d = 2 * c;
    let e: bool = !d && a == b && a != c;
    d
}
fn wrong(a: P, b: P) {
    a + 1; //~ ERROR E0308
    a * b; //~ ERROR E0308
    a == 1; //~ ERROR E0308
    a < b; //~ ERROR E0369
    2 * 'a'; //~ ERROR E0277
    let x: i32 = -a; //~ ERROR E0308
    let y = !"a"; //~ ERROR E0600
}
fn indexing(g: &Grid, h: &mut Grid) -> u8 {
    h[1] = g[0];
    h[2] += 1;
    let r: &mut u8 = &mut h[3];
    *r = g[1u8]; //~ ERROR E0308
    g[0]
}
fn smart(mut s: Smart<P>, t: &Smart<Smart<u8>>) -> i32 {
    s.reset();
    s.x = 3;
    s.value.y = 4;
    (*s).x += 1;
    let r: &P = &s;
    let m: &mut P = &mut s;
    m.reset();
    let u: u8 = ***t;
    let v: &Smart<u8> = t;
    *s = P { x: 1, y: 2 };
    s.length() + s.x + r_length(&s)
}
fn r_length(p: &P) -> i32 {
    p.length()
}
fn generic<T: Add<Output = T> + Copy>(a: T, b: T) -> T {
    let c = a + b;
    c + c
}
fn generic_index<I: Index<usize, Output = u8>>(i: &I) -> u8 {
    i[0] + i[1]
}
fn uses() -> i32 {
    let n: u16 = generic(1, 2);
    let p = generic(P { x: 1, y: 2 }, P { x: 3, y: 4 });
    generic_index(&Grid { cells: [1; 4] });
    generic('a', 'b'); //~ ERROR E0277
    p.x
}
