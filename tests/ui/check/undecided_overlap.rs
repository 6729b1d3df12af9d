// What cannot be decided may hold: the impls may overlap.
struct W<T>(*const T);
type W5<T> = W<W<W<W<W<T>>>>>;
type W25<T> = W5<W5<W5<W5<W5<T>>>>>;
type W100<T> = W25<W25<W25<W25<T>>>>;
trait Deep {}
impl<T: Deep> Deep for W<T> {}

trait Tr {}
impl<T: Deep> Tr for T {}
impl Tr for W100<W25<W5<W5<u8>>>> {} //~ ERROR E0119

trait Near {}
impl<T: Deep> Near for T {}
impl Near for W25<u8> {}

trait Own {}
impl<T: Own> Own for T {}
trait Other {}
impl<T: Own> Other for T {}
impl Other for u8 {} //~ ERROR E0119

fn main() {}
