// Traits: bounds, methods through them, associated items.
trait Shape {
    type Unit;
    const SIDES: u32;
    fn area(&self) -> i32;
    fn new() -> Self;
    fn twice(&self) -> i32 {
        self.area() * 2
    }
    fn unit(&self) -> Self::Unit;
}
struct Square(i32);
impl Shape for Square {
    type Unit = u8;
    const SIDES: u32 = 4;
    fn area(&self) -> i32 {
        self.0
    }
    fn new() -> Self {
        Square(1)
    }
    fn unit(&self) -> u8 {
        1
    }
}
struct Other;
trait Sub: Shape {
    fn sub(&self) -> i32 {
        self.area() + Self::SIDES as i32
    }
}
impl Sub for Square {}
trait Convert<T> {
    fn convert(&self) -> T;
}
impl Convert<u8> for Square {
    fn convert(&self) -> u8 {
        1
    }
}
impl Convert<char> for Square {
    fn convert(&self) -> char {
        'a'
    }
}
fn bound<T: Shape>(t: T) -> T::Unit {
    let x: i32 = t.area() + t.twice();
    let y: u32 = T::SIDES;
    let z: T = T::new();
    let w: T::Unit = t.unit();
    t.nothing(); //~ ERROR E0599
    T::missing(); //~ ERROR E0599
    z.unit()
}
fn sub<T: Sub>(t: &T) -> i32 {
    t.sub() + t.area()
}
fn unbound<T>(t: T) {
    t.area(); //~ ERROR E0599
}
fn uses() {
    let a: u8 = bound(Square(1));
    let b: u8 = Square(2).unit();
    bound(Other); //~ ERROR E0277
    sub(&Other); //~ ERROR E0277
    let c: u32 = Square::SIDES;
    let d = <Square as Shape>::SIDES;
    let e: Square = Shape::new();
    let f: i32 = Shape::area(&e);
    Other.area(); //~ ERROR E0599
    Other::SIDES; //~ ERROR E0599
    <Other as Shape>::new(); //~ ERROR E0277
    let g: u8 = Square(1).convert();
    let h: char = Square(1).convert();
    let i: <Square as Shape>::Unit = 5u8;
    let j: <Square as Shape>::Unit = 'a'; //~ ERROR E0308
}
fn by_reference(r: &Square, m: &mut Square) -> i32 {
    r.area() + m.area() + (&&r).area() + Square::area(r)
}
impl Square {
    fn side(&self, inherent: i32) -> i32 {
        inherent
    }
    fn shrink(&mut self) {
        self.0 -= 1;
    }
    fn into(self) -> i32 {
        self.0
    }
}
fn inherent_first(s: Square) -> i32 {
    s.side(3) + Shape::area(&s)
}
fn receivers(mut s: Square) -> i32 {
    s.shrink();
    let r = &mut s;
    r.shrink();
    r.shrink();
    s.into()
}
fn missing_method(s: &Square) {
    s.nope(); //~ ERROR E0599
    Square::nope(); //~ ERROR E0599
    1.nope(); //~ ERROR E0599
    'a'.nope(); //~ ERROR E0599
    (1, 2).nope(); //~ ERROR E0599
}
trait Blanket {
    fn blanket(&self) -> u8 {
        1
    }
}
impl<T: Shape> Blanket for T {}
fn blankets(s: Square, o: Other) -> u8 {
    o.blanket(); //~ ERROR E0599
    s.blanket()
}
