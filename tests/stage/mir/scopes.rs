// When storage begins and ends, temporaries, two-phase borrows, user types, fake reads.
pub struct Pair {
    a: i32,
    b: [i32; 2],
}

impl Pair {
    pub fn set(&mut self, value: i32) -> &mut Pair {
        self.a = value;
        self
    }
    pub fn get(&self) -> i32 {
        self.a
    }
}

pub fn two_phase(pair: &mut Pair) {
    let mut own = Pair { a: 1, b: [2; 2] };
    own.set(own.get());
    pair.set(1).set(own.b[0]);
}

pub fn blocks(x: i32) -> i32 {
    let y = {
        let a = x;
        let b = { a };
        b
    };
    let z: i32 = y;
    if z == 1 {
        let c = 3;
        return c;
    }
    z
}

pub fn temporaries(pair: &Pair) -> i32 {
    let kept: &Pair = &Pair { a: pair.get(), ..Pair { a: 0, b: pair.b } };
    take(&Pair { a: kept.a, b: [kept.get(), 1] })
}

fn take(pair: &Pair) -> i32 {
    let Pair { a, b: [_, second] } = *pair;
    a + second
}

pub fn ascriptions() -> usize {
    let x: u8;
    let p: *const i32 = &5;
    x = 1;
    x as usize + p as usize
}
