// Constants, statics and what is promoted; bodies of constants.
pub const LENGTH: usize = 2 + 1;
pub const TABLE: [u8; LENGTH] = [LENGTH as u8; LENGTH];
pub static COUNT: u32 = 4;
pub static mut LAST: u32 = COUNT_COPY;
const COUNT_COPY: u32 = 5;

pub fn promoted() -> &'static (u8, [u8; LENGTH]) {
    &(1, TABLE)
}

pub fn uses() -> u32 {
    let r: &'static u32 = &COUNT;
    let s = "text";
    let b = b"bytes";
    unsafe {
        LAST = *r;
        LAST += 1;
    }
    TABLE[0] as u32 + b[1] as u32 + s as *const str as *const u8 as usize as u32
}

pub trait Shape {
    const SIDES: u32;
    fn name(&self) -> u8;
}

pub fn generic<T: Shape, const N: usize>(shape: &T, xs: [T; N]) -> u32 {
    let f: fn(&T) -> u8 = T::name;
    let n = f(shape) as usize + N;
    T::SIDES + n as u32
}
