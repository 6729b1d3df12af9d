// Constants do not read what may be written at run time; statics may.
static mut V: i32 = 0;
static FIXED: i32 = 0;
const READ: i32 = unsafe { V }; //~ ERROR E0080 -- constant accesses mutable global memory
const THROUGH_POINTER: i32 = unsafe { *&raw const V }; //~ ERROR E0080
const LENGTH: [u8; unsafe { V } as usize] = []; //~ ERROR E0080
const fn read() -> i32 {
    unsafe { V }
}
const CALLED: i32 = read(); //~ ERROR E0080
static BY_STATIC: i32 = unsafe { V };
static CALLED_BY_STATIC: i32 = read();
const ADDRESS: *const i32 = &raw const V;
const REFERENCE: &i32 = &FIXED;
const READ_FIXED: i32 = FIXED;
