// E0133: what needs `unsafe`.
extern "C" {
    fn abort() -> !;
    static environ: *const u8;
}
static mut COUNTER: i32 = 0;
static PLAIN: i32 = 1;
unsafe fn danger() {}
struct S;
impl S {
    unsafe fn method(&self) {}
}

fn calls(s: S, f: unsafe fn()) {
    danger(); //~ ERROR E0133
    abort(); //~ ERROR E0133
    unsafe { danger() }
}
fn pointer(p: *const i32, q: *mut i32) -> i32 {
    *q = 1; //~ ERROR E0133
    let r = unsafe { *p };
    *p //~ ERROR E0133
}
fn statics() -> i32 {
    COUNTER = 2; //~ ERROR E0133
    let p = &raw const COUNTER;
    environ; //~ ERROR E0133
    let u = unsafe { COUNTER };
    u + PLAIN + COUNTER //~ ERROR E0133
}
fn methods(s: S, f: unsafe fn()) {
    s.method(); //~ ERROR E0133
    f(); //~ ERROR E0133
    unsafe {
        s.method();
        f();
    }
}
unsafe fn whole(p: *const i32) -> i32 {
    danger();
    *p
}
fn types_first(p: *const i32) -> u8 {
    danger();
    *p //~ ERROR E0308
}
