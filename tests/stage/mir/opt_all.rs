// After the passes: no fake reads, no user types, few copies and blocks.
pub enum Shape {
    Point,
    Circle(u32),
}

pub fn variants(shape: &Shape, scale: u32) -> u32 {
    let result = match *shape {
        Shape::Point if scale == 0 => 1,
        Shape::Point => 0,
        Shape::Circle(radius) => {
            let scaled = radius * scale;
            let copy = scaled;
            copy
        }
    };
    result
}

pub fn loops(n: u32) -> u32 {
    let mut sum = 0;
    let mut i = 0;
    while i < n {
        if i % 2 == 0 && i != 4 {
            i += 1;
            continue;
        }
        sum += i;
        i += 1;
    }
    sum
}

pub fn moves(a: (u8, u8), b: &mut (u8, u8)) -> (u8, u8) {
    let c = a;
    let d = c;
    *b = d;
    let e = (d.1, a.0);
    e
}

pub fn unreached(x: bool) -> u8 {
    if x {
        return 1;
    } else {
        return 2;
    }
}
