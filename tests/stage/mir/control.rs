// Loops with labels and values, early returns, blocks that never end, `let else`.
pub fn loops(n: u32) -> u32 {
    let mut i = 0;
    let found = 'outer: loop {
        while i < n {
            i = i + 1;
            if i == 7 {
                break 'outer i;
            }
            if i == 5 {
                continue 'outer;
            }
        }
        break 0;
    };
    found
}

pub fn labeled(x: bool) -> u8 {
    let v = 'a: {
        if x {
            break 'a 1;
        }
        2
    };
    v
}

pub fn never(x: u8) -> ! {
    loop {
        if x == 0 {
            never(1)
        }
    }
}

pub enum Maybe {
    Nothing,
    Just(u8),
}

pub fn let_else(m: Maybe) -> u8 {
    let Maybe::Just(value) = m else {
        return 9;
    };
    value
}

pub fn if_let(m: &Maybe, n: &mut u8) {
    if let Maybe::Just(v) = m {
        *n = *v;
    } else if *n > 1 {
        *n = 0;
    }
    while let Maybe::Nothing = *m {
        *n = 3;
    }
}
