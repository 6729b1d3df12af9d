// Checks, short circuits, casts, compound assignment: without and with overloads.
pub fn checks(a: i32, b: i32, n: u32, xs: &[u8; 4], i: usize) -> i32 {
    let sum = a + b * 2 - -a;
    let quotient = sum / b % 7;
    let shifted = quotient << n >> 3u8;
    let element = xs[i] as i32;
    shifted ^ element & !sum
}

pub fn short_circuit(a: bool, b: bool, c: bool) -> bool {
    let x = a && b || c;
    if x && !(a || c) {
        return b;
    }
    x == (a != b)
}

pub fn assign(x: &mut i64, by: i64, parts: &mut [i64; 2]) {
    *x += by;
    parts[1] -= *x;
    let (a, b);
    a = by;
    b = a;
}

pub struct Meters(pub i32);
impl Add for Meters {
    type Output = Meters;
    fn add(self, other: Meters) -> Meters {
        Meters(self.0 + other.0)
    }
}
impl AddAssign for Meters {
    fn add_assign(&mut self, other: Meters) {
        self.0 += other.0;
    }
}

pub fn overloaded(a: Meters, b: Meters, c: Meters) -> Meters {
    let mut sum = a + b;
    sum += c;
    sum
}

pub enum Tone {
    Low = 3,
    High = 9,
}

pub fn casts(x: u8, f: f32, p: *const u8, t: Tone, r: &[u16; 3]) -> usize {
    let c = x as char;
    let wide = (x as i8 as i64) + (f as i64) + (c as u32 as i64) + (true as i64) + (t as i64);
    let s: &[u16] = r;
    let q = s as *const [u16] as *const u16;
    wide as usize + p as usize + q as usize
}
