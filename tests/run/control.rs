#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Loops, labels, breaks with values, early returns, nested conditions, recursion.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}

fn fib(n: u32) -> u64 {
    if n < 2 { n as u64 } else { fib(n - 1) + fib(n - 2) }
}

fn is_even(n: u32) -> bool {
    if n == 0 { true } else { is_odd(n - 1) }
}

fn is_odd(n: u32) -> bool {
    if n == 0 { false } else { is_even(n - 1) }
}

fn ackermann(m: u64, n: u64) -> u64 {
    if m == 0 {
        n + 1
    } else if n == 0 {
        ackermann(m - 1, 1)
    } else {
        ackermann(m - 1, ackermann(m, n - 1))
    }
}

fn first_multiple(of: i64, above: i64) -> i64 {
    let mut i = above;
    loop {
        i += 1;
        if i % of == 0 {
            break i;
        }
    }
}

fn grid(limit: i64) -> i64 {
    let mut count = 0;
    let mut y = 0;
    'rows: while y < limit {
        let mut x = 0;
        while x < limit {
            x += 1;
            if x == y {
                y += 1;
                continue 'rows;
            }
            if x * y > 50 {
                break 'rows;
            }
            count += x * y;
        }
        y += 1;
    }
    count
}

fn labelled(n: i64) -> i64 {
    let r = 'a: {
        if n < 0 {
            break 'a -1;
        }
        if n > 100 {
            break 'a 1;
        }
        0
    };
    r * 10
}

fn early(n: i64) -> i64 {
    let mut i = 0;
    while true {
        if i * i > n {
            return i;
        }
        i += 1;
    }
    -1
}

fn collatz(mut n: u64) -> u64 {
    let mut steps = 0;
    while n != 1 {
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

fn lazy(log: &mut i64, digit: i64, result: bool) -> bool {
    *log = *log * 10 + digit;
    result
}

fn short_circuit() {
    let mut log = 0;
    let a = lazy(&mut log, 1, false) && lazy(&mut log, 2, true);
    let b = lazy(&mut log, 3, true) || lazy(&mut log, 4, true);
    let c = lazy(&mut log, 5, true) && (lazy(&mut log, 6, false) || lazy(&mut log, 7, true));
    show(log);
    show(a as i64 * 100 + b as i64 * 10 + c as i64);
    if (lazy(&mut log, 8, false) || lazy(&mut log, 9, false)) && lazy(&mut log, 1, true) {
        show(1);
    } else {
        show(log);
    }
}

fn order(log: &mut i64, v: i64) -> i64 {
    *log = *log * 10 + v;
    v
}

fn evaluation_order() {
    let mut log = 0;
    let x = order(&mut log, 1) + order(&mut log, 2) * order(&mut log, 3) - order(&mut log, 4);
    show(x);
    show(log);
    let mut n = 5;
    let sum = n + { n = 7; n } + n;
    show(sum);
    let mut a = [0i64; 4];
    let mut i = 0;
    a[{ i += 1; i }] = { i += 2; i as i64 };
    show(a[0] * 1000 + a[1] * 100 + a[2] * 10 + a[3]);
}

fn shadow(x: i64) -> i64 {
    let x = x + 1;
    let x = { let x = x * 2; x + 1 };
    x
}

fn later(flag: bool) -> i64 {
    let v;
    if flag {
        v = 3;
    } else {
        v = 4;
    }
    v
}

fn main() {
    show(fib(20) as i64);
    show(is_even(10) as i64);
    show(is_odd(7) as i64);
    show(ackermann(2, 3) as i64);
    show(first_multiple(7, 100));
    show(grid(10));
    show(labelled(-5));
    show(labelled(500));
    show(labelled(50));
    show(early(1000));
    show(collatz(27) as i64);
    short_circuit();
    evaluation_order();
    show(shadow(4));
    show(later(true));
    show(later(false));
}
