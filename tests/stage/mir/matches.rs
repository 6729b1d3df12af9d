// Decision trees: what is tested in which order, where bindings are made.
pub enum Shape {
    Point,
    Circle(u32),
    Rectangle { width: u32, height: u32 },
}

pub fn variants(shape: Shape) -> u32 {
    match shape {
        Shape::Point => 0,
        Shape::Circle(0) => 1,
        Shape::Circle(radius @ 1..=9) => radius,
        Shape::Rectangle { width, height } if width == height => width,
        Shape::Rectangle { width: w, .. } | Shape::Circle(w) => w + 100,
    }
}

pub fn integers(x: i8, c: char) -> u8 {
    let a = match x {
        -128..=-1 => 0,
        0 | 1 => 1,
        2..10 => 2,
        _ => 3,
    };
    let b = match c {
        'a'..='z' => 1,
        '0' => 2,
        other => other as u8,
    };
    a + b
}

pub fn tuples(p: (bool, bool), q: (u8, (i32, i32))) -> i32 {
    let first = match p {
        (true, false) => 1,
        (_, true) => 2,
        (false, false) => 3,
    };
    let (_, (x, ref y)) = q;
    first + x + *y
}

pub fn references(x: &Shape, y: &mut (u8, u8)) -> u32 {
    match y {
        (a, 1) => *a = 2,
        (_, b) => *b += 1,
    }
    match *x {
        Shape::Circle(ref r) => *r,
        _ => match x {
            Shape::Rectangle { width, .. } => *width,
            _ => 0,
        },
    }
}

pub fn arrays(a: [u8; 3], s: &[u8]) -> u8 {
    let [first, .., last] = a;
    match s {
        [] => first,
        [x] => *x,
        [x, middle @ .., y] if middle.len_is(2) => *x + *y,
        [_, ..] => last,
    }
}

pub trait LenIs {
    fn len_is(&self, n: usize) -> bool;
}
impl LenIs for [u8] {
    fn len_is(&self, n: usize) -> bool {
        n == 3
    }
}

const LIMIT: u32 = 40 + 2;
pub fn constants(x: u32) -> bool {
    match x {
        LIMIT => true,
        _ => false,
    }
}
