// Headers that name traits that are not there: nothing follows from that.
trait Trait
where
    Self::Iter: Unknown<Item = u32>, //~ ERROR E0405
{
    type Iter;
    fn get(&self) -> Self::Iter;
}
impl Unknown<u8> for u8 { //~ ERROR E0405
    fn values(&self) -> Self::Values {
        self
    }
}
fn late(x: u8) -> Missing { //~ ERROR E0425
    x
}
