// Nothing is wrong here: what ordinary code does.
mod list {
    pub enum List<'a, T> {
        Empty,
        Cons(T, &'a List<'a, T>),
    }
    pub trait Visit<T> {
        fn visit(&mut self, t: &T);
    }
    impl<'a, T> List<'a, T> {
        pub fn push(&'a self, t: T) -> List<'a, T> {
            List::Cons(t, self)
        }
        pub fn len(&self) -> usize {
            match self {
                List::Empty => 0,
                List::Cons(_, rest) => 1 + rest.len(),
            }
        }
        pub fn walk<V: Visit<T>>(&self, v: &mut V) {
            let mut at = self;
            while let List::Cons(head, rest) = at {
                v.visit(head);
                at = rest;
            }
        }
        pub fn first(&self) -> Option<&T> {
            match *self {
                List::Empty => None,
                List::Cons(ref t, _) => Some(t),
            }
        }
    }
    pub enum Option<T> {
        None,
        Some(T),
    }
    use self::Option::{None, Some};
}
use list::{List, Visit};

struct Sum(i64);
impl Visit<i32> for Sum {
    fn visit(&mut self, t: &i32) {
        self.0 += *t as i64;
    }
}
fn lists() -> i64 {
    let a = List::Empty;
    let b = a.push(1);
    let c = b.push(2);
    let mut s = Sum(0);
    c.walk(&mut s);
    s.0 + c.len() as i64
}

struct Buffer<T, const N: usize> {
    items: [T; N],
    used: usize,
}
impl<T: Copy, const N: usize> Buffer<T, N> {
    const CAPACITY: usize = N;
    fn new(fill: T) -> Self {
        Buffer { items: [fill; N], used: 0 }
    }
    fn push(&mut self, t: T) -> bool {
        if self.used == Self::CAPACITY {
            return false;
        }
        self.items[self.used] = t;
        self.used += 1;
        true
    }
    fn get(&self, i: usize) -> T {
        self.items[i]
    }
}
fn buffers() -> u8 {
    let mut b: Buffer<u8, 4> = Buffer::new(0);
    b.push(3);
    let mut c = Buffer::<_, 2>::new('a');
    c.push('b');
    let size = Buffer::<u8, 4>::CAPACITY;
    let copy: [u8; 4] = b.items;
    b.get(0) + copy[size - 1]
}

trait Animal {
    const LEGS: u32;
    type Food: Default;
    fn name(&self) -> &'static str;
    fn eat(&mut self, food: Self::Food) -> bool;
    fn feed(&mut self) -> bool {
        let food = Self::Food::make();
        self.eat(food)
    }
}
trait Default {
    fn make() -> Self;
}
struct Hay(u8);
struct Cow {
    full: bool,
}
impl Default for Hay {
    fn make() -> Hay {
        Hay(7)
    }
}
impl Animal for Cow {
    const LEGS: u32 = 4;
    type Food = Hay;
    fn name(&self) -> &'static str {
        "cow"
    }
    fn eat(&mut self, Hay(n): Hay) -> bool {
        self.full = n > 5;
        self.full
    }
}
fn legs<A: Animal>(_: &A, count: u32) -> u32 {
    A::LEGS * count
}
fn farm() -> u32 {
    let mut cow = Cow { full: false };
    if cow.feed() {
        legs(&cow, 3)
    } else {
        <Cow as Animal>::LEGS
    }
}

fn sort(items: &mut [i32], count: usize) {
    let mut i = 0;
    while i < count {
        let mut j = i;
        while j > 0 && items[j - 1] > items[j] {
            let t = items[j];
            items[j] = items[j - 1];
            items[j - 1] = t;
            j -= 1;
        }
        i += 1;
    }
}
fn sorts() -> i32 {
    let mut a = [3, 1, 2];
    sort(&mut a, 3);
    let b = &mut a;
    sort(b, 2);
    sort(b, 1);
    b[0]
}

#[repr(u8)]
enum Level {
    Low = 1,
    Mid,
    High = 10,
}
fn levels(l: Level) -> u8 {
    let base = match l {
        Level::Low | Level::Mid => 0u8,
        Level::High => 1,
    };
    base + Level::High as u8
}

static TABLE: [(u8, char); 2] = [(1, 'a'), (2, 'b')];
const LIMIT: usize = 1 + TWO;
const TWO: usize = 2;
static mut COUNT: u64 = 0;
fn statics() -> u8 {
    unsafe {
        COUNT += LIMIT as u64;
    }
    let (n, c) = TABLE[1];
    let fixed: [u8; LIMIT] = [n, c as u8, 0];
    fixed[0]
}

fn pointers(x: &mut i32) -> i32 {
    let p = x as *mut i32;
    let q: *const i32 = p;
    let r = &raw mut *x;
    unsafe {
        *p = *q + 1;
        *r
    }
}
fn functions(f: fn(i32) -> i32, g: &fn(u8)) -> i32 {
    fn local(x: i32) -> i32 {
        x + 1
    }
    g(1);
    let h = if f(1) > 2 { f } else { local };
    let table: [fn(i32) -> i32; 2] = [local, double];
    h(table[0](3)) + (table[1])(4)
}
fn double(x: i32) -> i32 {
    x * 2
}
fn shadows(x: i32) -> bool {
    let x = x as u8;
    let x = x > 3;
    {
        let x = 'c';
        x == 'd' || return x == 'e'
    };
    x
}
fn swap<A, B>((a, b): (A, B)) -> (B, A) {
    (b, a)
}
fn tuples() -> char {
    let (c, (n, ())) = swap(((1, ()), 'x'));
    let t = swap(swap((n, c)));
    t.1
}
fn text(s: &str) -> *const u8 {
    let bytes: &[u8; 3] = b"abc";
    let first = match s {
        "one" => 1, //~ RSCC0001
        "two" => 2, //~ RSCC0001
        _ => bytes[0],
    };
    if first > 1 { s as *const str as *const u8 } else { bytes as *const u8 }
}
fn early(x: i32) -> i32 {
    let y = if x > 0 { x } else { return 0 };
    let z = match y {
        1 => loop {
            break 5;
        },
        n if n > 5 => n,
        _ => return y,
    };
    z
}
fn reborrow(v: &mut Buffer<u8, 2>) {
    inner(v);
    inner(v);
    let w = &mut *v;
    inner(w);
    v.used = 0;
}
fn inner(v: &mut Buffer<u8, 2>) {
    v.push(1);
}
