// Supertraits that lead back to their trait.
trait Round: Robin {} //~ ERROR E0391
trait Robin: Round {}
trait Own: Own {} //~ ERROR E0391
trait Fine: Base {}
trait Base {}
