fn atoms() {
    a; 1u8; 1.5e3; 'c'; b'c'; "s\n"; r#"raw "s""#; b"bytes"; br##"x"#"##; c"c"; cr"c"; true; false;
    ::a::b::<T>::c; <T>::f; <T as A::B<C>>::f::<{ N }, -1, 'a>; <<A as B>::C as D>::e; Self::X; self; r#fn; Fn::(A) -> B;
    (); (a,); (a, b); (a); []; [a, b,]; [0; N];
    S {}; S { a: 1, b, .. }; S { ..base }; S { 0: x, #[cfg(x)] y };
    _ = 1;
    m!(a, b); n![1; 2]; o! { x => y }; a::b!(); macro_rules! q { () => {} }
    builtin # offset_of(T, a.0.1); builtin # type_ascribe(x, T); builtin # deref(x);
}

fn prefixes() {
    -x; !x; *x; &x; &mut x; &&x; &&mut x; &raw const x; &raw mut *x; - -x; !-*&x; #[a] x; y(#[a] b, #[c(d)] -e);
    & &raw const x; -1.0; (-1).abs(); -(1.abs());
}

fn postfixes() {
    f(); f(a)(b); x.f(); x.f::<T>(a); x.f; x.0.1; x.0 .1.2; (x.f)(); x.0(); x[0][1]; x?; x.await; x.match { _ => 1 };
    1.max(2); 1.0.sin(); 1. .sin(); x.f()?.g().await?[0];
}

fn operators() {
    a + b * c - d / e % f; (a + b) * c; a - (b - c); a << b >> c & d ^ e | f; a && b || c; (a || b) && c;
    a == b; (a == b) == c; a != b; a < b; a <= b; a > b; a >= b; a = b = c; (a = b) + 1;
    a += 1; a -= 1; a *= 1; a /= 1; a %= 1; a ^= 1; a &= 1; a |= 1; a <<= 1; a >>= 1;
    a as T as U; -a as T; (-a) as T; a as usize + 1; (a as usize) < b; (a as usize) << b; &a as *const T; a as T::<U>;
    a..b; ..b; a..; ..; a..=b; ..=b; (a..b).f(); a..b + 1; a + (..b); x = ..; 1. ..2.; a == ..b; (..b) == a; f(..);
    return || a; || (a, b)(c); (|| a)(b); a || (|| b) || c; (return) - 1; (return 1) + 1; break - 1; !return;
}

fn statements() {
    {} (a, b); ({ 1 })(a); { 1 }.f(); { a } - 1; ({ a }) - 1; match x {} [0]; (match x {})[0]; if a {} else {}; -{ 1 }.f(); -({ 1 }(a));
    unsafe {} *a = 1; m! {} a; (m! {}) + 1; m! {}.f(); m!() + 1; (m!()); ({ a }.b)(); #[a] { x } #[b] x + y; #[c] let z = 1;
    (#[a] x) + y; loop {} ; ; async {}; async {}.await; const { 1 } ; try { x? }; x
}

fn control() {
    if a { b } else if let Some(c) = d && e || f { g } else { h }
    if (S { a: 1 }).b {} if let x = (S {}) {} if (a..S {}) == b {} if a == (S {}) && (|| (S {}))() {} if f(S {}) {}
    while let Some(x) = y.next() { continue; } 'a: while a { break 'a; continue 'a }
    for (a, b) in &c[..] {} for await x in y {} for x in (S {}) {} for x in a.. {} 'b: for x in y { break }
    'c: loop { break 'c x; break loop {}; break 'c 'd: { 1 } } 'e: {} if return {} {} match return {} {}
    unsafe { a } async { b }; async move { c }; async use { c }; gen { d }; async gen move { e }; gen move {}; const { f } try { g }
    match (S {}) { #![inner] _ if x && let y = z => {} #[a] A | B => c, | C => match d {} D => { e }.f(), E => ({ e })(), F => |x| x, G => #[a] x, }
    return; return a; become f(x); yield; yield x; do yeet; do yeet x;
}

fn closures() {
    || a; |a, mut b, &c, (d | e): T, #[x] _| f; |a| -> T { b }; move || a; static || a; async || a; async move |x| x; const || a; const move || {};
    for<'a> |x: &'a T| -> U { x }; for<> || -> T { x }; use || a; gen || {}; || || a; a.map(|x| { y; x }).z(); || -> T { 1 }();
}
