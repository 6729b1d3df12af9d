fn precedence() {
    a = b += c .. d || e && f == g | h ^ i & j << k + l * m as u8;
    -a.b()?.c[0](1) as u8 as u16 * !&mut *d;
    &raw const x; &raw mut y; &&z; a < b as u8; (a < b) == c;
    x = y = z; a..; ..b; ..=c; ..; a..=b; return; return a..b; break 'a x; continue 'b;
    x.0.1.y.2; v.await; f::<u8>(1).g::<Vec<Vec<u8>>>(); <T as U>::f(); <[u8]>::len(x);
    |a, &b: &u8| a + b; move || {}; |x| -> u8 { x }; || |y| y; async move { x };
    [1, 2, 3]; [0; N]; (1,); (); (1, 2); S { a, b: 1, ..c }; S {}; E::V { 0: x };
    if let Some(x) = y && x > 1 { 1 } else if z { 2 } else { 3 };
    while let Some(x) = it.next() {}
    for (i, x) in s.iter().enumerate() {}
    'outer: loop { break 'outer }
    let y = 'b: { break 'b 1 };
    match x { A | B if c => 1, 1..=2 | ..3 | 4.. => { 2 } Some(ref mut x @ 1) => 3, [a, .., b] => 4, S { a, b: 2, .. } => 5, -1 => 6, _ => return, }
    unsafe { f() }.g();
    if a {} - 1;
    match b {} *c = 2;
    let x = if a { b } else { c } + d;
    let Some(x) = y else { return };
    let z: Vec<u8>= w;
    m!(a, b); m![c]; m! { d } n!{}.e(); let t = p!(q);
    #[cfg(x)] let u = 1;
    #[allow(y)] { v }
    const { 1 }; while (S { a: 1 }).b {} if x == (S {}) {}
    a < -b; a & &b; a && &&b;
    tail
}
