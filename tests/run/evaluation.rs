#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Order of evaluation, labels, values of blocks, places that are written late, shadowing.
extern "C" {
    fn printf(f: *const u8, ...) -> i32;
}
fn p(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}
fn ps(s: &str) {
    unsafe {
        printf("%s\n\0" as *const str as *const u8, s as *const str as *const u8);
    }
}
fn never() -> ! {
    loop {
        p(1);
        exit2(0)
    }
}
fn exit2(_: i32) -> ! { unsafe { exit(0) } }
extern "C" {
    fn exit(c: i32) -> !;
}
fn a(n: i32) -> i32 {
    let x = 'o: loop {
        let mut i = 0;
        loop {
            i += 1;
            if i == n {
                break 'o i * 2;
            }
            if i > 5 {
                break 'o -1;
            }
            if i % 2 == 0 {
                continue;
            }
        }
    };
    x
}
fn b(n: i32) -> i32 {
    'a: {
        if n == 0 {
            break 'a 10;
        }
        'b: {
            if n == 1 {
                break 'a 11;
            }
            if n == 2 {
                break 'b;
            }
            return 13;
        }
        12
    }
}
fn c(n: i32) -> i32 {
    let x = if n > 0 {
        n
    } else if n == 0 {
        return -5;
    } else {
        let n = -n;
        {
            let n = n * 2;
            n + 1
        }
    };
    let x = x + 1;
    let x = {
        let y = x;
        y * y
    };
    x
}
fn d(n: u32) -> u32 {
    let mut s = 0;
    let mut i = 0;
    'x: while i < n {
        i += 1;
        let mut j = 0;
        while j < n {
            j += 1;
            if j == i {
                continue 'x;
            }
            if s > 50 {
                break 'x;
            }
            s += j;
        }
    }
    s
}
fn e(x: bool) -> u8 {
    let r: u8 = match x {
        true => loop {
            break 3;
        },
        false => {
            return {
                let q = 4;
                q
            }
        }
    };
    r + 1
}
fn f(x: i32) -> i32 {
    let y;
    if x > 3 {
        y = 1;
    } else {
        y = 2;
    }
    let (mut a, b);
    a = y;
    b = x;
    a += b;
    a
}
fn g(mut x: i32) -> i32 {
    x =
        x + {
            x = 5;
            x
        } + {
            x += 1;
            x
        };
    x
}
fn h() -> (i32, i32) {
    let mut a = 1;
    let r = (a, {
        a += 1;
        a
    });
    let s = [
        a,
        {
            a = 10;
            a
        },
        a,
    ];
    (r.0 * 100 + r.1, s[0] * 10000 + s[1] * 100 + s[2])
}
fn side(x: i32, r: bool) -> bool {
    p(x as i64);
    r
}
fn i() {
    if side(1, true) && side(2, false) || side(3, true) && !side(4, false) {
        p(99)
    }
    let x = side(5, false) & side(6, true) | side(7, true) ^ side(8, true);
    p(x as i64);
    let mut t = [0; 3];
    t[{
        side(9, true);
        1
    }] = {
        side(10, true);
        5
    };
    p(t[1]);
    let mut k = 0;
    t[k] = {
        k = 2;
        7
    };
    p(t[0]);
    p(k as i64);
    let mut m = 3;
    m += {
        m = 10;
        1
    };
    p(m);
    let mut t2 = (1, 2);
    p(t2.0 * 10 + t2.1);
    let (q, w);
    q = 1;
    w = 3;
    p(q + w);
    let mut z = 0;
    z += 5;
    p(z);
    let _ = side(11, true);
    _ = side(12, true);
}
fn j(n: u8) -> &'static str {
    match n {
        0 => "zero\0",
        1 => "one\0",
        _ if n > 100 => "big\0",
        _ => "many\0",
    }
}
fn l() -> i32 {
    let mut a = [[0i32; 3]; 2];
    let r = &mut a[1];
    r[2] = 7;
    let s = &a;
    let t: &[[i32; 3]] = s;
    let u = &t[1];
    u[2] + s[1][2] + (*s)[0][0] + (&&a)[1][2]
}
fn m(x: &mut &mut i32) {
    **x += 1;
    let y = &mut **x;
    *y *= 2;
}
fn n<'a>(a: &'a i32, b: &'a i32, w: bool) -> &'a i32 {
    if w {
        a
    } else {
        b
    }
}
fn u() {}
fn unit() -> () { return; }
fn w() -> i32 {
    let x = u();
    let y = unit();
    match (x, y) {
        ((), ()) => 3,
    }
}
fn main() {
    let mut q = -3;
    while q < 9 {
        p(a(q) as i64);
        p(b(q) as i64);
        p(c(q) as i64);
        p(f(q) as i64);
        p(g(q) as i64);
        q += 1;
    }
    let mut q = 0;
    while q < 9 {
        p(d(q) as i64);
        q += 1;
    }
    p(e(true) as i64);
    p(e(false) as i64);
    p(h().0 as i64);
    p(h().1 as i64);
    i();
    ps(j(0));
    ps(j(1));
    ps(j(50));
    ps(j(150));
    p(l() as i64);
    let mut v = 4;
    m(&mut &mut v);
    p(v as i64);
    p(*n(&1, &2, true) as i64 + *n(&3, &4, false) as i64);
    p(w() as i64);
    {
        fn inner() -> i64 {
            const X: i64 = 5;
            struct L(i64);
            impl L {
                fn g(&self) -> i64 { self.0 + X }
            }
            L(3).g()
        }
        p(inner());
    }
    let z = {
        5
    };
    p(z);
    if let 1..=3 = q / 4 {
        p(1)
    }
    let x = 5;
    let x = &x;
    let x = *x + 1;
    {
        let x = "s\0";
        ps(x);
    }
    p(x);
    unsafe {
        p(*(&x as *const i64));
    }
    never();
}
