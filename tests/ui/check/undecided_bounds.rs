// A bound that is nested deeper than the limit is an error of its own kind.
struct W<T>(*const T);
type W5<T> = W<W<W<W<W<T>>>>>;
type W25<T> = W5<W5<W5<W5<W5<T>>>>>;
type W150<T> = W25<W25<W25<W25<W25<W25<T>>>>>>;
trait Deep {}
impl<T: Deep> Deep for W<T> {}
impl Deep for u8 {}
struct Needs<T: Deep>(T);

fn far(x: Needs<W150<u8>>) {} //~ ERROR E0275
