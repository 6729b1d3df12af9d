// Attributes on what stands in items: those that are none, and what `cfg` takes away.
macro_rules! m {
    () => {
        #[e3] //~ ERROR - -- cannot find attribute `e3` in this scope
        let _x = 1;
    };
}
struct S {
    #[a1] //~ ERROR - -- cannot find attribute `a1` in this scope
    x: i32,
    #[cfg(any())]
    #[a0]
    z: Nope,
}
struct T(#[a2] i32); //~ ERROR -
enum E {
    #[a3] //~ ERROR -
    A {
        #[a4] //~ ERROR -
        x: i32,
    },
    B(#[a5] i32), //~ ERROR -
    #[cfg(any())]
    C(#[a0] Nope),
}
fn f<#[a6] T>(#[a7] x: T, #[allow(unused)] y: i32) -> i32 { //~ ERROR -
    #[a8] //~ ERROR -
    let z = 1;
    #[b1] //~ ERROR -
    g(z);
    match z {
        #[b2] //~ ERROR -
        1 => {}
        #[cfg(any())]
        #[a0]
        2 => nope(),
        _ => {}
    }
    let s = S {
        #[b3] //~ ERROR -
        x: 1,
        #[cfg(any())]
        y: 2,
    };
    let S {
        #[b4] //~ ERROR -
        x,
        #[cfg(any())]
        y,
    } = s;
    #[b7] //~ ERROR -
    m!();
    #[cfg(any())]
    {
        #[a0]
        let x = nope();
    }
    #[tool::c3] //~ ERROR E0433
    let _ = 1;
    #[c5] //~ ERROR -
    1;
    if true {
        #[c6] //~ ERROR -
        return 1;
    }
    y
}
fn g(_: i32) {}
trait X {
    fn m(#[c7] &self, #[c8] x: i32); //~ ERROR -
}
impl S {
    const X: i32 = {
        #[d4] //~ ERROR -
        let x = 1;
        x
    };
}
fn expressions() {
    let x = #[allow(unused)] 1; //~ ERROR E0658 -- attributes on expressions are experimental
    #[allow(unused)]
    {
        g(x);
    }
    g(#[allow(unused)] 1);
    g(1, #[cfg(any())] nope());
    let _: [i32; 2] = [1, #[cfg(any())] nope(), 2];
    let _: (i32, i32) = (1, #[cfg(any())] nope(), 2);
}
static Y: i32 = #[allow(unused)] 1; //~ ERROR E0658
